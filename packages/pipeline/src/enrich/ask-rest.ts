import { fetchReply, NoReplyError, type OaiReply, type Transport } from '@thresher/oai';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import { readRestRecord, type RestRecord } from './rest-record.ts';
import { askSource, onlyIfBusy } from '../requests/ask-source.ts';

/** The REST API to ask for records, and the User-Agent to send. */
export interface RestEndpoint {
  readonly transport: Transport;
  readonly userAgent: string;
  /** `https://zenodo.org/api/records/`; the id of the record follows. */
  readonly recordsURL: string;
}

/** What the REST API of a source says of one record. */
export type RestAnswer =
  | { readonly kind: 'there'; readonly found: RestRecord }
  /** It has no such record (404), or no more (410). */
  | { readonly kind: 'gone'; readonly status: 404 | 410 }
  /** It does not show it to this client: a private record, or all of them. */
  | { readonly kind: 'refused'; readonly status: 401 | 403 }
  /** Nothing that can be relied on. */
  | { readonly kind: 'unclear'; readonly says: string };

/** The REST API of the InvenioRDM that answers OAI-PMH at this URL. */
export const recordsUrlOf = (baseURL: string): string => new URL('/api/records/', baseURL).href;

/** Zenodo's `application/json` is a legacy form; InvenioRDM's own is all there is elsewhere. */
const accept = 'application/vnd.inveniordm.v1+json, application/json;q=0.9';
const timeoutMs = 30_000;
/** Of one answer, unpacked. As JavaScript's objects it takes some twenty times that; 25 records of Zenodo have 0.2 MB. */
const maxBytes = 8_000_000;

/**
 * Asks for one record. A request that was turned away with 429 or 503 is repeated.
 *
 * @throws HostBlockedError; the signal's reason.
 */
export async function askRest(
  endpoint: RestEndpoint,
  hostRateLimit: HostRateLimit,
  localId: string,
  signal: AbortSignal,
): Promise<RestAnswer> {
  const heard = await hear(endpoint, hostRateLimit, `${endpoint.recordsURL}${encodeURIComponent(localId)}`, signal);
  return 'says' in heard ? { kind: 'unclear', says: heard.says } : classifyReply(heard, localId);
}

/** Most that Zenodo gives a client without a token in one answer to a search. */
export const recordsPerRequest = 25;

/**
 * Asks for several records with one search, at the pace of the host: `recid:(1 OR 2)` of Zenodo's numbers, `id:("a" OR "b")` of
 * InvenioRDM's other ids, in all versions. Returns those that
 * it showed with all that is wanted of them; the others have to be asked for one by one, since a search does not show the deleted,
 * the hidden and the unknown apart. Null: this is no API that can be asked so, or it said nothing.
 *
 * @throws HostBlockedError; the signal's reason.
 */
export async function askRestMany(
  endpoint: RestEndpoint,
  hostRateLimit: HostRateLimit,
  localIds: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, RestRecord> | null> {
  const url = new URL(endpoint.recordsURL.replace(/\/$/, ''));
  url.search = new URLSearchParams({ q: queryFor(localIds), all_versions: 'true', size: String(recordsPerRequest) }).toString();
  const heard = await hear(endpoint, hostRateLimit, url.href, signal);
  return 'says' in heard ? null : readFound(heard, localIds);
}

const queryFor = (localIds: readonly string[]): string =>
  localIds.every((id) => /^\d+$/.test(id)) ? `recid:(${localIds.join(' OR ')})` : `id:(${localIds.map((id) => `"${id}"`).join(' OR ')})`;

/** A search that shows more than it was asked for is looked at so far. */
const mostHits = 100;

/** The records out of an answer to a search; null if it is none, or shows none of them. Pure. */
export function readFound<Id extends string | number>(
  { status, bytes }: Pick<OaiReply, 'status' | 'bytes'>,
  localIds: readonly Id[],
): Map<Id, RestRecord> | null {
  const hits = status === 200 ? (parseJson(bytes) as { hits?: { hits?: unknown } } | null | undefined)?.hits?.hits : undefined;
  if (!Array.isArray(hits)) return null;
  const found = new Map<Id, RestRecord>();
  for (const localId of localIds) {
    const shown = hits
      .slice(0, mostHits)
      .map((hit: unknown) => readRestRecord(hit, localId))
      .find((one) => one !== null);
    if (shown && isWhole(shown)) found.set(localId, shown);
  }
  return found.size === 0 ? null : found;
}

/** InvenioRDM's form says of each record whether its files are hidden. */
const isWhole = ({ facts, files, stats }: RestRecord): boolean => (facts !== undefined || files !== null) && stats !== null;

/** The answer, or what there was instead of one. */
async function hear(
  endpoint: RestEndpoint,
  hostRateLimit: HostRateLimit,
  url: string,
  signal: AbortSignal,
): Promise<OaiReply | { readonly says: string }> {
  const limits = { userAgent: endpoint.userAgent, timeoutMs, maxBytes, accept };
  const rule = { ...onlyIfBusy, refusalBlocks: false };
  try {
    const reply = await askSource(hostRateLimit, () => fetchReply(endpoint.transport, url, limits, signal), signal, rule);
    return rule.isBusy(reply.status) ? { says: `HTTP ${reply.status}, ${rule.busy + 1} times` } : reply;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof NoReplyError)) throw error;
    return { says: error.message };
  }
}

/** What an answer says of the record. A page for people says nothing: it comes from a proxy, or from where no such API is. */
export function classifyReply({ status, bytes }: Pick<OaiReply, 'status' | 'bytes'>, localId: string | number): RestAnswer {
  const json = parseJson(bytes);
  if (status === 401 || status === 403) return { kind: 'refused', status };
  if (json === undefined) return { kind: 'unclear', says: `HTTP ${status}, and what came is not JSON` };
  if (status === 404 || status === 410) return { kind: 'gone', status };
  const found = status === 200 ? readRestRecord(json, localId) : null;
  return found === null
    ? { kind: 'unclear', says: `HTTP ${status}${status === 200 ? ', but not that record' : ''}` }
    : { kind: 'there', found };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
