import type { XmlElement } from '../record.ts';

// The white space of Python's `str.split()`, so that values compare equal with those of the usual harvesting clients.
const RUNS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const UNTIDY = /^ | $| {2}|[\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const SOMETHING = /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** White space collapsed to single blanks and trimmed; null when nothing is left. */
export function oneLine(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (!UNTIDY.test(text)) return text;
  const tidy = text.replace(RUNS, ' ').trim();
  return tidy === '' ? null : tidy;
}

export function isBlank(text: string): boolean {
  return !SOMETHING.test(text);
}

/** The element's own text on one line. */
export function textOf(element: XmlElement): string | null {
  return oneLine(element.text);
}

/** The attribute's value on one line, null when absent or blank. */
export function attribute(element: XmlElement, name: string): string | null {
  return oneLine(element.attributes[name]);
}

/** The text of all children called `name` that have any, on one line each. */
export function childTexts(element: XmlElement, name: string): string[] {
  const texts: string[] = [];
  for (const child of element.children) {
    const text = child.name === name ? textOf(child) : null;
    if (text !== null) texts.push(text);
  }
  return texts;
}

/** Elements that begin their own line when they stand among text. Others are part of their line. */
const BREAKING = /^(?:br|hr|p|div|li|ul|ol|dl|dt|dd|tr|table|pre|blockquote|h[1-6])$/i;

/**
 * The text of an element with everything inside it, in its order. A `br` is a line break; paragraphs and the like, and elements
 * that have no text between them, are on their own lines.
 */
export function deepText(element: XmlElement): string {
  if (element.children.length === 0) return element.text;
  if (isBlank(element.text))
    return element.children
      .map(deepText)
      .filter((text) => !isBlank(text))
      .join('\n');
  let text = '';
  let from = 0;
  for (const child of element.children) {
    const until = child.at ?? element.text.length;
    text += element.text.slice(from, until);
    from = until;
    const inner = deepText(child);
    text += BREAKING.test(child.name) ? onLinesOfItsOwn(text, inner) : inner;
  }
  return text + element.text.slice(from);
}

function onLinesOfItsOwn(before: string, inner: string): string {
  if (isBlank(inner)) return '\n';
  return `${before === '' || before.endsWith('\n') ? '' : '\n'}${inner}\n`;
}
