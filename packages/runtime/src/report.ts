import type { Logger } from './logger.ts';

/** A cause of errors, and how often it occurred. Times are milliseconds of one clock. */
export interface Cause {
  /** When it was reported last. */
  readonly reportedAt: number;
  /** Occurrences since then. */
  readonly unreported: number;
  /** No further report for this long. */
  readonly pauseMs: number;
}

/** What to do about an occurrence. `occurrences`: how many a report is about; null: no report. */
export interface CauseDecision {
  readonly cause: Cause;
  readonly occurrences: number | null;
}

const firstPauseMs = 10_000;
const longestPauseMs = 10 * 60_000;

/**
 * Decides about one occurrence: the first of a cause is reported at once, the others together after pauses that double from 10 s to
 * 10 minutes. A cause that was away for twice its pause counts as new.
 */
export function nextReport(before: Cause | undefined, now: number): CauseDecision {
  if (before === undefined || now - before.reportedAt > before.pauseMs * 2)
    return { cause: { reportedAt: now, unreported: 0, pauseMs: firstPauseMs }, occurrences: (before?.unreported ?? 0) + 1 };
  if (now - before.reportedAt < before.pauseMs) return { cause: { ...before, unreported: before.unreported + 1 }, occurrences: null };
  const pauseMs = Math.min(before.pauseMs * 2, longestPauseMs);
  return { cause: { reportedAt: now, unreported: 0, pauseMs }, occurrences: before.unreported + 1 };
}

/** What two errors of the same cause have in common: numbers and identifiers do not count. */
export function causeOf(message: string, error: unknown): string {
  const { name = '', code = '', message: text = String(error) } = (error ?? {}) as { name?: string; code?: unknown; message?: string };
  return [message, name, String(code), text.slice(0, 200).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/gi, '#')].join('\n');
}

/** Logs errors that may come by the thousand: see {@link createReport}. */
export type Report = (error: unknown, message: string, fields?: Readonly<Record<string, unknown>>) => void;

const mostCauses = 200;

/**
 * Logs a warning for an error, one line for a cause: repetitions are counted and logged together, as `occurrences`, after growing
 * pauses.
 *
 * @param clock milliseconds; the process's monotonic clock unless specified
 */
export function createReport(log: Pick<Logger, 'warn'>, clock: () => number = () => performance.now()): Report {
  const causes = new Map<string, Cause>();
  return (error, message, fields = {}) => {
    const key = causeOf(message, error);
    const { cause, occurrences } = nextReport(causes.get(key), clock());
    // The newest last, so that the one dropped is the one heard of longest ago.
    causes.delete(key);
    causes.set(key, cause);
    if (causes.size > mostCauses) causes.delete(causes.keys().next().value!);
    if (occurrences !== null) log.warn({ err: error, ...fields, ...(occurrences > 1 && { occurrences }) }, message);
  };
}
