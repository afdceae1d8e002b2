const SPECIAL = /[&<>"\t\n\r]/g;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
const TEXT_SPECIAL = /[&<>\r]/g;
// What XML 1.0 cannot hold in any way: control characters, lone surrogates, U+FFFE, U+FFFF.
const FORBIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export type Attributes = Readonly<Record<string, string | null>>;

/** An element around finished XML; attributes that are null are left out. */
export function tag(name: string, attributes: Attributes, inner: string): string {
  let open = name;
  for (const [key, value] of Object.entries(attributes)) if (value !== null) open += ` ${key}="${escapeAttribute(value)}"`;
  return inner === '' ? `<${open}/>` : `<${open}>${inner}</${name}>`;
}

/** An element around text, `''` where the text is null. */
export function textTag(name: string, text: string | number | null, attributes: Attributes = {}): string {
  return text === null ? '' : tag(name, attributes, escapeText(String(text)));
}

/** A wrapper element, `''` where it would be empty. */
export function wrap(name: string, parts: readonly string[]): string {
  const inner = parts.join('');
  return inner === '' ? '' : tag(name, {}, inner);
}

function escapeText(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(TEXT_SPECIAL, (character) => REFERENCES[character]!);
}

function escapeAttribute(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(SPECIAL, (character) => REFERENCES[character]!);
}
