import { certificateFault } from '@thresher/runtime';
import { BulkRequestError, IndexMissingError, isSearchError, SearchUnavailableError } from '@thresher/search';

/** Elasticsearch accepts none of these documents now, and no record is at fault: they wait. */
export class DocumentsWaitError extends Error {
  override readonly name = 'DocumentsWaitError';
}

/** Elasticsearch rejects whatever is sent, until a person changes something. The message says what it answers, and what to do. */
export class SearchRefusedError extends Error {
  override readonly name = 'SearchRefusedError';
}

/** Why nothing reaches the index. */
export interface SearchFault {
  /** What Elasticsearch answers. */
  readonly reason: string;
  /** It rejects every request until a person changes something; else it is away, busy or blocked, and work continues by itself. */
  readonly refused: boolean;
}

/** What an error says of the search server; null if it comes from somewhere else. */
export function searchFault(error: unknown): SearchFault | null {
  const isOurs = error instanceof BulkRequestError || error instanceof SearchUnavailableError;
  const certificate = isOurs || isSearchError(error) ? certificateFault(error) : null;
  if (certificate !== null) return { reason: `Elasticsearch: ${certificate}`, refused: true };
  if (error instanceof BulkRequestError) return { reason: error.message, refused: error.refused };
  if (error instanceof DocumentsWaitError || error instanceof SearchUnavailableError || error instanceof IndexMissingError)
    return { reason: error.message, refused: false };
  // An answer that nobody expected, such as 401 to a refresh.
  return isSearchError(error) ? { reason: `Elasticsearch answers: ${(error as Error).message.split('\n')[0]}`, refused: true } : null;
}

/** Rejected requests in a row after which a command ends; with the growing pauses between them about 15 seconds. */
export const mostRefusals = 5;

/** Throws SearchRefusedError if only a person can help. `fault`: as `findIndexingFault` has it. */
export function throwIfRefused(fault: { readonly refused: boolean; readonly times: number; readonly reason: string } | null): void {
  if (fault?.refused && fault.times >= mostRefusals)
    throw new SearchRefusedError(
      `${fault.reason} (${fault.times} times in a row). Check ELASTICSEARCH_URL, its user's rights and what is between here and the server; the same command continues from here`,
    );
}
