import type { Logger } from '@thresher/runtime';
import type { Db, RunKind } from '@thresher/store/database';
import { lastRunStartedAt, listSources } from '@thresher/store/harvest';
import { lastFetchedAt } from '@thresher/store/read';
import { isMissed, schedulersOf, type ScheduleKind } from '../sources/schedule.ts';
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
export async function keepSchedules(db: Db, queue: ScheduleQueue, log: Logger, now = new Date()): Promise<number> {
  const sources = await listSources(db);
  const wanted = schedulersOf(sources.map((source) => ({ id: source.id, schedules: settingsOf(source).schedules ?? {} })));
  for (const scheduler of await queue.keep(wanted)) {
    const { sourceId, kind } = scheduler;
    log.info({ source: sourceId, kind, cron: scheduler.cron, timeZone: scheduler.timeZone }, 'schedule set');
    const lastAt = kind === 'enrich' ? await lastFetchedAt(db, sourceId) : await lastRunStartedAt(db, sourceId, satisfiedBy[kind]);
    if (isMissed(scheduler, lastAt, now)) await queue.tick({ sourceId, kind });
  }
  return wanted.length;
}
