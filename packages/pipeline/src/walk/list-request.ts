import {
  type Bounded,
  isInside,
  NoReplyError,
  NotOaiError,
  OaiError,
  OaiHttpError,
  type DateWindow,
  type Granularity,
  type ListPage,
  type OaiClient,
  type OaiReply,
  parseDatestamp,
  readListPage,
  tokenLifeMs,
  type WalkEvent,
  XmlError,
} from '@thresher/oai';
import type { Send } from '../requests/ask-source.ts';

/** The result of one list request: the event for the walk and, if that is a `page`, the page to store. */
export interface ListAnswer {
  readonly event: WalkEvent;
  readonly page: ListPage | null;
  /** Null if no answer came. */
  readonly reply: OaiReply | null;
  /** Why the answer was not read: its reader would die; null if it was read. */
  readonly deadly: string | null;
}

/** Reads an answer in a separate process, and returns how that died; null if it did not. */
export type FindDeathOfReader = (reply: OaiReply) => Promise<string | null>;

/** Sends one list request, and reads its answer, if asked for in a separate process first. Throws only the signal's reason, and what the rate limit throws. */
export async function readList(
  client: Pick<OaiClient, 'warn'>,
  send: Send,
  window: DateWindow,
  granularity: Granularity,
  signal: AbortSignal,
  findDeath: FindDeathOfReader | null = null,
): Promise<ListAnswer> {
  let reply: OaiReply | null = null;
  try {
    const answer = await send();
    reply = answer;
    const deadly = findDeath === null ? null : await findDeath(answer);
    if (deadly !== null) return { event: { kind: 'deadly', reason: deadly }, page: null, reply, deadly };
    const page = readListPage(answer, { metadata: false });
    const { doubt } = tokenLife(page);
    if (doubt !== null) client.warn(doubt);
    return { event: pageEvent(page, window, granularity, new Date()), page, reply: answer, deadly: null };
  } catch (error) {
    signal.throwIfAborted();
    return { event: errorEvent(error), page: null, reply, deadly: null };
  }
}

function errorEvent(error: unknown): WalkEvent {
  if (error instanceof OaiError) return protocolEvent(error);
  if (error instanceof OaiHttpError) return statusEvent(error);
  // Sent again it would be as large; smaller windows keep what lies around it.
  if (error instanceof NoReplyError && error.reason === 'too-large')
    return { kind: 'deadly', reason: `${error.message}: MAX_PAGE_MB is the limit` };
  if (error instanceof NoReplyError || error instanceof XmlError || error instanceof NotOaiError)
    return { kind: 'noReply', reason: error.message };
  throw error;
}

function protocolEvent(error: OaiError): WalkEvent {
  if (error.code === 'noRecordsMatch') return { kind: 'noRecordsMatch' };
  if (error.code === 'badResumptionToken') return { kind: 'badResumptionToken' };
  return { kind: 'refused', reason: error.message, badArgument: error.code === 'badArgument' };
}

function statusEvent({ status, retryAfterMs, message }: OaiHttpError): WalkEvent {
  if (status === 429) return { kind: 'tooManyRequests', retryAfterMs };
  if (status === 401 || status === 403) return { kind: 'forbidden', reason: `${message}: it refuses this client` };
  if (status >= 500) return { kind: 'serverError', retryAfterMs, reason: message };
  return { kind: 'refused', reason: message };
}

function pageEvent(page: ListPage, window: DateWindow, granularity: Granularity, now: Date): WalkEvent {
  const token = page.resumptionToken;
  return {
    kind: 'page',
    records: page.records.length + page.faults.length,
    first: page.records[0]?.header.identifier ?? null,
    outside: page.records.filter(({ header }) => isOutside(header.datestamp, window, granularity)).length,
    token: token?.value ?? null,
    tokenExpiresAt: tokenExpiresAt(page, now),
    declared: token?.completeListSize ?? null,
  };
}

/** How long the token of a page lives by the server's clock, in milliseconds; null if that is unknown or not believable. */
const tokenLife = ({ resumptionToken, responseDate }: ListPage): Bounded<number | null> =>
  tokenLifeMs(resumptionToken?.expirationDate ?? null, parseDatestamp(responseDate));

/** When the token dies by our clock: as long from now as it is from `responseDate` by the server's. */
export function tokenExpiresAt(page: ListPage, now: Date): Date | null {
  const { value: lifeMs } = tokenLife(page);
  return lifeMs === null ? null : new Date(now.getTime() + lifeMs);
}

function isOutside(datestamp: string, window: DateWindow, granularity: Granularity): boolean {
  const date = parseDatestamp(datestamp);
  return date !== null && !isInside(window, date, granularity);
}
