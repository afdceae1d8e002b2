/**
 * `npm run bench`: how fast each stage is alone and all together, with peers next to it, on this machine. Every stage is a
 * its own process and runs several times in turn with the others. `--help` lists the options.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readConfig } from '@thresher/runtime';
import { type Bench, type BenchResults, nothingFound } from './bench/bench.ts';
import { measureApart } from './bench/measure-apart.ts';
import { measureDumps } from './bench/measure-dump.ts';
import { measureGrowth } from './bench/measure-growth.ts';
import { measurePeers } from './bench/measure-peers.ts';
import { measureFirst, measureWhole } from './bench/measure-whole.ts';
import { installPeers } from './bench/peers.ts';
import { type Plan, readPlan, USAGE } from './bench/plan.ts';
import { compare, type Conditions, toMarkdown } from './bench/report.ts';
import { startSimulator, warm } from './bench/simulator.ts';
import { fillMarked } from './docs/markers.ts';
import { ROOT, type Services, startServices } from './services/start-services.ts';
import { untilSignal } from './services/until-signal.ts';

const talk = (line: string): void => console.error(line);

const plan = planOrSentence();
if (plan !== undefined)
  await untilSignal(async (signal, resources, started) => {
    const load = loadavg()[0]!;
    const services = started(await startServices({ home: homeFolder(), env: process.env, log: talk, signal }));
    const bench = await prepare(plan, services, resources, signal);
    await measure(bench, plan);
    report(bench.found, plan, conditionsOf(plan, load));
  });

function planOrSentence(): Plan | undefined {
  try {
    const read = readPlan(process.argv.slice(2));
    if (read === null) console.log(USAGE);
    return read ?? undefined;
  } catch (error) {
    talk(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function prepare(
  { records, searchSeconds }: Plan,
  services: Services,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Bench> {
  services.notes.forEach(talk);
  const { DATABASE_URL: databaseUrl = '', ELASTICSEARCH_URL: elasticsearchUrl, REDIS_URL: redisUrl } = services.env;
  if (elasticsearchUrl === undefined) throw new Error('the benchmark needs Elasticsearch: npm run services says what is missing');
  const folder = resources.adopt(mkdtempSync(path.join(tmpdir(), 'thresher-bench-')), (made) => rmSync(made, { recursive: true }));
  const simulator = resources.use(await startSimulator(records));
  await warm(simulator, records / 50, signal);
  return { databaseUrl, elasticsearchUrl, redisUrl, simulator, records, folder, searchSeconds, signal, talk, found: nothingFound() };
}

function homeFolder(): string {
  return readConfig(process.env, ['home']).home.path;
}

async function measure(bench: Bench, { repetitions, growth, parts }: Plan): Promise<void> {
  const { THRESHER_SHARED: shared } = process.env;
  const scriptFolder = shared && path.join(shared, 'bench');
  const peers = parts.has('peers') ? await installPeers(path.resolve(ROOT, homeFolder(), 'bench'), scriptFolder) : 'no peers next to it';
  if (typeof peers === 'string') talk(peers);
  await promisify(execFile)(process.execPath, [path.join(ROOT, 'scripts/bench/dump-file.ts'), String(bench.records), bench.folder]);
  for (let i = 1; i <= repetitions; i++) {
    talk(`repetition ${i} of ${repetitions}, ${bench.records} records`);
    if (parts.has('apart')) await measureApart(bench);
    if (parts.has('whole')) await measureWhole(bench);
    if (parts.has('first')) await measureFirst(bench);
    if (parts.has('dump')) await measureDumps(bench);
    if (typeof peers !== 'string') await measurePeers(bench, peers, scriptFolder);
  }
  if (parts.has('growth')) await measureGrowth(bench, growth);
}

function conditionsOf({ records, repetitions }: Plan, load: number): Conditions {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const machine = `${cpus().length} × ${cpus()[0]!.model}`;
  return { machine, node: process.version, records, repetitions, commit, date: new Date().toISOString().slice(0, 10), load };
}

function report(found: BenchResults, { json, write }: Plan, conditions: Conditions): void {
  const tables = toMarkdown(found, conditions);
  const stages = [...found.stages.values()];
  const figures = JSON.stringify(
    { ...conditions, ...found, processes: Object.fromEntries(found.processes), stages, ratios: compare(stages) },
    null,
    2,
  );
  console.log(json ? figures : tables);
  if (!write) return;
  const page = path.join(ROOT, 'docs/performance.md');
  writeFileSync(page, fillMarked(readFileSync(page, 'utf8'), 'figures', tables));
  writeFileSync(path.join(ROOT, 'docs/performance.json'), `${figures}\n`);
}
