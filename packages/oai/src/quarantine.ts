import { cutRecords, findList } from './cut-records.ts';
import type { Cut, ListPlace } from './cut-records.ts';
import { asBuffer, decodeStrictly, EncodingError } from './encoding.ts';
import type { DocumentEncoding } from './encoding.ts';
import { XmlError } from './errors.ts';
import { readPage } from './read-page.ts';
import type { RawPage } from './read-page.ts';
import { lineAndColumn, linesOf } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** A range of the page's bytes: a readable record, or what is wrong with it. */
export type Salvaged = { readonly byteStart: number; readonly byteEnd: number } & (
  | { readonly element: XmlElement }
  | { readonly reason: string; readonly line: number | null; readonly column: number | null }
);

export interface SalvagedPage {
  readonly page: RawPage;
  readonly items: readonly Salvaged[];
}

/**
 * Reads a page that is not well-formed as a whole: its records are cut out by their byte boundaries and parsed one by
 * one, so that one bad record affects only itself. Null when the frame around the records is broken too, or when records are
 * broken in each other in a way that would make them be read over and over.
 */
export function salvagePage(bytes: Uint8Array, encoding: DocumentEncoding, options: { readonly metadata: boolean }): SalvagedPage | null {
  const { markup, unit } = readableMarkup(bytes, encoding);
  const list = findList(markup);
  if (list === null) return null;
  const decode = ({ start, end }: Cut) =>
    decodeStrictly(bytes.subarray(encoding.start + start * unit, encoding.start + end * unit), { ...encoding, start: 0 });
  const head = attempt(() => decode({ start: 0, end: list.contentStart }));
  if (head instanceof Error) return null;
  let budget = characterBudget(markup);
  const parse = (cut: Cut): XmlElement | XmlError | EncodingError | null => {
    budget -= head.length + cut.end - cut.start;
    return budget < 0 ? null : attempt(() => readAlone(head, decode(cut), list, options));
  };
  const parsed = new Map<number, { readonly end: number; readonly result: ReturnType<typeof parse> }>();
  const { cuts, tail } = cutRecords(markup, list, (cut) => {
    const result = parse(cut);
    parsed.set(cut.start, { end: cut.end, result });
    return result !== null && !(result instanceof Error);
  });
  const lineOf = linesOf(markup);
  const page = attempt(() => readPage(head + decode({ start: tail, end: markup.length }), options));
  if (page instanceof Error || page.items.length > 0) return null;
  const items = cuts.map((cut): Salvaged | null => {
    const place = { byteStart: encoding.start + cut.start * unit, byteEnd: encoding.start + cut.end * unit };
    const before = parsed.get(cut.start);
    const result = before?.end === cut.end ? before.result : parse(cut);
    if (result === null) return null;
    return result instanceof Error ? { ...place, ...describe(result, lineOf, list, cut, unit) } : { ...place, element: result };
  });
  return items.includes(null) ? null : { page, items: items as readonly Salvaged[] };
}

/**
 * Characters that records of a page are parsed from altogether, at most. Each record is parsed once or twice with the head of the
 * page before it; more is only needed where records begin within broken records.
 */
const characterBudget = (markup: string): number => 12 * markup.length + 8_000_000;

/** One character for each `unit` bytes, so that markup can be found whatever is wrong with the text. */
function readableMarkup(bytes: Uint8Array, { label, start }: DocumentEncoding): { markup: string; unit: number } {
  const body = asBuffer(bytes).subarray(start);
  if (!label.startsWith('utf-16')) return { markup: body.toString('latin1'), unit: 1 };
  return { markup: new TextDecoder(label, { ignoreBOM: true }).decode(body), unit: 2 };
}

function attempt<T>(read: () => T): T | XmlError | EncodingError {
  try {
    return read();
  } catch (error) {
    if (error instanceof XmlError || error instanceof EncodingError) return error;
    throw error;
  }
}

function readAlone(head: string, text: string, list: ListPlace, options: { readonly metadata: boolean }): XmlElement {
  const page = readPage(`${head}${text}</${list.prefix}${list.verb}></${list.rootName}>`, options);
  const [item] = page.items;
  const whole = page.items.length === 1 && item!.start === head.length && item!.end === head.length + text.length;
  if (whole) return item!.element;
  const { line, column } = lineAndColumn(head, head.length);
  throw new XmlError('text between records', line, column);
}

/** Errors are given in lines and columns of the page; for a bad encoding, columns count bytes. */
function describe(error: XmlError | EncodingError, lineOf: ReturnType<typeof linesOf>, list: ListPlace, cut: Cut, unit: number) {
  if (error instanceof EncodingError) {
    const place = error.byteOffset === null ? null : lineOf(cut.start + error.byteOffset / unit);
    return { reason: error.message, line: place?.line ?? null, column: place?.column ?? null };
  }
  const headEnd = lineOf(list.contentStart);
  const start = lineOf(cut.start);
  const column = error.line === headEnd.line ? error.column - headEnd.column + start.column : error.column;
  return { reason: error.reason, line: error.line - headEnd.line + start.line, column };
}
