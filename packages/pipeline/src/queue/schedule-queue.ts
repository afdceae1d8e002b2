import { openBackend, type QueueOptions } from './bullmq.ts';
import { planSchedulers, scheduleKinds, type Scheduler, type Tick } from '../sources/schedule.ts';

export interface KeptScheduler {
  readonly id: string;
  readonly cron: string;
  readonly timeZone: string;
  /** Null if the queue does not know. */
  readonly nextAt: Date | null;
}

/** The clock of the installation: BullMQ's job schedulers, one for each schedule. */
export interface ScheduleQueue extends AsyncDisposable {
  /** Makes these, and those with ids in `leaveAlone`, the only schedules of the queue, and returns those that are new or changed. */
  keep(wanted: readonly Scheduler[], leaveAlone?: readonly string[]): Promise<readonly Scheduler[]>;
  kept(): Promise<readonly KeptScheduler[]>;
  /** Lets something tick at once, in addition to its schedule. */
  tick(tick: Tick): Promise<void>;
  /** Starts to process ticks. A tick whose `handle` throws is retried with a growing delay, at most five times. */
  work(handle: (tick: Tick) => Promise<void>): AsyncDisposable;
}

/** Ticks only start runs, so a process handles several at a time. */
const concurrency = 20;

/** Opens the queue of schedules. A tick that no process took stays queued and comes once, after any time. */
export function createScheduleQueue(options: QueueOptions): ScheduleQueue {
  const jobOptions = {
    removeOnComplete: true,
    removeOnFail: true,
    attempts: 5,
    backoff: { type: 'exponential', delay: options.retryMs ?? 30_000 },
  } as const;
  const backend = openBackend(options, 'schedule');
  const kept = async (): Promise<KeptScheduler[]> =>
    (await backend.use((queue) => queue.getJobSchedulers())).map(({ key, pattern, tz, next }) => ({
      id: key,
      cron: pattern ?? '',
      timeZone: tz ?? '',
      nextAt: next === undefined ? null : new Date(next),
    }));
  return {
    kept,
    async keep(wanted, leaveAlone) {
      const { set, remove } = planSchedulers(wanted, await kept(), leaveAlone);
      for (const id of remove) await backend.use((queue) => queue.removeJobScheduler(id));
      for (const { id, cron, timeZone, sourceId, kind } of set)
        await backend.use((queue) =>
          queue.upsertJobScheduler(
            id,
            { pattern: cron, tz: timeZone },
            { name: kind, data: sourceId === null ? { kind } : { sourceId, kind }, opts: jobOptions },
          ),
        );
      return set;
    },
    async tick(tick) {
      const job = {
        name: tick.kind,
        data: tick.sourceId === null ? { kind: tick.kind } : { ...tick },
        opts: { ...jobOptions, jobId: `now-${tick.sourceId ?? 'installation'}-${tick.kind}` },
      };
      await backend.use((queue) => queue.addBulk([job]));
    },
    work: (handle) => backend.work((job) => handle(tickOf(job.data)), concurrency),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

function tickOf({ sourceId, kind }: Readonly<Record<string, unknown>>): Tick {
  if (kind === 'prune') return { sourceId: null, kind };
  return { sourceId: Number(sourceId), kind: scheduleKinds.find((known) => known === kind) ?? 'incremental' };
}
