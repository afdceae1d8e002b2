import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import {
  NoReplyError,
  NotOaiError,
  OaiError,
  OaiHttpError,
  type OaiClient,
  type OaiReply,
  readRecord,
  type RecordHeader,
  XmlError,
} from '@thresher/oai';
import type { FetchedReply } from '@thresher/store/harvest';
import { askSource, onlyIfBusy } from '../requests/ask-source.ts';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import { HarvestStoppedError } from '../walk/walk-window.ts';

const compress = promisify(zstdCompress);

/** What GetRecord says of one identifier. */
export type RecordAnswer =
  /** The record came, possibly as a deleted header. */
  | { readonly kind: 'there'; readonly header: RecordHeader; readonly reply: OaiReply }
  /** The source says that it has no such record: by OAI-PMH, or by the status of HTTP alone. */
  | { readonly kind: 'gone'; readonly says: string; readonly byStatusOnly: boolean }
  /** No reliable answer: Zenodo answers 500 to deleted records and in many other cases. */
  | { readonly kind: 'unclear'; readonly says: string };

/** What a failed GetRecord means for the record; `refused` if the server refuses this client or its rate, not the record. */
export function classifyLookupFailure(
  error: unknown,
): Exclude<RecordAnswer, { kind: 'there' }> | { readonly kind: 'refused'; readonly error: OaiHttpError } | null {
  if (error instanceof OaiError) {
    if (error.code === 'idDoesNotExist') return { kind: 'gone', says: 'idDoesNotExist', byStatusOnly: false };
    return { kind: 'unclear', says: error.message };
  }
  if (error instanceof OaiHttpError) {
    if (error.status === 404 || error.status === 410) return { kind: 'gone', says: `HTTP ${error.status}`, byStatusOnly: true };
    if (error.status === 401 || error.status === 403 || error.status === 429) return { kind: 'refused', error };
    return { kind: 'unclear', says: `HTTP ${error.status}` };
  }
  if (error instanceof NoReplyError || error instanceof XmlError || error instanceof NotOaiError)
    return { kind: 'unclear', says: error.message };
  return null;
}

/**
 * Asks for one record. A lost answer or a 5xx decides nothing about the record, and is not requested again.
 *
 * @throws HarvestStoppedError if the server refuses this client; HostBlockedError; the signal's reason.
 */
export async function askRecord(
  client: OaiClient,
  hostRateLimit: HostRateLimit,
  identifier: string,
  metadataPrefix: string,
  signal: AbortSignal,
): Promise<RecordAnswer> {
  try {
    const send = () => client.request({ verb: 'GetRecord', identifier, metadataPrefix }, signal);
    const reply = await askSource(hostRateLimit, send, signal, onlyIfBusy);
    return { kind: 'there', header: readRecord(reply).header, reply };
  } catch (error) {
    signal.throwIfAborted();
    const failure = classifyLookupFailure(error);
    if (failure === null) throw error;
    if (failure.kind !== 'refused') return failure;
    if (failure.error.status !== 429) throw new HarvestStoppedError(`${failure.error.message}: it refuses this client`, { cause: error });
    return { kind: 'unclear', says: failure.error.message };
  }
}

/** An answer as it is stored: a page of one record. */
export async function toFetched({ header, reply }: Extract<RecordAnswer, { kind: 'there' }>): Promise<FetchedReply> {
  return {
    identifier: header.identifier,
    content: await compress(reply.bytes),
    content_length: reply.bytes.byteLength,
    response_date: null,
  };
}
