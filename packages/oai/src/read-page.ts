import { NotOaiError, XmlError } from './errors.ts';
import { readErrorItem, readRequest, readToken } from './elements.ts';
import { LIMITS, mustNotExceed } from './limits.ts';
import type { OaiErrorItem } from './errors.ts';
import type { QName } from './names.ts';
import type { RequestEcho, ResumptionToken } from './page.ts';
import { appendElement, createXmlReader } from './xml.ts';
import type { MutableElement, XmlElement } from './xml.ts';

/** The verbs whose answers are one element holding records or headers. */
export type RecordVerb = 'ListRecords' | 'ListIdentifiers' | 'GetRecord';

/** A `record` (or, for ListIdentifiers, `header`) element and where it lies in the text. */
export interface PageItem {
  readonly element: XmlElement;
  readonly start: number;
  readonly end: number;
}

/** An answer as it stands in the XML, before records are made of it. */
export interface RawPage {
  readonly responseDate: string;
  readonly request: RequestEcho;
  readonly verb: RecordVerb | null;
  readonly items: readonly PageItem[];
  readonly resumptionToken: ResumptionToken | null;
  readonly errors: readonly OaiErrorItem[];
}

const ITEM_NAME: Readonly<Record<RecordVerb, string>> = { ListRecords: 'record', GetRecord: 'record', ListIdentifiers: 'header' };
const OAI_NS = 'http://www.openarchives.org/OAI/2.0/';

// Depths: 0 OAI-PMH, 1 the verb, 2 record or header, 3 header, metadata and about inside a record.
const VERB_DEPTH = 1;
const ITEM_DEPTH = 2;
const PAYLOAD_DEPTH = 3;

/**
 * Reads an answer in one pass. Only what lies at its place in the protocol counts, so a `record` inside a payload
 * (MARC) is payload. Without `metadata` the inside of `metadata` elements is checked but no tree is made of it.
 * Throws `XmlError`, and `NotOaiError` for a document of another kind.
 */
export function readPage(text: string, options: { readonly metadata: boolean }): RawPage {
  const open: MutableElement[] = [];
  const items: PageItem[] = [];
  let root: MutableElement | null = null;
  let list: { element: XmlElement; verb: RecordVerb } | null = null;
  let itemStart = 0;
  let skipping = false;

  const reader = createXmlReader({
    open: (name, attributes, depth, tagEnd) => {
      if (skipping) return;
      const parent = depth === 0 ? null : open[depth - 1]!;
      // Items are not hung into the list: each is complete when it closes, and the page need not hold them twice.
      const isItem = depth === ITEM_DEPTH && parent === list?.element && isItemName(name, list.verb);
      if (isItem) {
        mustNotExceed('records', items.length + 1, 'records in one page');
        reader.beginRecord();
      }
      const element = appendElement(isItem ? null : parent, name, attributes);
      open[depth] = element;
      if (isItem) itemStart = text.lastIndexOf('<', tagEnd - 1);
      else if (depth === 0) root = checkRoot(element);
      else if (depth === VERB_DEPTH && isRecordVerb(name)) list ??= { element, verb: name.name };
      else if (depth === PAYLOAD_DEPTH && !options.metadata && name.name === 'metadata' && parent!.name === 'record') {
        skipping = true;
        reader.passText(false);
      }
    },
    close: (depth, tagEnd) => {
      if (skipping) {
        if (depth > PAYLOAD_DEPTH) return;
        skipping = false;
        reader.passText(true);
      }
      if (depth !== ITEM_DEPTH || list === null) return;
      const element = open[depth]!;
      if (open[VERB_DEPTH] === list.element && isItemName(element, list.verb)) items.push({ element, start: itemStart, end: tagEnd });
    },
    text: (data, depth) => {
      if (depth > 0) open[depth - 1]!.text += data;
    },
  });
  reader.read(text);
  return assemble(root!, list, items);
}

function isItemName(name: QName, verb: RecordVerb): boolean {
  return name.name === ITEM_NAME[verb];
}

function isRecordVerb(name: QName): name is { name: RecordVerb; ns: string } {
  return Object.hasOwn(ITEM_NAME, name.name);
}

function checkRoot(root: MutableElement): MutableElement {
  if (root.name === 'OAI-PMH') return root;
  const named = root.name.toLowerCase() === 'html' ? 'an HTML page' : `a document whose root is ${root.name}`;
  throw new NotOaiError(`the endpoint answered ${named}, not OAI-PMH`);
}

function assemble(root: XmlElement, list: { element: XmlElement; verb: RecordVerb } | null, items: readonly PageItem[]): RawPage {
  const named = (name: string) => root.children.filter((element) => element.name === name && isProtocol(element, root));
  const token = list?.element.children.find((element) => element.name === 'resumptionToken') ?? null;
  if (token !== null && token.text.length > LIMITS.token)
    throw new XmlError(`a resumptionToken of more than ${LIMITS.token} characters`, 1, 1);
  return {
    responseDate: named('responseDate')[0]?.text.trim() ?? '',
    request: readRequest(named('request')[0] ?? null),
    verb: list?.verb ?? null,
    items,
    resumptionToken: token === null ? null : readToken(token),
    errors: named('error').map(readErrorItem),
  };
}

function isProtocol(element: XmlElement, root: XmlElement): boolean {
  return element.ns === root.ns || element.ns === OAI_NS;
}
