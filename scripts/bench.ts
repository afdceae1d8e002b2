/**
 * `npm run bench`: how fast each stage is alone, and all together, on this machine. Every stage runs several times in
 * turn with the others; medians and spread are printed as a table, and as JSON with --json.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { mapMetadata } from '@thresher/datacite';
import { createOaiClient, parseListPage } from '@thresher/oai';
import {
  createPageQueue,
  everything,
  type HarvestResult,
  type Progress,
  resolveSource,
  runHarvest,
  type SearchTarget,
  transformPage,
} from '@thresher/pipeline';
import { createLogger, readConfig, runUntilSignal } from '@thresher/runtime';
import { createTestIndex } from '@thresher/search/testing';
import { type Db, readPage } from '@thresher/store';
import { createTestDatabase } from '@thresher/store/testing';
import { zstdDecompressSync } from 'node:zlib';
import { ROOT, startServices } from './services/start-services.ts';

const log = createLogger({ level: 'error' });
const talk = (line: string): void => console.error(line);

/** Records a second of each stage, one figure a repetition. */
type Figures = Record<
  'walk' | 'parse and map (per CPU-second)' | 'transform into SQL and search' | 'end to end' | 'again, unchanged',
  number[]
>;

await runUntilSignal(async (signal, resources) => {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, size: { type: 'string' }, repeat: { type: 'string' }, json: { type: 'boolean' } },
  });
  const size = Number(values.size ?? (values.quick ? 5_000 : 20_000));
  const repetitions = Number(values.repeat ?? (values.quick ? 2 : 3));
  const services = resources.use(
    await startServices({ home: readConfig(process.env, ['home']).home.path, env: process.env, log: talk, signal }),
  );
  services.notes.forEach(talk);
  const { DATABASE_URL = '', ELASTICSEARCH_URL = '', REDIS_URL } = services.env;
  const sim = spawn(process.execPath, ['packages/oai-sim/bin/oai-sim.ts', '--port', '0', '--size', String(size)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  resources.defer(async () => {
    sim.kill();
    await once(sim, 'exit');
  });
  const [url] = (await once(createInterface({ input: sim.stdout }), 'line')) as [string];

  const figures: Figures = {
    walk: [],
    'parse and map (per CPU-second)': [],
    'transform into SQL and search': [],
    'end to end': [],
    'again, unchanged': [],
  };
  for (let i = 1; i <= repetitions && !signal.aborted; i++) {
    talk(`repetition ${i} of ${repetitions}, ${size} records`);
    await using database = await createTestDatabase(DATABASE_URL);
    await using index = await createTestIndex(ELASTICSEARCH_URL);
    const bench = {
      db: database.db,
      databaseUrl: database.url,
      redisUrl: REDIS_URL,
      search: { client: index.client, alias: index.alias },
      url,
      signal,
    };
    await measureApart(bench, size, figures);
    await using fresh = await createTestDatabase(DATABASE_URL);
    await using freshIndex = await createTestIndex(ELASTICSEARCH_URL);
    const whole = { ...bench, db: fresh.db, databaseUrl: fresh.url, search: { client: freshIndex.client, alias: freshIndex.alias } };
    figures['end to end'].push(size / (await seconds(() => harvest(whole, true))));
    figures['again, unchanged'].push(size / (await seconds(() => harvest(whole, true))));
  }
  report(figures, size, values.json === true);
});

interface Bench {
  readonly db: Db;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly search: SearchTarget;
  readonly url: string;
  readonly signal: AbortSignal;
}

/** The stages one after the other: walking without a worker, mapping without a database, then the transform. */
async function measureApart(bench: Bench, size: number, figures: Figures): Promise<void> {
  const walked = new AbortController();
  const start = performance.now();
  let walkedAt = start;
  await harvest(
    bench,
    false,
    (progress) => {
      if (progress.distinctReceived < size) return;
      walkedAt = performance.now();
      walked.abort();
    },
    walked.signal,
  ).catch((error: unknown) => {
    if (!walked.signal.aborted) throw error;
  });
  // The ledger is looked at once a second, so the last commit says it better than the clock.
  figures.walk.push((size * 1_000) / ((await lastCommitMs(bench.db)) || walkedAt - start));
  figures['parse and map (per CPU-second)'].push(await measureMapping(bench.db));
  figures['transform into SQL and search'].push(size / (await seconds(() => harvest(bench, true))));
}

/** Milliseconds from the first page to the last becoming durable. */
async function lastCommitMs(db: Db): Promise<number> {
  const { first, last } = await db
    .selectFrom('harvest.page')
    .select((eb) => [eb.fn.min('fetched_at').as('first'), eb.fn.max('fetched_at').as('last')])
    .executeTakeFirstOrThrow();
  return last.getTime() - first.getTime();
}

async function measureMapping(db: Db): Promise<number> {
  const ids = await db.selectFrom('harvest.page').select('id').orderBy('id').limit(60).execute();
  const pages = await Promise.all(ids.map(({ id }) => readPage(db, id)));
  const bodies = pages.flatMap((page) => (page?.content ? [zstdDecompressSync(page.content)] : []));
  let records = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < 3; round++)
    for (const body of bodies)
      for (const { header, metadata } of parseListPage(body, { metadata: true }).records) {
        if (metadata !== null) mapMetadata(metadata, header);
        records++;
      }
  const { user, system } = process.cpuUsage(before);
  return (records * 1e6) / (user + system);
}

async function harvest(
  bench: Bench,
  working: boolean,
  onProgress: (progress: Progress) => void = () => {},
  stop?: AbortSignal,
): Promise<HarvestResult> {
  const { db, search, url } = bench;
  await using queue = createPageQueue({
    redisUrl: bench.redisUrl,
    databaseUrl: bench.databaseUrl,
    installation: search.alias,
    onError: (error) => log.warn({ err: error }),
  });
  await using _ = working ? queue.work((pageId) => transformPage({ db, search, log }, pageId), 4) : undefined;
  await using client = createOaiClient({ baseURL: url, userAgent: 'thresher-bench' });
  const source = await resolveSource(db, url, undefined);
  return await runHarvest(
    { db, client, queue, search, log },
    source,
    everything,
    onProgress,
    stop ? AbortSignal.any([bench.signal, stop]) : bench.signal,
  );
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function report(figures: Figures, size: number, json: boolean): void {
  const rows = Object.entries(figures).map(([stage, all]) => {
    const sorted = all.map(Math.round).toSorted((a, b) => a - b);
    return { stage, median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], most: sorted.at(-1) };
  });
  if (json)
    console.log(
      JSON.stringify(
        { machine: `${cpus().length} × ${cpus()[0]?.model}`, node: process.version, records: size, unit: 'records/s', stages: rows },
        null,
        2,
      ),
    );
  else {
    console.log(`${size} simulated records, records a second (${cpus().length} cores)`);
    for (const { stage, median, least, most } of rows) console.log(`  ${stage.padEnd(32)}${String(median).padStart(8)}   ${least}–${most}`);
  }
}
