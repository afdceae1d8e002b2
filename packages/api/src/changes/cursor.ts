import { placeBefore, type StepPlace } from '@thresher/store/changes';
import type { Micros } from '@thresher/store/database';

/** The place before all steps. */
export const BEGINNING: StepPlace = { at: 0, recordId: 0, revision: 0 };

/**
 * Where a client stands. History that is older than the retention policy allows is deleted, so a client may not continue from an instant
 * before the first one that is left, unless it began from the very beginning after that was deleted.
 */
export interface Position {
  readonly place: StepPlace;
  /** The instant from which all history was there when the client began from the very beginning; null: it began otherwise. */
  readonly begunWith: Micros | null;
}

/** Whether nothing that a client has not seen yet has been deleted. */
export const isContinuable = ({ place, begunWith }: Position, historyBegins: Micros): boolean =>
  place.at >= historyBegins || begunWith === historyBegins;

/** @param historyBegins the instant from which all history is there */
export function writeCursor({ place: { at, recordId, revision }, begunWith }: Position, historyBegins: Micros): string {
  const isOfBeginning = begunWith !== null && at < historyBegins;
  return [at, recordId, revision, ...(isOfBeginning ? [begunWith] : [])].join('-');
}

/**
 * Reads a cursor, or an instant to begin from (inclusive); null for any other text.
 *
 * @param historyBegins as for {@link writeCursor}
 */
export function readSince(text: string, historyBegins: Micros): Position | null {
  const cursor = /^(0|\d{13,16})-(\d{1,16})-(\d{1,9})(?:-(\d{13,16}))?$/.exec(text);
  if (cursor) {
    const place = { at: Number(cursor[1]), recordId: Number(cursor[2]), revision: Number(cursor[3]) };
    if (!Number.isSafeInteger(place.at) || !Number.isSafeInteger(place.recordId)) return null;
    return { place, begunWith: place.at === 0 ? historyBegins : cursor[4] === undefined ? null : Number(cursor[4]) };
  }
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)?$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : { place: placeBefore(Math.min(ms * 1_000, Number.MAX_SAFE_INTEGER)), begunWith: null };
}
