import { cutPayloads } from './cut-payloads.ts';
import { decodeStrictly, detectEncoding, EncodingError, byteOffsets } from './encoding.ts';
import type { DocumentEncoding } from './encoding.ts';
import { child, childrenOf, readHeader } from './elements.ts';
import { NotOaiError, XmlError } from './errors.ts';
import type { ListedRecord, ListPage, RecordFault, RecordHeader } from './page.ts';
import { salvagePage } from './quarantine.ts';
import type { Salvaged } from './quarantine.ts';
import { readPage } from './read-page.ts';
import type { RawPage, RecordVerb } from './read-page.ts';
import { lineAndColumn } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** How a list page is read. */
export interface ParseOptions {
  /**
   * Whether trees of the metadata are made. Without, a list is read in a tenth of the time: what is inside `metadata` is not
   * even looked at if it is certain where it ends, so that a record that is broken in there counts as one that reads.
   */
  readonly metadata: boolean;
  /** The charset of the Content-Type, used only where the document does not declare its encoding. */
  readonly charset?: string | null;
}

/**
 * Parses an answer to ListRecords or ListIdentifiers.
 *
 * ```ts
 * const page = parseListPage(reply.bytes, { metadata: true });
 * for (const { header, metadata } of page.records) console.log(header.identifier, metadata?.name);
 * ```
 *
 * A record that cannot be read becomes a fault and its neighbours are kept. OAI-PMH errors are returned in `errors`, not
 * thrown. Throws `XmlError` when the page itself is not well-formed (cut off, say) and `NotOaiError` when it is something else.
 */
export function parseListPage(bytes: Uint8Array, options: ParseOptions): ListPage {
  const { page, items } = (options.metadata ? null : readFrame(bytes, options.charset)) ?? parseRecords(bytes, options);
  const verb = page.verb;
  if (verb === 'GetRecord' || (verb === null && page.errors.length === 0)) {
    throw new NotOaiError(`the endpoint answered ${verb ?? 'an OAI-PMH document with neither a list nor an error'}, not a list`);
  }
  const { records, faults } = sortItems(bytes, items, verb);
  const { responseDate, request, resumptionToken, errors } = page;
  return { responseDate, request, verb, records, resumptionToken, errors, faults };
}

/** The record of an answer to GetRecord, or null if it holds only errors. Throws as `parseListPage` does. */
export function parseRecordPage(bytes: Uint8Array, options: ParseOptions): Omit<ListPage, 'verb' | 'resumptionToken'> {
  const { page, items } = parseRecords(bytes, options);
  if (page.verb !== 'GetRecord' && page.errors.length === 0) {
    throw new NotOaiError(`the endpoint answered ${page.verb ?? 'an OAI-PMH document without a record'}, not GetRecord`);
  }
  const { responseDate, request, errors } = page;
  return { responseDate, request, errors, ...sortItems(bytes, items, page.verb) };
}

function parseRecords(bytes: Uint8Array, options: ParseOptions): { page: RawPage; items: readonly Salvaged[] } {
  refuseOtherDocuments(bytes);
  const encoding = asXmlError(() => detectEncoding(bytes, options.charset));
  try {
    const text = asXmlError(() => decodeStrictly(bytes, encoding), bytes);
    return wholePage(text, bytes, encoding, options);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const salvaged = salvagePage(bytes, encoding, options);
    if (salvaged === null) throw error;
    return salvaged;
  }
}

/** The page without its metadata, or null if that has to be read as a whole to know it. */
function readFrame(bytes: Uint8Array, charset: string | null | undefined): ReturnType<typeof wholePage> | null {
  try {
    const { label, start } = detectEncoding(bytes, charset);
    const frame = label === 'utf-8' ? cutPayloads(bytes.subarray(start)) : null;
    if (frame === null) return null;
    const encoding = { label, start: 0 };
    const { page, items } = wholePage(decodeStrictly(frame.bytes, encoding), frame.bytes, encoding, { metadata: false });
    const inPage = (offset: number) => start + frame.inPage(offset);
    return { page, items: items.map((it) => ({ ...it, byteStart: inPage(it.byteStart), byteEnd: inPage(it.byteEnd) })) };
  } catch (error) {
    if (error instanceof XmlError || error instanceof EncodingError) return null;
    throw error;
  }
}

function wholePage(text: string, bytes: Uint8Array, encoding: DocumentEncoding, options: ParseOptions) {
  const page = readPage(text, options);
  const byteOffset = byteOffsets(text, bytes.length, encoding);
  const items = page.items.map(({ element, start, end }) => ({ element, byteStart: byteOffset(start), byteEnd: byteOffset(end) }));
  return { page, items };
}

function asXmlError<T>(decode: () => T, bytes?: Uint8Array): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    const before = Buffer.from(bytes?.subarray(0, error.byteOffset ?? 0) ?? []).toString('latin1');
    const { line, column } = lineAndColumn(before, before.length);
    throw new XmlError(error.message, line, column);
  }
}

/**
 * The text of a document, after the same checks as for lists. For the small answers (Identify, ListSets …).
 * Throws `XmlError` and `NotOaiError`.
 */
export function decodeDocument(bytes: Uint8Array, charset?: string | null): string {
  refuseOtherDocuments(bytes);
  return asXmlError(() => decodeStrictly(bytes, detectEncoding(bytes, charset)), bytes);
}

/** Says in words what an endpoint sent that is no XML at all. */
function refuseOtherDocuments(bytes: Uint8Array): void {
  const start = Buffer.from(bytes.subarray(0, 2000))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf|\0|\u00ff\u00fe|\u00fe\u00ff/g, '');
  const found = otherDocument(start.replace(/^(\s|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)+/, ''), start);
  if (found !== null) throw new NotOaiError(`the endpoint answered ${found}`);
}

function otherDocument(body: string, start: string): string | null {
  if (start.trim() === '') return 'an empty body';
  if (/^(<!doctype\s+html|<html[\s>])/i.test(body)) return 'an HTML page';
  if (/^[{[]/.test(body)) return 'JSON';
  return body.startsWith('<') || start.trimStart().startsWith('<') ? null : 'text that is not XML';
}

type Reading = { readonly header: RecordHeader; readonly metadata: XmlElement | null; readonly about: readonly XmlElement[] } | Complaint;
type Complaint = Pick<RecordFault, 'reason' | 'line' | 'column'>;

function sortItems(bytes: Uint8Array, items: readonly Salvaged[], verb: RecordVerb | null) {
  const records: ListedRecord[] = [];
  const faults: RecordFault[] = [];
  items.forEach((item, position) => {
    const { byteStart, byteEnd } = item;
    const reading = 'element' in item ? readItem(item.element, verb) : item;
    if ('reason' in reading) faults.push(toFault(bytes, item, position, reading));
    else records.push({ ...reading, position, byteStart, byteEnd });
  });
  return { records, faults };
}

function readItem(element: XmlElement, verb: RecordVerb | null): Reading {
  const listed = verb === 'ListIdentifiers';
  const headers = listed ? [element] : childrenOf(element, 'header');
  const [headerElement] = headers;
  if (headerElement === undefined) return { reason: 'a record without a header', line: null, column: null };
  // Two records whose tags between them were lost: to take it for the first would lose the second.
  if (headers.length > 1) return { reason: 'a record with two headers', line: null, column: null };
  const header = readHeader(headerElement);
  if (header === null) return { reason: 'a header without an identifier', line: null, column: null };
  if (listed) return { header, metadata: null, about: [] };
  const about = childrenOf(element, 'about').flatMap(({ children }) => children.slice(0, 1));
  return { header, metadata: child(element, 'metadata')?.children[0] ?? null, about };
}

function toFault(bytes: Uint8Array, { byteStart, byteEnd }: Salvaged, position: number, { reason, line, column }: Complaint): RecordFault {
  const own = bytes.slice(byteStart, byteEnd);
  return { position, identifier: identifierIn(own), reason, line, column, byteStart, byteEnd, bytes: own };
}

function identifierIn(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes).toString('utf8').replaceAll('\0', '');
  const found = /<(?:[\w.-]+:)?identifier(?:\s[^<>]*)?>\s*([^<>\s]+)\s*</.exec(text)?.[1] ?? null;
  return found === null ? null : found.replaceAll('&amp;', '&');
}
