/**
 * `npm run bench`: how fast each stage is alone and all together, with peers beside it, on this machine. Every stage is a
 * process of its own and runs several times in turn with the others. The table goes to standard output (--json: the figures),
 * with --write into docs/performance.md and docs/performance.json.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { readConfig, runUntilSignal } from '@thresher/runtime';
import { createTestIndex } from '@thresher/search/testing';
import { createTestDatabase } from '@thresher/store/testing';
import type { Stage, StageFigure } from './bench/figures.ts';
import { installPeers, type Peers, walkers } from './bench/peers.ts';
import { compare, type Conditions, names, script, thresher, toMarkdown } from './bench/report.ts';
import { fillMarked } from './docs/markers.ts';
import { ROOT, startServices } from './services/start-services.ts';

const talk = (line: string): void => console.error(line);
const run = promisify(execFile);

await runUntilSignal(async (signal, resources) => {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      size: { type: 'string' },
      repeat: { type: 'string' },
      json: { type: 'boolean' },
      write: { type: 'boolean' },
      'no-peers': { type: 'boolean' },
    },
  });
  const records = Number(values.size ?? (values.quick ? 5_000 : 50_000));
  const repetitions = Number(values.repeat ?? (values.quick ? 1 : 3));
  const load = loadavg()[0]!;
  const home = readConfig(process.env, ['home']).home.path;
  const services = resources.use(await startServices({ home, env: process.env, log: talk, signal }));
  services.notes.forEach(talk);
  const { DATABASE_URL = '', ELASTICSEARCH_URL, REDIS_URL } = services.env;
  if (ELASTICSEARCH_URL === undefined) throw new Error('the benchmark needs Elasticsearch: npm run services says what is missing');
  const shared = process.env['THRESHER_SHARED'];
  const found = values['no-peers']
    ? 'no peers beside it: --no-peers'
    : await installPeers(path.join(home, 'bench'), shared && path.join(shared, 'bench'));
  if (typeof found === 'string') talk(found);
  const folder = mkdtempSync(path.join(tmpdir(), 'thresher-bench-'));
  resources.defer(() => rmSync(folder, { recursive: true }));
  const url = await startServer(records, resources);
  await warm(url, signal);
  const bench: Bench = {
    url,
    folder,
    databaseUrl: DATABASE_URL,
    elasticsearchUrl: ELASTICSEARCH_URL,
    redisUrl: REDIS_URL,
    signal,
    stages: new Map(),
  };
  for (let i = 1; i <= repetitions && !signal.aborted; i++) {
    talk(`repetition ${i} of ${repetitions}, ${records} records`);
    await measureApart(bench);
    await measureWhole(bench);
    if (typeof found !== 'string') await measurePeers(bench, found);
  }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const machine = `${cpus().length} × ${cpus()[0]!.model}`;
  const date = new Date().toISOString().slice(0, 10);
  report([...bench.stages.values()], { machine, node: process.version, records, repetitions, commit, date, load }, values);
});

interface Bench {
  readonly url: string;
  /** For files. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly elasticsearchUrl: string;
  readonly redisUrl: string | undefined;
  readonly signal: AbortSignal;
  readonly stages: Map<string, Stage & { figures: StageFigure[] }>;
}

async function startServer(records: number, resources: AsyncDisposableStack): Promise<string> {
  const server = spawn(process.execPath, ['packages/oai-sim/bin/oai-sim.ts', '--port', '0', '--size', String(records)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  resources.defer(async () => {
    server.kill();
    await once(server, 'exit');
  });
  const [url] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
  return url;
}

/** Its records are made when they are first asked for, and kept: nobody shall be first. */
async function warm(url: string, signal: AbortSignal): Promise<void> {
  for (let query = 'metadataPrefix=oai_datacite'; query !== '';) {
    const body = await (await fetch(`${url}?verb=ListRecords&${query}`, { signal })).text();
    const token = /<resumptionToken[^>]*>([^<]+)</.exec(body)?.[1];
    query = token === undefined ? '' : `resumptionToken=${encodeURIComponent(token)}`;
  }
}

function note(bench: Bench, name: string, of: string, figure: StageFigure): void {
  const known = bench.stages.get(`${name} ${of}`) ?? { name, of, figures: [] };
  known.figures.push(figure);
  bench.stages.set(`${name} ${of}`, known);
  talk(`  ${name}, ${of}: ${Math.round(figure.records / figure.seconds).toLocaleString('en')} records/s`);
}

/** A stage in a process of its own. */
async function stage(bench: Bench, name: string, databaseUrl: string, alias: string, searchable: boolean): Promise<StageFigure> {
  const { ELASTICSEARCH_URL: _, ...others } = process.env;
  const env = {
    ...others,
    DATABASE_URL: databaseUrl,
    ...(bench.redisUrl === undefined ? {} : { REDIS_URL: bench.redisUrl }),
    ...(searchable ? { ELASTICSEARCH_URL: bench.elasticsearchUrl } : {}),
  };
  // As a harvester process does, whose work is walking.
  const smallHeap = name === 'walk' ? ['--import', path.join(ROOT, 'packages/pipeline/bin/small-heap.ts')] : [];
  const args = [...smallHeap, path.join(ROOT, 'scripts/bench/stage.ts'), name, bench.url, alias];
  const { stdout } = await run(process.execPath, args, { env, signal: bench.signal });
  return JSON.parse(stdout) as StageFigure;
}

/** One stage after the other over the same pages. */
async function measureApart(bench: Bench): Promise<void> {
  await using database = await createTestDatabase(bench.databaseUrl);
  await using index = await createTestIndex(bench.elasticsearchUrl);
  const measure = async (name: keyof typeof names, searchable = false): Promise<StageFigure> => {
    const figure = await stage(bench, name, database.url, index.alias, searchable);
    note(bench, names[name], thresher, figure);
    return figure;
  };
  const { cpuSeconds } = await stage(bench, 'walk', database.url, index.alias, false);
  // The ledger is looked at once a second, so its own clock says it better than ours.
  note(bench, names.walk, thresher, { ...(await walked(database.db)), cpuSeconds, peakMegabytes: null });
  const mapping = await stage(bench, 'map', database.url, index.alias, false);
  note(bench, names.map, thresher, { ...mapping, seconds: mapping.cpuSeconds! });
  const { records } = await measure('store');
  await measure('replay');
  await measure('reindex', true);
  const started = performance.now();
  const env = { ...process.env, DATABASE_URL: database.url };
  const out = path.join(bench.folder, 'export');
  await run(process.execPath, [path.join(ROOT, 'packages/cli/bin/cli.ts'), 'export', 'parquet', '--out', out], {
    env,
    signal: bench.signal,
  });
  note(bench, names.export, thresher, { records, seconds: (performance.now() - started) / 1_000, cpuSeconds: null, peakMegabytes: null });
  rmSync(out, { recursive: true });
}

/** From the first page to the last becoming durable. */
async function walked(db: Awaited<ReturnType<typeof createTestDatabase>>['db']): Promise<Pick<StageFigure, 'records' | 'seconds'>> {
  const { first, last, count } = await db
    .selectFrom('harvest.page')
    .select((eb) => [
      eb.fn.min('fetched_at').as('first'),
      eb.fn.max('fetched_at').as('last'),
      eb.fn.sum<number>('record_count').as('count'),
    ])
    .executeTakeFirstOrThrow();
  return { records: Number(count), seconds: (last.getTime() - first.getTime()) / 1_000 };
}

async function measureWhole(bench: Bench): Promise<void> {
  await using database = await createTestDatabase(bench.databaseUrl);
  await using index = await createTestIndex(bench.elasticsearchUrl);
  for (const name of ['harvest', 'again'] as const)
    note(bench, names[name], thresher, await stage(bench, 'harvest', database.url, index.alias, true));
}

async function measurePeers(bench: Bench, peers: Peers): Promise<void> {
  const file = path.join(bench.folder, 'walked.xml');
  for (const walker of walkers) await notePeer(bench, names.walk, walker, () => peers.walk(walker, bench.url, file, bench.signal));
  if (peers.pipeline === null) return;
  await using database = await createTestDatabase(bench.databaseUrl);
  await using index = await createTestIndex(bench.elasticsearchUrl);
  await database.db.pool.query('drop schema public cascade');
  await database.db.pool.query('create schema public');
  await database.db.pool.query(readFileSync(path.join(process.env['THRESHER_SHARED']!, 'bench', 'schema.sql'), 'utf8'));
  const target = { databaseUrl: database.url, elasticsearchUrl: bench.elasticsearchUrl, index: `${index.alias}-peer` };
  const { pipeline } = peers;
  await notePeer(bench, names.harvest, script, () => pipeline(bench.url, target, bench.signal));
}

/** A peer that fails is left out: its figures are no condition for ours. */
async function notePeer(bench: Bench, name: string, of: string, measure: () => Promise<StageFigure>): Promise<void> {
  try {
    note(bench, name, of, await measure());
  } catch (error) {
    bench.signal.throwIfAborted();
    talk(`  ${name}, ${of}: failed: ${(error as Error).message}`);
  }
}

function report(
  stages: Stage[],
  conditions: Conditions,
  { json, write }: { json?: boolean | undefined; write?: boolean | undefined },
): void {
  const table = toMarkdown(stages, conditions);
  const figures = JSON.stringify({ ...conditions, stages, ratios: compare(stages) }, null, 2);
  console.log(json ? figures : table);
  if (!write) return;
  const page = path.join(ROOT, 'docs/performance.md');
  writeFileSync(page, fillMarked(readFileSync(page, 'utf8'), 'figures', table));
  writeFileSync(path.join(ROOT, 'docs/performance.json'), `${figures}\n`);
}
