import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../database/db.ts';
import { type RunKind, type ScheduleKind, scheduleKinds } from '../database/harvest-schema.ts';
import { type AskedRun, listAskedRuns } from './asked-runs.ts';
import { readRateLimit, type StoredRateLimit } from './host-rate-limit.ts';
import { findIndexingFault } from './indexing-fault.ts';
import { nextTickMetric } from './metrics.ts';
import { maxPageTries } from './pages.ts';
import { coveredSets, findRun, lastRunStartedAt, listRuns, type Run, runTotals, type RunTotals } from './runs.ts';
import { listSources, type Source } from './sources.ts';
import { listWindows, type Window } from './windows.ts';

/** How far the records have come that the windows of a run have received in their last attempts. */
export interface RunProgress {
  readonly received: number;
  readonly inSql: number;
  /** Null without an index. */
  readonly inSearch: number | null;
  /** On pages that are given up: they stay where they are. */
  readonly setAside: number;
  /** The failure of a page that is not through, if any. */
  readonly failure: string | null;
}

/** A run with the sums over its windows, all of one instant. */
export interface CountedRun {
  readonly run: Run;
  readonly totals: RunTotals;
  readonly progress: RunProgress;
}

/** The same with its windows. */
export interface CountedRunDetail extends CountedRun {
  readonly windows: readonly Window[];
}

export interface BoardSchedule {
  readonly kind: ScheduleKind;
  readonly cron: string;
  readonly timeZone: string;
  /** Null before a harvester process has looked at the schedule. */
  readonly nextAt: Date | null;
  /** When the last run of this kind began; null if there was none, and for `enrich`, which makes no run. */
  readonly lastAt: Date | null;
}

/** One source as a dashboard shows it. */
export interface BoardSource {
  readonly source: Source;
  readonly host: string;
  readonly rateLimit: StoredRateLimit;
  /** The last one with its windows; null if there is none. */
  readonly last: CountedRunDetail | null;
  /** The runs before it, the newest first. */
  readonly earlier: readonly CountedRun[];
  readonly failedPages: number;
  /** Records in quarantine that the last attempts of windows brought. */
  readonly quarantined: number;
  readonly refusedDocuments: number;
  readonly suspects: number;
  /** Suspects that a person has to decide about. */
  readonly held: number;
  readonly schedules: readonly BoardSchedule[];
  readonly asked: readonly AskedRun[];
  /** Up to which instant complete runs have covered all changes; null if there is no complete one. */
  readonly coveredUntil: Date | null;
}

export interface Board {
  /** The instant that the board shows, by the clock of the database. */
  readonly now: Date;
  readonly sources: readonly BoardSource[];
  /** Why the index accepts no documents; null if it does, or there is none. */
  readonly indexingFault: string | null;
}

/** How many runs of a source are shown. */
const mostRuns = 10;

/** All that a dashboard shows, of one instant: the figures of different parts agree. `searchable`: whether there is an index. */
export async function readBoard(db: Db, searchable: boolean): Promise<Board> {
  return inSnapshot(db, async (trx) => {
    const shared = {
      counts: await countBySource(trx, searchable),
      asked: await listAskedRuns(trx),
      ticks: await nextTicks(trx),
      searchable,
    };
    const sources: BoardSource[] = [];
    for (const source of await listSources(trx)) sources.push(await readSource(trx, source, shared));
    const fault = searchable ? await findIndexingFault(trx) : null;
    return { now: await snapshotNow(trx), sources, indexingFault: fault?.reason ?? null };
  });
}

/** A run with its windows, of one instant; null if there is no such run. */
export async function readRunDetail(
  db: Db,
  runId: number,
  searchable: boolean,
): Promise<(CountedRunDetail & Pick<Board, 'now' | 'indexingFault'>) | null> {
  return inSnapshot(db, async (trx) => {
    const run = await findRun(trx, runId);
    if (run === undefined) return null;
    const fault = searchable ? await findIndexingFault(trx) : null;
    const counted = await countRun(trx, run, searchable);
    return { ...counted, windows: await listWindows(trx, run.id), now: await snapshotNow(trx), indexingFault: fault?.reason ?? null };
  });
}

/** Reads several things as they are at one instant. */
const inSnapshot = <T>(db: Db, read: (trx: Kysely<Database>) => Promise<T>): Promise<T> =>
  db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);

async function snapshotNow(trx: Kysely<Database>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(trx);
  return rows[0]!.now;
}

interface SharedFacts {
  readonly counts: ReadonlyMap<number, SourceCounts>;
  readonly asked: readonly AskedRun[];
  readonly ticks: ReadonlyMap<string, Date>;
  readonly searchable: boolean;
}

async function readSource(trx: Kysely<Database>, source: Source, { counts, asked, ticks, searchable }: SharedFacts): Promise<BoardSource> {
  const { host } = new URL(source.base_url);
  const [last, ...before] = await listRuns(trx, source.id, mostRuns);
  const earlier: CountedRun[] = [];
  for (const run of before) earlier.push(await countRun(trx, run, searchable));
  const { perMinute, block } = await readRateLimit(trx, host);
  return {
    source,
    host,
    rateLimit: { perMinute, block },
    last: last === undefined ? null : { ...(await countRun(trx, last, searchable)), windows: await listWindows(trx, last.id) },
    earlier,
    ...(counts.get(source.id) ?? noCounts),
    schedules: await readSchedules(trx, source, ticks),
    asked: asked.filter(({ sourceId }) => sourceId === source.id),
    coveredUntil: await readCoveredUntil(trx, source),
  };
}

async function countRun(trx: Kysely<Database>, run: Run, searchable: boolean): Promise<CountedRun> {
  const totals = await runTotals(trx, run.id);
  return { run, totals, progress: await readProgress(trx, run.id, totals.received, searchable) };
}

/**
 * Pages of earlier attempts are left out, as the windows do not count them as received either. Reads the index of pages that are not
 * done, which are few.
 */
async function readProgress(trx: Kysely<Database>, runId: number, received: number, searchable: boolean): Promise<RunProgress> {
  const { rows } = await sql<{ notInSql: number; notInSearch: number; setAside: number; failure: string | null }>`
    select coalesce(sum(record_count) filter (where p.state = 'fetched'), 0)::int as "notInSql",
           coalesce(sum(record_count), 0)::int as "notInSearch",
           coalesce(sum(record_count) filter (where p.tries >= ${maxPageTries}), 0)::int as "setAside", max(p.failure) as failure
    from harvest.page p join harvest.window w on w.id = p.window_id and w.attempt = p.attempt
    where p.state <> 'done' and ${searchable ? sql`true` : sql`p.state = 'fetched'`} and p.content is not null
      and w.run_id = ${runId} and w.state <> 'split'`.execute(trx);
  const { notInSql, notInSearch, ...rest } = rows[0]!;
  return { received, inSql: received - notInSql, inSearch: searchable ? received - notInSearch : null, ...rest };
}

type SourceCounts = Pick<BoardSource, 'failedPages' | 'quarantined' | 'refusedDocuments' | 'suspects' | 'held'>;
const noCounts: SourceCounts = { failedPages: 0, quarantined: 0, refusedDocuments: 0, suspects: 0, held: 0 };

async function countBySource(trx: Kysely<Database>, searchable: boolean): Promise<Map<number, SourceCounts>> {
  const { rows } = await sql<SourceCounts & { id: number }>`
    with failed as (
      select source_id, count(*) as n from harvest.page
      where state <> 'done' and failure is not null and ${searchable ? sql`true` : sql`state = 'fetched'`} group by source_id
    ), broken as (
      select q.source_id, count(*) as n from harvest.quarantine q join harvest.page p on p.id = q.page_id
      join harvest.window w on w.id = p.window_id and w.attempt = p.attempt group by q.source_id
    ), refused as (
      select r.source_id, count(*) as n from harvest.unindexed u join public.record r on r.id = u.record_id and r.revision = u.revision
      where u.refusal is not null group by r.source_id
    ), suspect as (
      select source_id, count(*) as n, count(*) filter (where state = 'held') as held from harvest.suspect
      where state in ('suspect', 'held') group by source_id
    )
    select s.id, coalesce(failed.n, 0)::int as "failedPages", coalesce(broken.n, 0)::int as quarantined,
           coalesce(refused.n, 0)::int as "refusedDocuments", coalesce(suspect.n, 0)::int as suspects, coalesce(suspect.held, 0)::int as held
    from harvest.source s left join failed on failed.source_id = s.id left join broken on broken.source_id = s.id
      left join refused on refused.source_id = s.id left join suspect on suspect.source_id = s.id`.execute(trx);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** By name of the source and kind. */
async function nextTicks(trx: Kysely<Database>): Promise<Map<string, Date>> {
  const rows = await trx.selectFrom('harvest.metric').select(['labels', 'value']).where('name', '=', nextTickMetric).execute();
  return new Map(rows.map(({ labels, value }) => [`${labels['source']} ${labels['kind']}`, new Date(value * 1_000)]));
}

/** The runs that are those of a schedule. */
const runsOf: Readonly<Record<Exclude<ScheduleKind, 'enrich'>, readonly RunKind[]>> = {
  full: ['full', 'dump'],
  incremental: ['incremental'],
};

async function readSchedules(trx: Kysely<Database>, source: Source, ticks: ReadonlyMap<string, Date>): Promise<BoardSchedule[]> {
  const stored = (source.settings['schedules'] ?? {}) as Readonly<
    Partial<Record<ScheduleKind, { readonly cron: string; readonly timeZone: string }>>
  >;
  const schedules: BoardSchedule[] = [];
  for (const kind of scheduleKinds) {
    const schedule = stored[kind];
    if (schedule === undefined) continue;
    const lastAt = kind === 'enrich' ? null : await lastRunStartedAt(trx, source.id, runsOf[kind]);
    schedules.push({
      kind,
      cron: schedule.cron,
      timeZone: schedule.timeZone,
      nextAt: ticks.get(`${source.name} ${kind}`) ?? null,
      lastAt,
    });
  }
  return schedules;
}

/** Of several sets the one that lies furthest back decides. */
async function readCoveredUntil(trx: Kysely<Database>, source: Source): Promise<Date | null> {
  const covered = await coveredSets(trx, { id: source.id, metadataPrefix: source.metadata_prefix, setSpecs: source.set_specs });
  const untils = covered.flatMap(({ until }) => until ?? []);
  return untils.length < covered.length ? null : untils.toSorted((a, b) => a.getTime() - b.getTime())[0]!;
}
