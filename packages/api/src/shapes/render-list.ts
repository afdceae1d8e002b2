import { type RecordMetadata } from '@thresher/datacite';
import { ApiProblem } from '../problems/problem.ts';
import { exportableRecords, type RecordFacts } from './record-facts.ts';
import { RESULT_FORMATS } from './result-formats.ts';
import type { View } from './views.ts';
import { CITATION, type ListFormat } from './wanted-format.ts';

/** The formats of a list that are no JSON of this API. */
export type TextFormat = Exclude<ListFormat, View>;

/** How a record is cited. */
type Cite = (metadata: RecordMetadata) => Promise<string>;

/** Citations in one reply: one takes milliseconds, in which nothing else is answered. */
const MOST_CITATIONS = 100;

/** Throws an `ApiProblem` if that many records in that format are too many for one reply. */
export function checkListSize(format: ListFormat, size: number): void {
  if (format === CITATION.name && size > MOST_CITATIONS)
    throw new ApiProblem(400, 'wrong-parameter', `size must be ${MOST_CITATIONS} or less for citations`, { parameter: 'size' });
}

/** The records in that format, one by one. Records whose metadata could not be mapped have nothing to show. */
export async function renderRecords(
  records: readonly RecordFacts[],
  format: TextFormat,
  { origin, cite }: { readonly origin: string; readonly cite: Cite },
): Promise<string[]> {
  const readable = exportableRecords(records);
  if (format === CITATION.name) return Promise.all(readable.map(({ metadata }) => cite(metadata)));
  return readable.map((record) => RESULT_FORMATS[format].render(record, origin));
}

/** The whole reply of the records that `renderRecords` made. */
export function listBody(format: TextFormat, texts: readonly string[]): { readonly type: string; readonly body: string } {
  if (format === CITATION.name) return { type: `${CITATION.mediaType}; charset=utf-8`, body: texts.map((text) => `${text}\n`).join('') };
  const { mediaType, begin, between, end } = RESULT_FORMATS[format];
  return { type: `${mediaType}; charset=utf-8`, body: begin + texts.join(between) + end(texts.length) };
}
