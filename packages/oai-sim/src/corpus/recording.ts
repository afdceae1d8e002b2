import { XML_HEADERS } from '../answer.ts';
import type { SimAnswer } from '../answer.ts';

/** A recorded list: one body per page, each answered byte for byte. */
export interface Recording {
  readonly pages: readonly Uint8Array[];
  /** The page (from 1) that a recorded token led to. */
  readonly pageOfToken: ReadonlyMap<string, number>;
  readonly metadataPrefix: string;
  /** The set of the list, if it is the list of a set. */
  readonly setSpec: string | null;
  /** The oldest and youngest datestamp in it. */
  readonly oldest: number;
  readonly youngest: number;
}

/** The recorded page, if the request asks for the whole list or continues with a recorded token; otherwise undefined. */
export function answerRecorded(recording: Recording, query: URLSearchParams): SimAnswer | undefined {
  if (query.get('verb') !== 'ListRecords') return undefined;
  const token = query.get('resumptionToken');
  const page = token === null ? (asksForAll(recording, query) ? 1 : undefined) : recording.pageOfToken.get(token);
  const body = page === undefined ? undefined : recording.pages[page - 1];
  return body === undefined ? undefined : { status: 200, headers: XML_HEADERS, body };
}

function asksForAll(recording: Recording, query: URLSearchParams): boolean {
  const from = query.get('from');
  const until = query.get('until');
  const set = query.get('set');
  return (
    query.get('metadataPrefix') === recording.metadataPrefix &&
    (set === null || set === recording.setSpec) &&
    (from === null || Date.parse(from) <= recording.oldest) &&
    (until === null || Date.parse(until) >= recording.youngest)
  );
}
