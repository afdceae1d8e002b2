import type { Logger } from '@thresher/runtime';
import type { Db, RunKind } from '@thresher/store/database';
import { lastRunStartedAt, listSources, saveNextTicks, type Source } from '@thresher/store/harvest';
import { lastFetchedAt } from '@thresher/store/read';
import { isMissed, nextTick, type Scheduler, schedulersOf, type ScheduleKind } from '../sources/schedule.ts';
import type { ScheduleQueue } from '../queue/schedule-queue.ts';
import { settingsOf } from '../sources/sources.ts';

/** Runs after which a schedule of a kind has nothing to catch up with. */
const satisfiedBy: Record<Exclude<ScheduleKind, 'enrich'>, readonly RunKind[]> = {
  full: ['full', 'dump'],
  incremental: ['full', 'dump', 'incremental'],
};

/**
 * Makes the queue keep the schedules of all sources as they stand in the database. Where it had lost one, a tick that was
 * due meanwhile comes now. Returns how many schedules there are.
 */
export async function applySchedulesOfSources(db: Db, queue: ScheduleQueue, log: Logger, now = new Date()): Promise<number> {
  const sources = await listSources(db);
  const wanted = schedulersOf(sources.map((source) => ({ id: source.id, schedules: settingsOf(source).schedules ?? {} })));
  await noteNextTicks(db, sources, wanted, now);
  for (const scheduler of await queue.keep(wanted)) {
    const { sourceId, kind } = scheduler;
    log.info({ source: sourceId, kind, cron: scheduler.cron, timeZone: scheduler.timeZone }, 'schedule set');
    if (isMissed(scheduler, await lastBegunAt(db, scheduler), now)) await queue.tick({ sourceId, kind });
  }
  return wanted.length;
}

/** Read before the queue, so that ticks missed during an outage of the queue count as overdue. A source that never ran is due at its next tick. */
async function noteNextTicks(db: Db, sources: readonly Source[], wanted: readonly Scheduler[], now: Date): Promise<void> {
  const names = new Map(sources.map(({ id, name }) => [id, name]));
  const ticks = [];
  for (const scheduler of wanted) {
    const at = nextTick(scheduler, (await lastBegunAt(db, scheduler)) ?? now);
    ticks.push({ source: names.get(scheduler.sourceId)!, kind: scheduler.kind, at });
  }
  await saveNextTicks(db, ticks);
}

const lastBegunAt = (db: Db, { sourceId, kind }: Scheduler): Promise<Date | null> =>
  kind === 'enrich' ? lastFetchedAt(db, sourceId) : lastRunStartedAt(db, sourceId, satisfiedBy[kind]);
