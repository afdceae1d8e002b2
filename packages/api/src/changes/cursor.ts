import { placeBefore, type StepPlace } from '@thresher/store/changes';

/** The place before all steps. */
export const BEGINNING: StepPlace = { at: 0, recordId: 0, revision: 0 };

export function writeCursor({ at, recordId, revision }: StepPlace): string {
  return `${at}-${recordId}-${revision}`;
}

/** Reads a cursor, or an instant to begin from (inclusive); null for any other text. */
export function readSince(text: string): StepPlace | null {
  const cursor = /^(0|\d{13,16})-(\d{1,16})-(\d{1,9})$/.exec(text);
  if (cursor) {
    const place = { at: Number(cursor[1]), recordId: Number(cursor[2]), revision: Number(cursor[3]) };
    return Number.isSafeInteger(place.at) && Number.isSafeInteger(place.recordId) ? place : null;
  }
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)?$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : placeBefore(Math.min(ms * 1_000, Number.MAX_SAFE_INTEGER));
}
