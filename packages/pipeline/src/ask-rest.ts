import { backoffMs, fetchReply, NoReplyError, type OaiReply, type Transport } from '@thresher/oai';
import type { FilesAndStats } from '@thresher/store';
import type { Pacer } from './pacer.ts';
import { readRestRecord } from './rest-record.ts';

/** Where records are asked for, and as whom. */
export interface RestDoor {
  readonly transport: Transport;
  readonly userAgent: string;
  /** `https://zenodo.org/api/records/`; the record number follows. */
  readonly recordsURL: string;
}

/** What the REST API of a source says of one record. */
export type RestAnswer =
  | { readonly kind: 'there'; readonly found: FilesAndStats }
  /** It has no such record (404), or no more (410). */
  | { readonly kind: 'gone'; readonly status: 404 | 410 }
  /** It does not show it to this client: a private record, or all of them. */
  | { readonly kind: 'refused'; readonly status: 401 | 403 }
  /** Nothing that can be relied on. */
  | { readonly kind: 'unclear'; readonly says: string };

/** The REST API of the InvenioRDM that answers OAI-PMH at this URL. */
export const recordsUrlOf = (baseURL: string): string => new URL('/api/records/', baseURL).href;

const timeoutMs = 30_000;
const maxBytes = 20_000_000;
const maxRepeats = 5;

/**
 * Asks for one record at the pace of its host. Repeats what was turned away with 429 or 503, and nothing else.
 *
 * @throws HostBlockedError; the signal's reason.
 */
export async function askRest(door: RestDoor, pacer: Pacer, recid: number, signal: AbortSignal): Promise<RestAnswer> {
  const limits = { userAgent: door.userAgent, timeoutMs, maxBytes, accept: 'application/json' };
  for (let tries = 0; ; tries++) {
    const turn = await pacer.turn(null, signal);
    try {
      const reply = await fetchReply(door.transport, `${door.recordsURL}${recid}`, limits, signal);
      await pacer.heed(turn, reply.rateLimit);
      const isBusy = reply.status === 429 || reply.status === 503;
      if (!isBusy) return judgeReply(reply, recid);
      if (tries >= maxRepeats) return { kind: 'unclear', says: `HTTP ${reply.status}, ${tries + 1} times` };
      await pacer.pause(backoffMs(tries, reply.retryAfterMs));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof NoReplyError)) throw error;
      return { kind: 'unclear', says: error.message };
    }
  }
}

/** What an answer says of the record. A page for people says nothing: it comes from a proxy, or from where no such API is. */
export function judgeReply({ status, bytes }: Pick<OaiReply, 'status' | 'bytes'>, recid: number): RestAnswer {
  const json = parseJson(bytes);
  if (status === 401 || status === 403) return { kind: 'refused', status };
  if (json === undefined) return { kind: 'unclear', says: `HTTP ${status}, and what came is not JSON` };
  if (status === 404 || status === 410) return { kind: 'gone', status };
  const found = status === 200 ? readRestRecord(json, recid) : null;
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
