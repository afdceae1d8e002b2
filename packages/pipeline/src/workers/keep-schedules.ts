import type { Logger } from '@thresher/runtime';
import type { Db, RunKind } from '@thresher/store/database';
import { lastPruningAt, lastRunStartedAt, listSources, saveNextTicks, type Source } from '@thresher/store/harvest';
import { lastFetchedAt } from '@thresher/store/read';
import {
  isMissed,
  nextTick,
  pruneScheduler,
  pruneSchedulerId,
  type Schedule,
  type ScheduleKind,
  type Scheduler,
  schedulersOf,
  type Tick,
} from '../sources/schedule.ts';
import type { ScheduleQueue } from '../queue/schedule-queue.ts';
import { settingsOf } from '../sources/sources.ts';

/** Runs after which a schedule of a kind has nothing to catch up with. */
const satisfiedBy: Record<Exclude<ScheduleKind, 'enrich'>, readonly RunKind[]> = {
  full: ['full', 'dump'],
  incremental: ['full', 'dump', 'incremental'],
};

/**
 * Makes the queue keep the schedules of all sources as they stand in the database. Where it had lost one, a tick that was
 * due meanwhile comes now. Returns how many schedules of sources there are.
 *
 * @param pruning when old rows are deleted; left out by commands, whose environment need not be that of the harvester
 */
export async function applySchedulesOfSources(
  db: Db,
  queue: ScheduleQueue,
  log: Logger,
  pruning?: Schedule,
  now = new Date(),
): Promise<number> {
  const sources = await listSources(db);
  const ofSources = schedulersOf(sources.map((source) => ({ id: source.id, schedules: settingsOf(source).schedules ?? {} })));
  const wanted = pruning === undefined ? ofSources : [...ofSources, pruneScheduler(pruning)];
  await noteNextTicks(db, sources, wanted, now);
  for (const scheduler of await queue.keep(wanted, pruning === undefined ? [pruneSchedulerId] : [])) {
    log.info({ source: scheduler.sourceId, kind: scheduler.kind, cron: scheduler.cron, timeZone: scheduler.timeZone }, 'schedule set');
    if (isMissed(scheduler, await lastBegunAt(db, scheduler), now)) await queue.tick(tickOf(scheduler));
  }
  return ofSources.length;
}

const tickOf = (tick: Tick): Tick =>
  tick.sourceId === null ? { sourceId: null, kind: tick.kind } : { sourceId: tick.sourceId, kind: tick.kind };

/** Read before the queue, so that ticks missed during an outage of the queue count as overdue. A source that never ran is due at its next tick. */
async function noteNextTicks(db: Db, sources: readonly Source[], wanted: readonly Scheduler[], now: Date): Promise<void> {
  const names = new Map(sources.map(({ id, name }) => [id, name]));
  const ticks = [];
  for (const scheduler of wanted) {
    const at = nextTick(scheduler, (await lastBegunAt(db, scheduler)) ?? now);
    ticks.push({ source: scheduler.sourceId === null ? '' : names.get(scheduler.sourceId)!, kind: scheduler.kind, at });
  }
  await saveNextTicks(db, ticks);
}

function lastBegunAt(db: Db, tick: Tick): Promise<Date | null> {
  if (tick.sourceId === null) return lastPruningAt(db);
  return tick.kind === 'enrich' ? lastFetchedAt(db, tick.sourceId) : lastRunStartedAt(db, tick.sourceId, satisfiedBy[tick.kind]);
}
