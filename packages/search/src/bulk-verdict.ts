import type { estypes } from '@elastic/elasticsearch';
import type { BulkItem } from './bulk-body.ts';

/** An item that Elasticsearch refused. */
export interface BulkFailure {
  /** `_id` of the document. */
  readonly id: string;
  readonly status: number;
  readonly reason: string;
  /** True for 429 and 5xx: the server was the cause, not the document, so a later attempt can succeed. */
  readonly retryable: boolean;
}

/** What became of one item. `stale`: the index already has a newer version. */
export type BulkVerdict =
  | { readonly kind: 'indexed' | 'deleted' | 'stale' }
  | { readonly kind: 'failed'; readonly failure: BulkFailure }
  | { readonly kind: 'index-missing' };

/** Judges one item of a bulk response. */
export function judgeItem(sent: BulkItem, answer: estypes.BulkResponseItem | undefined): BulkVerdict {
  if (answer === undefined) return failed(sent, 500, 'no answer for this item');
  const { status, error } = answer;
  if (status >= 200 && status < 300) return { kind: sent.kind === 'index' ? 'indexed' : 'deleted' };
  if (status === 409) return { kind: 'stale' };
  if (error?.type === 'index_not_found_exception') return { kind: 'index-missing' };
  if (status === 404 && sent.kind === 'delete' && !error) return { kind: 'deleted' };
  return failed(sent, status, reasonOf(error));
}

function failed({ id }: BulkItem, status: number, reason: string): BulkVerdict {
  return { kind: 'failed', failure: { id, status, reason, retryable: status === 429 || status >= 500 } };
}

/** The cause says which value was wrong, the error itself often only which field. */
function reasonOf(error: estypes.ErrorCause | undefined): string {
  const parts = [error?.type, error?.reason, error?.caused_by?.reason].filter((part) => part);
  return parts.length > 0 ? parts.join(': ') : 'no reason given';
}
