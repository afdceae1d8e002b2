import { parseDatestamp } from '@thresher/oai';
import { parseDuration } from '@thresher/pipeline';
import { UsageError } from './io.ts';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * Reads a date as people write it: `2024-05-01`, `2024-05-01T12:00:00Z`, `7d` (seven days ago; s, m, h, d, w).
 * A day as an end means its last second.
 */
export function readDate(text: string, edge: 'start' | 'end', now: Date): Date {
  const ago = /^(\d+)([smhdw])$/.exec(text);
  if (ago !== null) return new Date(now.getTime() - Number(ago[1]) * units[ago[2] as keyof typeof units]);
  const date = parseDatestamp(text);
  if (date === null)
    throw new UsageError(`${JSON.stringify(text)} is not a date: write 2024-05-01, 2024-05-01T12:00:00Z, or 7d for seven days ago`);
  return edge === 'end' && /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(date.getTime() + units.d - 1_000) : date;
}

/** Reads a duration as people write it, `2h`, `90m`, `1d` or a bare number of seconds; in seconds. */
export function readDuration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new UsageError(`${JSON.stringify(text)} is not a duration: write 2h, 90m or 1d`);
  return seconds;
}
