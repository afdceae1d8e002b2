import type { estypes } from '@elastic/elasticsearch';
import type { BulkItem } from './bulk-body.ts';
import { isIndexShut } from './client.ts';

/** An operation of a bulk request that Elasticsearch did not execute. */
export interface BulkFailure {
  /** `_id` of the document. */
  readonly id: string;
  readonly status: number;
  readonly reason: string;
  /**
   * `document`: the mapping does not accept it (400), or it alone is larger than a request may be (413); a later attempt fails
   * too. `busy`: the server could not (429, 5xx). `blocked`: the server does not accept writes now (403; an index that is
   * closed, or read-only because the disk is full). Both end by themselves or by an operator's hand, so the document has to wait.
   */
  readonly cause: 'document' | 'busy' | 'blocked';
}

/** The result of one operation. `stale`: the index already has a newer version. */
export type BulkVerdict =
  | { readonly kind: 'indexed' | 'deleted' | 'stale' }
  | { readonly kind: 'failed'; readonly failure: BulkFailure }
  | { readonly kind: 'index-missing' };

/** Classifies one item of a bulk response. */
export function classifyItem(sent: BulkItem, answer: estypes.BulkResponseItem | undefined): BulkVerdict {
  if (answer === undefined) return failed(sent, 500, 'no answer for this item', 'busy');
  const { status, error } = answer;
  if (status >= 200 && status < 300) return { kind: sent.kind === 'index' ? 'indexed' : 'deleted' };
  if (status === 409) return { kind: 'stale' };
  if (error?.type === 'index_not_found_exception') return { kind: 'index-missing' };
  if (status === 404 && sent.kind === 'delete' && !error) return { kind: 'deleted' };
  return failed(sent, status, reasonOf(error), causeOf(status, error));
}

/** Any status that does not name the document as the cause counts as a fault of the server, so that no record is given up for it. */
function causeOf(status: number, error?: estypes.ErrorCause): BulkFailure['cause'] {
  if (isIndexShut(error?.type, error?.reason ?? '')) return 'blocked';
  if (status === 400 || status === 413) return 'document';
  return status === 429 || status >= 500 ? 'busy' : 'blocked';
}

function failed({ id }: BulkItem, status: number, reason: string, cause: BulkFailure['cause']): BulkVerdict {
  return { kind: 'failed', failure: { id, status, reason, cause } };
}

/** The cause names the wrong value; the error itself often names only the field. */
function reasonOf(error: estypes.ErrorCause | undefined): string {
  const parts = [error?.type, error?.reason, error?.caused_by?.reason].filter((part) => part);
  return parts.length > 0 ? parts.join(': ') : 'no reason given';
}
