import { SaxesParser } from 'saxes';
import { XmlError } from './errors.ts';
import { elementName, hasPlainNames, innerScope, localAttributes, NameFault, rootScope } from './names.ts';
import type { QName, Scope } from './names.ts';

/**
 * An XML element as the mappings read it. Names are local names, `ns` is the namespace URI (`''` for none); attribute
 * keys are local names, but `xml:lang` is `xml:lang`; namespace declarations are left out. `text` is the character
 * data directly inside the element (CDATA included, white space kept), `children` are its elements in order, and `at` is how
 * much of its parent's `text` stands before an element: mixed content can be put together again.
 */
export interface XmlElement {
  readonly name: string;
  readonly ns: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly at: number;
}

/** Elements inside elements: deeper ones are refused, since whoever walks a tree does so recursively. */
export const MAX_DEPTH = 200;

/** What a reader of XML events does. Offsets are character offsets into the text. */
export interface XmlHandlers {
  /** `depth` is 0 for the root. */
  open(name: QName, attributes: Readonly<Record<string, string>>, depth: number, tagEnd: number): void;
  close(depth: number, tagEnd: number): void;
  /** `depth` counts the elements open around it: 0 is outside the root. */
  text(data: string, depth: number): void;
}

export interface XmlReader {
  /** Parses the text to its end. Throws `XmlError`. */
  read(text: string): void;
  /** Whether character data is handed out; without, saxes still checks it but does not copy it. */
  passText(wanted: boolean): void;
}

const NO_ATTRIBUTES = Object.freeze(Object.create(null) as Record<string, string>);

/**
 * A strict, namespace-aware reader on saxes. DOCTYPEs are refused, so no entities but XML's own five exist.
 * Namespaces are resolved here and not by saxes: its `xmlns` option makes an object per attribute and a Set per tag.
 */
export function createXmlReader(handlers: XmlHandlers): XmlReader {
  const parser = new SaxesParser({ position: false });
  const scopes: Scope[] = [rootScope()];
  let depth = 0;

  parser.on('opentag', (tag) => {
    const outer = scopes[depth]!;
    if (depth >= MAX_DEPTH) throw new NameFault(`more than ${MAX_DEPTH} elements inside each other`);
    const attributes = tag.attributes as Readonly<Record<string, string>>;
    const plain = hasPlainNames(attributes);
    const scope = plain ? outer : innerScope(outer, attributes);
    scopes[depth + 1] = scope;
    const name = elementName(scope, tag.name);
    handlers.open(name, plain ? attributes : localAttributes(scope, attributes), depth, parser.position);
    depth++;
  });
  parser.on('closetag', () => handlers.close(--depth, parser.position));
  parser.on('doctype', () => parser.fail('a DOCTYPE is not accepted'));
  const onText = (data: string) => handlers.text(data, depth);
  const passText = (wanted: boolean) => {
    if (!wanted) return (parser.off('text'), parser.off('cdata'));
    parser.on('text', onText);
    parser.on('cdata', onText);
  };
  passText(true);
  return {
    passText,
    read: (text) => {
      let fault: Error | null = null;
      parser.on('error', (error) => {
        fault = error;
        throw error;
      });
      try {
        parser.write(text).close();
      } catch (error) {
        if (error !== fault && !(error instanceof NameFault)) throw error;
        throw xmlErrorAt(text, (error as Error).message, parser);
      }
    },
  };
}

// What may stand before a bare `&` without being one: CDATA, comments, processing instructions, references.
const UNTIL_BARE_AMPERSAND =
  /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|&(?:#\d+|#x[\da-fA-F]+|[\p{L}_][\p{L}\p{N}._-]*);|(&)/gu;

/** saxes notices a bare `&` only at the next `;` or at the end, so its place and name are found again here. */
function xmlErrorAt(text: string, message: string, parser: { position: number; line: number; column: number }): XmlError {
  for (const match of text.slice(0, parser.position).matchAll(UNTIL_BARE_AMPERSAND)) {
    if (match[1] === undefined) continue;
    const { line, column } = lineAndColumn(text, match.index);
    return new XmlError('a bare & that starts no reference', line, column);
  }
  return new XmlError(namingTheCulprit(message.replace(/\.$/, ''), text, parser.position), parser.line, parser.column);
}

/** saxes says what is wrong but not with what; the culprit is the last thing it read. */
function namingTheCulprit(message: string, text: string, position: number): string {
  const since = (opening: string) => text.slice(text.lastIndexOf(opening, position - 1), position).slice(0, 80);
  if (message === 'unexpected close tag') return `${message} ${since('</')}`;
  if (message === 'undefined entity') return `${message} ${since('&')}`;
  if (message !== 'disallowed character') return message;
  const code = text
    .charCodeAt(position - 1)
    .toString(16)
    .toUpperCase()
    .padStart(4, '0');
  return `disallowed character U+${code}`;
}

/** Line and column (from 1) of a character offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) {
    line++;
    lineStart = i + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

interface MutableElement {
  name: string;
  ns: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  text: string;
  at: number;
}

const NO_CHILDREN: XmlElement[] = Object.freeze([]) as unknown as XmlElement[];

/** Adds an element under `parent` (if any); leaves share one empty list and one empty attribute set. */
export function appendElement(parent: MutableElement | null, name: QName, attributes: Readonly<Record<string, string>>): MutableElement {
  const element = {
    name: name.name,
    ns: name.ns,
    attributes: withoutEmpty(attributes),
    children: NO_CHILDREN,
    text: '',
    at: parent === null ? 0 : parent.text.length,
  };
  if (parent === null) return element;
  if (parent.children === NO_CHILDREN) parent.children = [element];
  else parent.children.push(element);
  return element;
}

function withoutEmpty(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const _ in attributes) return attributes;
  return NO_ATTRIBUTES;
}

export type { MutableElement };

/**
 * The tree of a whole document.
 *
 * ```ts
 * parseXml('<a xmlns="urn:x"><b xml:lang="en">t</b></a>').children[0]
 * // { name: 'b', ns: 'urn:x', attributes: { 'xml:lang': 'en' }, children: [], text: 't', at: 0 }
 * ```
 *
 * Throws `XmlError` for anything that is not well-formed, for a DOCTYPE and for more than `MAX_DEPTH` levels.
 */
export function parseXml(text: string): XmlElement {
  const open: MutableElement[] = [];
  const reader = createXmlReader({
    open: (name, attributes, depth) => void (open[depth] = appendElement(depth === 0 ? null : open[depth - 1]!, name, attributes)),
    close: () => undefined,
    text: (data, depth) => {
      if (depth > 0) open[depth - 1]!.text += data;
    },
  });
  reader.read(text);
  return open[0]!;
}
