import { SaxesParser } from 'saxes';
import { XmlError } from './errors.ts';
import { LimitFault, mustNotExceed } from './limits.ts';
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

/** What a reader of XML events does. Offsets are character offsets into the text. */
export interface XmlHandlers {
  /** `depth` is 0 for the root. */
  open(name: QName, attributes: Readonly<Record<string, string>>, depth: number, tagEnd: number): void;
  close(depth: number, tagEnd: number): void;
  /** `depth` counts the elements open around it: 0 is outside the root. */
  text(data: string, depth: number): void;
}

export interface XmlReader {
  /** Parses the text to its end, in linear time. Throws `XmlError`, also for what exceeds `LIMITS`. */
  read(text: string): void;
  /** A record begins: elements and text are limited per record. */
  beginRecord(): void;
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
  let [attributeCount, elements, pageElements, characters] = [0, 0, 0, 0];

  // Each attribute when it is read: an element with a million of them does not get as far as its end.
  parser.on('attribute', ({ name, value }) => {
    mustNotExceed('attributes', ++attributeCount, 'attributes of one element');
    mustNotExceed('name', name.length, 'characters in a name');
    mustNotExceed('text', (characters += value.length), 'characters in one record');
  });
  parser.on('opentag', (tag) => {
    attributeCount = 0;
    const outer = scopes[depth]!;
    mustNotExceed('name', tag.name.length, 'characters in a name');
    mustNotExceed('depth', depth + 1, 'elements inside each other');
    mustNotExceed('elements', ++elements, 'elements in one record');
    mustNotExceed('pageElements', ++pageElements, 'elements in one page');
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
  const onText = (data: string) => {
    mustNotExceed('text', (characters += data.length), 'characters in one record');
    handlers.text(data, depth);
  };
  const passText = (wanted: boolean) => {
    if (!wanted) return (parser.off('text'), parser.off('cdata'));
    parser.on('text', onText);
    parser.on('cdata', onText);
  };
  passText(true);
  return {
    passText,
    beginRecord: () => {
      [elements, characters] = [1, 0];
    },
    read: (text) => {
      let fault: Error | null = null;
      parser.on('error', (error) => {
        fault = error;
        throw error;
      });
      try {
        writeInPieces(parser, text);
      } catch (error) {
        if (error !== fault && !(error instanceof NameFault) && !(error instanceof LimitFault)) throw error;
        throw xmlErrorAt(text, (error as Error).message, parser);
      }
    },
  };
}

/** Genuine pages have some 300,000 characters, and are read in one piece. */
const PIECE = 512 * 1024;

/**
 * saxes adds each line end and each reference to the text that it is reading, as a rope whose pieces take thirty times the
 * room of its characters. Between two pieces of the document it is made one string again.
 */
function writeInPieces(parser: SaxesParser, text: string): void {
  if (text.length <= PIECE) return void parser.write(text).close();
  for (let at = 0; at < text.length; at += PIECE) {
    parser.write(text.slice(at, at + PIECE));
    // Looking at a character flattens the rope.
    (parser as unknown as { text: string }).text.charCodeAt(0);
  }
  parser.close();
}

/** What may stand before a bare `&` without being one. */
const OPAQUE: Readonly<Record<string, string>> = { '<![CDATA[': ']]>', '<!--': '-->', '<?': '?>' };
const OPENING = /<!\[CDATA\[|<!--|<\?|&/g;
const REFERENCE = /&(?:#\d+|#x[\da-fA-F]+|[\p{L}_][\p{L}\p{N}._-]*);/uy;

/** Offset of the first `&` before `end` that starts no reference; -1 if there is none. Each character is looked at once. */
function bareAmpersand(text: string, end: number): number {
  const opening = new RegExp(OPENING);
  for (let found = opening.exec(text); found !== null && found.index < end; found = opening.exec(text)) {
    const closing = OPAQUE[found[0]];
    if (closing === undefined) {
      REFERENCE.lastIndex = found.index;
      if (!REFERENCE.test(text)) return found.index;
    } else {
      const close = text.indexOf(closing, opening.lastIndex);
      if (close === -1) return -1;
      opening.lastIndex = close + closing.length;
    }
  }
  return -1;
}

/** saxes notices a bare `&` only at the next `;` or at the end, so its place and name are found again here. */
function xmlErrorAt(text: string, message: string, parser: { position: number; line: number; column: number }): XmlError {
  const ampersand = bareAmpersand(text, parser.position);
  if (ampersand !== -1) {
    const { line, column } = lineAndColumn(text, ampersand);
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

/** Line and column (from 1) of a character offset, for those that ask often: each time in the logarithm of the number of lines. */
export function linesOf(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
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
 * Throws `XmlError` for anything that is not well-formed, for a DOCTYPE and for what exceeds `LIMITS`.
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
