/** A name resolved in its namespace. */
export interface QName {
  readonly name: string;
  readonly ns: string;
}

/**
 * The namespace declarations of an element, on top of those around it. Resolved names and the scopes of equal inner
 * declarations are cached, so that a page of 100 records that all declare the same namespaces resolves each name once
 * (measured: resolving without this, or with saxes' own `xmlns` option, costs a quarter of the parsing time).
 */
export interface Scope {
  /** Null at the root. As deep as elements are, so that a lookup takes `LIMITS.depth` steps at most. */
  readonly outer: Scope | null;
  /** Those declared here. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly names: Map<string, QName>;
  readonly inner: Map<string, Scope>;
}

const XML_NS = 'http://www.w3.org/XML/1998/namespace';
const XMLNS_NS = 'http://www.w3.org/2000/xmlns/';

/** Cached per scope: more names or declarations than genuine documents have are resolved each time. */
const MOST_CACHED = 1_000;
const LONGEST_KEY = 4_000;

export function rootScope(): Scope {
  return scopeOf(
    null,
    new Map([
      ['xml', XML_NS],
      ['', ''],
    ]),
  );
}

function scopeOf(outer: Scope | null, prefixes: ReadonlyMap<string, string>): Scope {
  return { outer, prefixes, names: new Map(), inner: new Map() };
}

/** Why a name is not valid: the message for `XmlError`. */
export class NameFault extends Error {
  override readonly name = 'NameFault';
}

/** Resolves an element name. Throws `NameFault`. */
export function elementName(scope: Scope, qualified: string): QName {
  const known = scope.names.get(qualified);
  if (known !== undefined) return known;
  const { prefix, local } = splitName(qualified);
  const resolved = { name: local, ns: namespaceOf(scope, prefix) };
  if (scope.names.size < MOST_CACHED) scope.names.set(qualified, resolved);
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
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const ns = at.prefixes.get(prefix);
    if (ns !== undefined) return ns;
  }
  throw new NameFault(`the namespace prefix ${prefix} is not declared`);
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
  const inner = scopeOf(scope, declared(attributes));
  if (scope.inner.size < MOST_CACHED && key.length <= LONGEST_KEY) scope.inner.set(key, inner);
  return inner;
}

function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:');
}

function declared(attributes: Readonly<Record<string, string>>): Map<string, string> {
  const prefixes = new Map<string, string>();
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
