import { setTimeout as delay } from 'node:timers/promises';
import type { estypes } from '@elastic/elasticsearch';
import { cutByBytes, encodeOperation, type BulkItem, type BulkOperation } from './bulk-body.ts';
import { classifyItem, type BulkFailure } from './bulk-verdict.ts';
import { errorTypeOf, isClientError, isIndexShut, reasonOf, statusOf, type SearchClient } from './client.ts';
import { BulkRequestError, IndexMissingError } from './errors.ts';

/** Where and how documents are written. */
export interface BulkWrite {
  /** An alias to write through, or one index by its own name (while it is filled before a swap). */
  readonly target: { readonly alias: string } | { readonly index: string };
  readonly operations: readonly BulkOperation[];
  readonly signal?: AbortSignal;
  /** Largest body in bytes; 5 MB unless specified. */
  readonly maxBytes?: number;
  /** How often an item is sent before it is given up; 5 unless specified. */
  readonly maxAttempts?: number;
  /** Wait before the second attempt in milliseconds; doubles each time, with up to half of it again at random. 250 unless specified. */
  readonly backoffMs?: number;
  /** Is given the number of operations each time that some are sent again. */
  readonly onRetry?: (operations: number) => void;
}

/** Every operation is counted once: `indexed + deleted + stale + failed.length` is their number. */
export interface BulkResult {
  readonly indexed: number;
  /** Deleted, or not in the index before. */
  readonly deleted: number;
  /** The index already had a newer version. */
  readonly stale: number;
  readonly failed: readonly BulkFailure[];
}

type Tally = { indexed: number; deleted: number; stale: number; failed: BulkFailure[] };

/**
 * Writes documents and deletions with external versions; repeating or reordering calls does no harm. Items answered
 * with 429 or 5xx are sent again, alone, with growing waits; what remains is in `failed`. A body that is too large for the
 * server (413) is sent in halves.
 *
 * Throws `BulkRequestError` when a request fails as a whole (some bodies may have been written by then),
 * `IndexMissingError` when the alias or index is not there, the signal's reason when aborted.
 */
export async function writeBulk(client: SearchClient, write: BulkWrite): Promise<BulkResult> {
  const tally: Tally = { indexed: 0, deleted: 0, stale: 0, failed: [] };
  const items = write.operations.map(encodeOperation);
  for (const body of cutByBytes(items, write.maxBytes ?? 5_000_000)) await writeBody(client, write, body, tally);
  return tally;
}

async function writeBody(client: SearchClient, write: BulkWrite, body: BulkItem[], tally: Tally): Promise<void> {
  const maxAttempts = write.maxAttempts ?? 5;
  let pending = body;
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    const last = attempt >= maxAttempts;
    const answers = await send(client, write, pending, attempt, last);
    if (answers === 'too large') return writeHalves(client, write, pending, tally);
    pending = answers === 'busy' ? pending : countFinished(write, pending, answers, tally, last);
    if (pending.length === 0) return;
    write.onRetry?.(pending.length);
    await pause(write, attempt);
  }
}

async function writeHalves(client: SearchClient, write: BulkWrite, body: BulkItem[], tally: Tally): Promise<void> {
  if (body.length === 1) {
    const [{ id, bytes }] = body as [BulkItem];
    tally.failed.push({ id, status: 413, reason: `its ${bytes} bytes are more than the server accepts in a request`, cause: 'document' });
    return;
  }
  const middle = Math.ceil(body.length / 2);
  for (const half of [body.slice(0, middle), body.slice(middle)]) await writeBody(client, write, half, tally);
}

/** `busy`: the server accepted none of it (its queues are full) and may accept it later. */
async function send(
  client: SearchClient,
  write: BulkWrite,
  items: readonly BulkItem[],
  attempt: number,
  last: boolean,
): Promise<readonly estypes.BulkResponseItem[] | 'busy' | 'too large'> {
  try {
    write.signal?.throwIfAborted();
    return await request(client, write, items);
  } catch (error) {
    if (write.signal?.aborted) throw write.signal.reason;
    if (errorTypeOf(error) === 'index_not_found_exception') throw new IndexMissingError(nameOf(write), { cause: error });
    const status = statusOf(error);
    if (status === 413) return 'too large';
    if (!last && isBusy(error)) return 'busy';
    throw new BulkRequestError({ status, attempts: attempt, reason: reasonOf(error), refused: isRefused(error) }, { cause: error });
  }
}

/** A block of the whole cluster answers 403, a closed index 400, and both end without a change of the request. */
function isRefused(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  const passing = status === 408 || status === 429 || isIndexShut(errorTypeOf(error), '');
  return status >= 300 && status < 500 && !passing;
}

function isBusy(error: unknown): boolean {
  const status = statusOf(error);
  return status === 429 || status === 503 || isClientError(error, 'ConnectionError') || isClientError(error, 'TimeoutError');
}

/** How long the server waits for a shard. Less than the client waits for the reply, or the client would never learn the reason. */
const SERVER_PATIENCE = '20s';

/** The members of an answer that are read; the rest (index, id, version, shards of each item) is six times as long. */
const NEEDED = 'items.*.status,items.*.error';

/** The transport's own retries are off: this file decides, and must be able to stop at once when aborted. */
async function request(client: SearchClient, write: BulkWrite, items: readonly BulkItem[]): Promise<readonly estypes.BulkResponseItem[]> {
  const answer = await client.transport.request<estypes.BulkResponse>(
    {
      method: 'POST',
      path: `/${encodeURIComponent(nameOf(write))}/_bulk`,
      querystring: { timeout: SERVER_PATIENCE, filter_path: NEEDED, ...('alias' in write.target && { require_alias: true }) },
      bulkBody: items.map((item) => item.lines).join(''),
    },
    { maxRetries: 0, ...(write.signal && { signal: write.signal }) },
  );
  return answer.items.map((item) => Object.values(item)[0]!);
}

function nameOf({ target }: BulkWrite): string {
  return 'alias' in target ? target.alias : target.index;
}

/** Counts finished operations and returns those to send again. */
function countFinished(
  write: BulkWrite,
  items: readonly BulkItem[],
  answers: readonly estypes.BulkResponseItem[],
  tally: Tally,
  last: boolean,
): BulkItem[] {
  const again: BulkItem[] = [];
  for (const [position, item] of items.entries()) {
    const verdict = classifyItem(item, answers[position]);
    if (verdict.kind === 'index-missing') throw new IndexMissingError(nameOf(write));
    if (verdict.kind !== 'failed') tally[verdict.kind] += 1;
    else if (verdict.failure.cause === 'busy' && !last) again.push(item);
    else tally.failed.push(verdict.failure);
  }
  return again;
}

async function pause(write: BulkWrite, attempt: number): Promise<void> {
  const base = (write.backoffMs ?? 250) * 2 ** (attempt - 1);
  try {
    await delay(base * (1 + Math.random() / 2), undefined, { signal: write.signal });
  } catch (error) {
    throw write.signal?.aborted ? write.signal.reason : error;
  }
}
