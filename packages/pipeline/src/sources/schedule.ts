import { type ScheduleKind, scheduleKinds } from '@thresher/store/harvest';
import { CronExpressionParser } from 'cron-parser';

/** When something is due, as cron has it, in a time zone of the IANA list. */
export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
}

export { type ScheduleKind, scheduleKinds };
export type Schedules = Partial<Record<ScheduleKind, Schedule>>;

/** What is wrong with a schedule, in a phrase; null if nothing is. */
export function scheduleFault({ cron, timeZone }: Schedule): string | null {
  if (!isTimeZone(timeZone)) return `${JSON.stringify(timeZone)} is no time zone: write one of the IANA list, such as Europe/Zurich`;
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5) return `a cron expression has five fields (minute hour day month weekday), ${JSON.stringify(cron)} has ${fields}`;
  try {
    nextTick({ cron, timeZone }, new Date());
    return null;
  } catch (error) {
    return `${JSON.stringify(cron)} is no cron expression: ${(error as Error).message}`;
  }
}

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const expression = ({ cron, timeZone }: Schedule, currentDate: Date) => CronExpressionParser.parse(cron, { tz: timeZone, currentDate });

export const nextTick = (schedule: Schedule, now: Date): Date => expression(schedule, now).next().toDate();
export const lastTick = (schedule: Schedule, now: Date): Date => expression(schedule, now).prev().toDate();

/** Whether a tick was due since the last run and nobody was there. A source that never ran has missed nothing. */
export const isMissed = (schedule: Schedule, lastRunAt: Date | null, now: Date): boolean =>
  lastRunAt !== null && lastTick(schedule, now) > lastRunAt;

/** What is due: something of a source, or the deletion of old rows of the whole installation. */
export type Tick = { readonly sourceId: number; readonly kind: ScheduleKind } | { readonly sourceId: null; readonly kind: 'prune' };

/** One schedule, as the queue keeps it. */
export type Scheduler = Schedule & Tick & { readonly id: string };

/** The id of the schedule of {@link pruneScheduler}. */
export const pruneSchedulerId = 'installation-prune';

export const pruneScheduler = (schedule: Schedule): Scheduler => ({ ...schedule, id: pruneSchedulerId, sourceId: null, kind: 'prune' });

/** What the queue should keep. */
export function schedulersOf(sources: readonly { readonly id: number; readonly schedules: Schedules }[]): Scheduler[] {
  return sources.flatMap(({ id, schedules }) =>
    scheduleKinds.flatMap((kind) =>
      schedules[kind] === undefined ? [] : [{ ...schedules[kind], id: `source-${id}-${kind}`, sourceId: id, kind }],
    ),
  );
}

/**
 * The changes that make the queue's schedulers those that are wanted. Schedulers that are right are left alone: setting them again would
 * drop a tick that was missed and waits.
 *
 * @param leaveAlone ids of schedulers that stay as they are although they are not wanted
 */
export function planSchedulers(
  wanted: readonly Scheduler[],
  kept: readonly { readonly id: string; readonly cron: string; readonly timeZone: string }[],
  leaveAlone: readonly string[] = [],
): { readonly set: readonly Scheduler[]; readonly remove: readonly string[] } {
  const before = new Map(kept.map((one) => [one.id, one]));
  const ids = new Set([...wanted.map((one) => one.id), ...leaveAlone]);
  const isKept = ({ id, cron, timeZone }: Scheduler) => before.get(id)?.cron === cron && before.get(id)?.timeZone === timeZone;
  return { set: wanted.filter((one) => !isKept(one)), remove: kept.filter((one) => !ids.has(one.id)).map((one) => one.id) };
}
