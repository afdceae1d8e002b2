/**
 * `node scripts/bench/stage.ts STAGE URL ALIAS [FILE]`: one stage of the pipeline in its own process, over the database
 * of DATABASE_URL. Prints what it took as a line of JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { mapMetadata } from '@thresher/datacite';
import { parseListPage } from '@thresher/oai';
import {
  everything,
  type HarvestDeps,
  type HarvestResult,
  importDump,
  incrementalRequest,
  openResources,
  reindex,
  replay,
  resolveSource,
  runHarvest,
  sweep,
  startTransforming,
  defaultWorkers,
  type Resources,
} from '@thresher/pipeline';
import { createLogger } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { countPendingPages, readPage, type Source } from '@thresher/store/harvest';
import type { StageFigure } from './figures.ts';

const [stage = '', url = '', alias = '', file = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
const workers = defaultWorkers();

/** Nothing is asked for twice, so that what is counted is what changed. */
const changes = { metadataPrefix: 'oai_datacite', setSpecs: [], overlapSeconds: 0, rate: null, concurrency: null } as const;

const bulkFile = { location: file, checksum: null, madeAt: null };

/** Each does its work and returns how many records it was about. */
const stages: Readonly<Record<string, (resources: Resources) => Promise<number>>> = {
  map: measureMapping,
  store,
  replay: replayAll,
  reindex: indexAll,
  harvest: () => untilComplete((deps, source) => runHarvest(deps, source, everything, () => {}, signal)),
  incremental: () =>
    untilComplete(async (deps, source) => runHarvest(deps, source, await incrementalRequest(deps.db, source, changes), () => {}, signal)),
  dump: () => untilComplete((deps, source) => importDump(deps, source, bulkFile, resources.outbound(), () => {}, signal)),
};

const work = stages[stage];
if (work === undefined) throw new Error(`there is no stage ${stage}: ${Object.keys(stages).join(', ')}`);
await using resources = openResources(process.env, createLogger({ level: 'error' }), alias);
await resources.db();
const clock = () => ({ cpu: process.cpuUsage(), at: performance.now() });
let started = clock();
const handled = await work(resources);
const seconds = (performance.now() - started.at) / 1_000;
const { user, system } = process.cpuUsage(started.cpu);
const figure: StageFigure = {
  records: handled,
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakMegabytes: process.resourceUsage().maxRSS / 1_000,
};
console.log(JSON.stringify(figure));

/** Until the last record is in SQL and search. */
async function untilComplete(run: (deps: HarvestDeps, source: Source) => Promise<HarvestResult>): Promise<number> {
  const [db, search, queue] = [await resources.db(), await resources.search(), await resources.queue()];
  await using _ = await startTransforming(resources, workers);
  const source = await resolveSource(db, url, undefined);
  const { state, totals } = await run({ db, client: resources.client(url), queue, search, log: resources.log }, source);
  if (state !== 'complete') throw new Error(`the run ended ${state}: ${JSON.stringify(totals)}`);
  return totals.distinctReceived;
}

/** In one thread and without a database, 60 pages five times. Counted is from when the code is compiled, as in all but the first seconds of a harvest. */
async function measureMapping(): Promise<number> {
  const pages = await somePages(await resources.db(), 60);
  for (const page of pages) mapPage(page);
  started = clock();
  let mapped = 0;
  for (let round = 0; round < 5; round++) for (const page of pages) mapped += mapPage(page);
  return mapped;
}

function mapPage(body: Buffer): number {
  const { records } = parseListPage(body, { metadata: true });
  for (const { header, metadata } of records) if (metadata !== null) mapMetadata(metadata, header);
  return records.length;
}

async function somePages(db: Db, count: number): Promise<Buffer[]> {
  const ids = await db.selectFrom('harvest.page').select('id').orderBy('id').limit(count).execute();
  const pages = await Promise.all(ids.map(({ id }) => readPage(db, id)));
  return pages.flatMap((page) => (page?.content ? [zstdDecompressSync(page.content)] : []));
}

/** What is walked into SQL, without an index. */
async function store({ log }: Resources): Promise<number> {
  const [db, queue] = [await resources.db(), await resources.queue()];
  const { records: pending } = await countPendingPages(db, false);
  await using _ = await startTransforming(resources, workers);
  await sweep({ db, queue, log, searchable: false });
  while ((await countPendingPages(db, false)).count > 0) await sleep(50);
  return pending;
}

async function replayAll(): Promise<number> {
  const [db, queue] = [await resources.db(), await resources.queue()];
  await using _ = await startTransforming(resources, workers);
  const { recordsDone } = await replay({ db, queue, searchable: false }, {}, () => {}, signal);
  return recordsDone;
}

async function indexAll(): Promise<number> {
  let done = 0;
  const [db, search] = [await resources.db(), (await resources.search())!];
  await reindex({ db, search, log: resources.log }, (count) => (done = count), signal);
  return done;
}
