import type { Client, errors, estypes } from '@elastic/elasticsearch';
import { IndexMissingError, SearchUnavailableError } from './errors.ts';

/** The connection to Elasticsearch that every function here takes first. */
export type SearchClient = Client;

/** Time limit and retries of a client. */
export interface SearchClientOptions {
  /** How long one request may take, in milliseconds; 30,000 unless specified. */
  readonly requestTimeoutMs?: number;
  /** How often the transport itself repeats a request after 502, 503, 504 or a lost connection; 3 unless specified. */
  readonly maxRetries?: number;
}

/**
 * A client for the server at `url` (user and password may stand in it), or for the nodes of a cluster at several URLs separated by
 * commas: requests go to them in turn, and not to one that is away. Opens no connection yet; close it with `close()`.
 * Elastic's library is loaded here: a process that has no Elasticsearch does not need its 30 MB.
 */
export async function createSearchClient(url: string, options: SearchClientOptions = {}): Promise<SearchClient> {
  const elastic = await import('@elastic/elasticsearch');
  return new elastic.Client({
    nodes: url.split(',').map((one) => one.trim()),
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    maxRetries: options.maxRetries ?? 3,
  });
}

/** Whether the server answers at all; never throws. */
export async function ping(client: SearchClient, options: { timeoutMs?: number } = {}): Promise<boolean> {
  try {
    return await client.ping({}, { requestTimeout: options.timeoutMs ?? 3_000, maxRetries: 0 });
  } catch {
    return false;
  }
}

/** The state of the cluster, as `health` reads it. */
export interface SearchHealth {
  readonly status: 'green' | 'yellow' | 'red';
  readonly clusterName: string;
  /** Version of the server, such as `8.19.13`. */
  readonly version: string;
}

/** State of the cluster. Throws `SearchUnavailableError` when it does not answer within the time (3,000 ms unless specified). */
export async function health(client: SearchClient, options: { timeoutMs?: number } = {}): Promise<SearchHealth> {
  const request = { requestTimeout: options.timeoutMs ?? 3_000, maxRetries: 0 };
  try {
    const [info, cluster] = await Promise.all([client.info({}, request), client.cluster.health({}, request)]);
    const status = cluster.status.toLowerCase() as SearchHealth['status'];
    return { status, clusterName: info.cluster_name, version: info.version.number };
  } catch (error) {
    throw new SearchUnavailableError(statusOf(error), { cause: error });
  }
}

/** Whether the client library threw this error. Compared by name, since the class exists only after the library is loaded. */
export function isClientError<Name extends keyof typeof errors>(error: unknown, name: Name): error is InstanceType<(typeof errors)[Name]> {
  return error instanceof Error && error.name === name;
}

/** Whether an error comes from the client library: an unexpected answer of the server, or none. */
export const isSearchError = (error: unknown): boolean =>
  isClientError(error, 'ResponseError') || isClientError(error, 'ConnectionError') || isClientError(error, 'TimeoutError');

/** HTTP status that a client error carries; null when no answer came. */
export function statusOf(error: unknown): number | null {
  return isClientError(error, 'ResponseError') ? (error.statusCode ?? null) : null;
}

/** The `type` of the error in an answer (`index_not_found_exception`); null when there is none. */
export function errorTypeOf(error: unknown): string | null {
  if (!isClientError(error, 'ResponseError')) return null;
  const body = error.body as { error?: { type?: unknown } } | undefined;
  return typeof body?.error?.type === 'string' ? body.error.type : null;
}

/**
 * Whether an error says that the index takes no requests or no writes now, whatever they are: it is closed, blocked, or not set up for
 * writing. Elasticsearch answers some of these with 400, as if the request were wrong. An operator did it and can undo it.
 */
export function isIndexShut(type: string | null | undefined, reason: string): boolean {
  if (type === 'cluster_block_exception' || type === 'index_closed_exception') return true;
  return (
    type === 'illegal_argument_exception' && /^no write index is defined for alias|^pipeline with id \[.*\] does not exist/.test(reason)
  );
}

/** The reason in an error answer, otherwise the message of the error: one line of at most 300 characters. */
export function reasonOf(error: unknown): string {
  const body = isClientError(error, 'ResponseError')
    ? (error.body as { error?: { type?: unknown; reason?: unknown } } | undefined)
    : undefined;
  const given = [body?.error?.type, body?.error?.reason].filter((part) => typeof part === 'string').join(': ');
  return (given || (error as Error).message).replaceAll(/\s+/g, ' ').slice(0, 300);
}

/**
 * Returns the answer if all shards took part in it. Throws `SearchUnavailableError` otherwise: if a shard has no copy left, Elasticsearch
 * answers from the others, and a count or a list is too small.
 */
export function ofAllShards<T extends { readonly _shards?: estypes.ShardStatistics | undefined }>(answer: T): T {
  const { failed = 0, total = 0, failures } = answer._shards ?? {};
  if (failed === 0) return answer;
  const reason = failures?.[0]?.reason.reason ?? 'no copy of them is available';
  throw new SearchUnavailableError(null, { cause: new Error(`${failed} of ${total} shards did not answer: ${reason}`) });
}

/** Runs a request and turns the client's errors into ours; those that are neither, and an abort, pass as they are. */
export async function translateErrors<T>(target: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (errorTypeOf(error) === 'index_not_found_exception') throw new IndexMissingError(target, { cause: error });
    if (isUnavailable(error)) throw new SearchUnavailableError(statusOf(error), { cause: error });
    throw error;
  }
}

function isUnavailable(error: unknown): boolean {
  if (isIndexShut(errorTypeOf(error), '')) return true;
  const status = statusOf(error);
  if (status !== null) return status === 429 || status >= 500;
  return (
    isClientError(error, 'ConnectionError') || isClientError(error, 'TimeoutError') || isClientError(error, 'NoLivingConnectionsError')
  );
}
