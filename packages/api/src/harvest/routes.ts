import { countDocuments } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import {
  blockSentence,
  countPendingPages,
  findIndexingFault,
  findRun,
  listRuns,
  listSources,
  listWindows,
  readRateLimit,
  type Run,
  runTotals,
  type Source,
} from '@thresher/store/harvest';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { ref } from '../http/schema-ref.ts';
import { HarvestReport, type HarvestRun, HarvestRunDetail } from './report.ts';
import { toHarvestRun, toProblems, toSegments, toSourceReport } from './to-report.ts';

const RUNS_SHOWN = 10;

/** The ledger, read only. */
export function addHarvestRoutes(app: Api, { db, search }: Pick<ApiDeps, 'db' | 'search'>): void {
  const unavailable = problemResponse('PostgreSQL does not answer');
  const report = {
    tags: ['harvest'],
    summary: 'Sources and their last runs, with their counts',
    response: { 200: ref(HarvestReport), 503: unavailable },
  };
  app.get('/api/harvest', { schema: report }, async () => {
    const sources = await listSources(db);
    const [documents, ...reports] = await Promise.all([
      countOrNull(search),
      ...sources.map((source) => reportSource(db, source, search !== null)),
    ]);
    return { now: new Date().toISOString(), documents, sources: reports };
  });
  const detail = {
    tags: ['harvest'],
    summary: 'One run with its windows',
    params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
    response: { 200: ref(HarvestRunDetail), 404: problemResponse('There is no such run'), 503: unavailable },
  };
  app.get('/api/harvest/runs/:id', { schema: detail }, async (request) => {
    const run = await findRun(db, request.params.id);
    if (run === undefined) throw new ApiProblem(404, 'unknown-run', `there is no run ${request.params.id}: /api/harvest lists them`);
    const windows = await listWindows(db, run.id);
    return { run: await reportRun(db, run, search !== null), segments: toSegments(windows), problems: toProblems(windows) };
  });
}

async function reportSource(db: Db, source: Source, searchable: boolean): Promise<HarvestReport['sources'][number]> {
  const runs = await listRuns(db, source.id, RUNS_SHOWN);
  const { host } = new URL(source.base_url);
  const { block } = await readRateLimit(db, host);
  const reports = await Promise.all(runs.map((run) => reportRun(db, run, searchable)));
  return toSourceReport(source, reports, block === null ? null : blockSentence(host, block));
}

async function reportRun(db: Db, run: Run, searchable: boolean): Promise<HarvestRun> {
  return toHarvestRun(
    run,
    await runTotals(db, run.id),
    run.state === 'running' ? await pendingOf(db, run, searchable) : { records: 0 },
    Date.now(),
  );
}

/** What of a run is not through, and what it waits for. */
async function pendingOf(db: Db, run: Run, searchable: boolean) {
  const { records, failure } = await countPendingPages(db, searchable, run.id);
  const fault = searchable ? await findIndexingFault(db) : null;
  return { records, waitingFor: fault?.reason ?? failure };
}

/** The dashboard has more to show than this one number. */
async function countOrNull(search: ApiDeps['search']): Promise<number | null> {
  return search === null ? null : countDocuments(search.client, search.alias).catch(() => null);
}
