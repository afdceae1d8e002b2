/** A name resolved in its namespace. */
export interface QName {
  readonly name: string;
  readonly ns: string;
}

/**
 * The namespace declarations in force at one place of a document. Resolved names and the scopes of equal inner
 * declarations are kept, so that a page of 100 records that all declare the same namespaces resolves each name once
 * (measured: resolving without this, or with saxes' own `xmlns` option, costs a quarter of the parsing time).
 */
export interface Scope {
  readonly prefixes: ReadonlyMap<string, string>;
  readonly names: Map<string, QName>;
  readonly inner: Map<string, Scope>;
}

const XML_NS = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NS = 'http://www.w3.org/2000/xmlns/';

export function rootScope(): Scope {
  return scopeOf(
    new Map([
      ['xml', XML_NS],
      ['', ''],
    ]),
  );
}

function scopeOf(prefixes: ReadonlyMap<string, string>): Scope {
  return { prefixes, names: new Map(), inner: new Map() };
}

/** What stands in the way of a name: a sentence for `XmlError`. */
export class NameFault extends Error {
  override readonly name = 'NameFault';
}

/** Resolves an element name. Throws `NameFault`. */
export function elementName(scope: Scope, qualified: string): QName {
  const known = scope.names.get(qualified);
  if (known !== undefined) return known;
  const { prefix, local } = splitName(qualified);
  const resolved = { name: local, ns: namespaceOf(scope, prefix) };
  scope.names.set(qualified, resolved);
  return resolved;
}

function splitName(qualified: string): { prefix: string; local: string } {
  const colon = qualified.indexOf(':');
  if (colon === -1) return { prefix: '', local: qualified };
  const prefix = qualified.slice(0, colon);
  const local = qualified.slice(colon + 1);
  if (prefix === '' || local === '' || local.includes(':')) throw new NameFault(`malformed name ${qualified}`);
  return { prefix, local };
}

function namespaceOf(scope: Scope, prefix: string): string {
  const ns = scope.prefixes.get(prefix);
  if (ns === undefined) throw new NameFault(`the namespace prefix ${prefix} is not declared`);
  return ns;
}

/** True when an element has neither declarations nor prefixed attributes, so that its attributes can stay as they are. */
export function hasPlainNames(attributes: Readonly<Record<string, string>>): boolean {
  for (const key in attributes) if (key === 'xmlns' || key.includes(':')) return false;
  return true;
}

/** The scope inside an element with these attributes. Throws `NameFault`. */
export function innerScope(scope: Scope, attributes: Readonly<Record<string, string>>): Scope {
  let key = '';
  for (const name in attributes) if (isDeclaration(name)) key += `${name} ${attributes[name]}\n`;
  if (key === '') return scope;
  const known = scope.inner.get(key);
  if (known !== undefined) return known;
  const inner = scopeOf(declare(scope, attributes));
  scope.inner.set(key, inner);
  return inner;
}

function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:');
}

function declare(scope: Scope, attributes: Readonly<Record<string, string>>): Map<string, string> {
  const prefixes = new Map(scope.prefixes);
  for (const [name, value] of Object.entries(attributes)) {
    if (!isDeclaration(name)) continue;
    const prefix = name === 'xmlns' ? '' : name.slice('xmlns:'.length);
    const ns = value.trim();
    checkDeclaration(prefix, ns);
    prefixes.set(prefix, ns);
  }
  return prefixes;
}

/** Namespaces in XML 1.0, section 3: what may not be declared. */
function checkDeclaration(prefix: string, ns: string): void {
  if (prefix !== '' && ns === '') throw new NameFault(`the namespace prefix ${prefix} is bound to nothing`);
  if ((prefix === 'xml') !== (ns === XML_NS) || prefix === 'xmlns' || ns === XMLNS_NS) {
    throw new NameFault(`the namespace declaration of ${prefix || 'the default namespace'} is not allowed`);
  }
}

/**
 * The attributes of an element without its namespace declarations, by local name; `xml:lang` and its like keep their
 * prefix, and an unprefixed attribute wins over a prefixed one of the same local name. Throws `NameFault`.
 */
export function localAttributes(scope: Scope, attributes: Readonly<Record<string, string>>): Record<string, string> {
  const locals = Object.create(null) as Record<string, string>;
  const seen = new Set<string>();
  for (const [qualified, value] of Object.entries(attributes)) {
    if (isDeclaration(qualified)) continue;
    const { prefix, local } = splitName(qualified);
    const ns = prefix === '' ? '' : namespaceOf(scope, prefix);
    const expanded = `${ns} ${local}`;
    if (seen.has(expanded)) throw new NameFault(`duplicate attribute ${qualified}`);
    seen.add(expanded);
    if (ns === XML_NS) locals[qualified] = value;
    else if (prefix === '' || !(local in locals)) locals[local] = value;
  }
  return locals;
}
