import { setTimeout as sleep } from 'node:timers/promises';
import { FAULTS, type Fault, type FaultName } from '@thresher/oai-sim';
import type { Db } from '@thresher/store/database';
import { findRun, type Run, runTotals, type RunTotals } from '@thresher/store/harvest';
import { plantRun } from '../harvest/plant-run.ts';
import { type RunningProgram, type SimulatorProcess, startProgram, startSimulator } from '../harvest/programs.ts';
import { createWholeDatabase } from '../harness.ts';

/** A harvest by processes that are killed, from a server that fails. */
export interface FaultTrial {
  readonly size: number;
  readonly pageSize: number;
  readonly seed: number;
  /** Share of the list requests that each fault hits. */
  readonly rate: number;
  /** How often the harvester (and, in turns, the transformer) is killed with -9. */
  readonly kills: number;
  /** Any database of a server on which databases may be made. */
  readonly databaseUrl: string;
  readonly elasticsearchUrl?: string;
  readonly tell?: (line: string) => void;
}

export interface TrialReport {
  readonly run: Run;
  readonly totals: RunTotals;
  /** Records the server held, up to the run's until. */
  readonly held: number;
  /** Held, and neither in SQL nor in quarantine. */
  readonly lost: readonly string[];
  /** Held and not in SQL, but in quarantine with their bytes. */
  readonly inQuarantine: number;
  /** In SQL with another datestamp than the server's, or not held at all. */
  readonly wrong: readonly string[];
  /** In SQL with the day only, as a faulty page gave it. */
  readonly dayOnly: number;
  /** As the server counted them. */
  readonly requests: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly seconds: number;
}

/** All but the refusal for good: it has to stop a harvest. */
const intermittent = (Object.keys(FAULTS) as FaultName[]).filter((fault) => fault !== 'http-403');

/** Waiting is not what is tried here, so these do not last. */
const lasting: Partial<Record<FaultName, number>> = { stall: 500, 'slow-body': 300 };

export function everyFault(rate: number): Fault[] {
  return intermittent.map((fault) => ({ fault, rate, ...(lasting[fault] === undefined ? {} : { ms: lasting[fault] }) }));
}

/** Harvests a simulated repository by a harvester and a transformer process, and compares what came with what is held. */
export async function tryFaults(trial: FaultTrial): Promise<TrialReport> {
  const started = Date.now();
  await using simulator = await startSimulator([
    '--size',
    String(trial.size),
    '--page-size',
    String(trial.pageSize),
    '--seed',
    String(trial.seed),
    '--faults',
    JSON.stringify(trial.rate === 0 ? [] : everyFault(trial.rate)),
  ]);
  await using database = await createWholeDatabase(trial.databaseUrl);
  const run = await plantRun(database.db, simulator.url);
  const env = {
    DATABASE_URL: database.url,
    LOG_LEVEL: 'warn',
    ...(trial.elasticsearchUrl === undefined ? {} : { ELASTICSEARCH_URL: trial.elasticsearchUrl }),
  };
  await using team = startTeam(env);
  const kills = await killAtRandom(trial, simulator, database.db, run, team);
  while (((await findRun(database.db, run.id))?.state ?? 'running') === 'running') await sleep(100);
  return { ...(await compare(database.db, simulator, run.id)), kills, seconds: (Date.now() - started) / 1_000 };
}

interface Team extends AsyncDisposable {
  /** kill -9, and another in its place. */
  replace(member: 'harvester' | 'transformer'): void;
}

function startTeam(env: Readonly<Record<string, string>>): Team {
  const begin = { harvester: () => startProgram('harvester', [], env), transformer: () => startProgram('transformer', [], env) };
  const members: Record<keyof typeof begin, RunningProgram> = { harvester: begin.harvester(), transformer: begin.transformer() };
  return {
    replace(member) {
      members[member].kill();
      members[member] = begin[member]();
    },
    async [Symbol.asyncDispose]() {
      for (const member of Object.values(members)) await member[Symbol.asyncDispose]();
    },
  };
}

/** Kills at request numbers that the seed decides; returns how often it came to that before the run ended. */
async function killAtRandom(trial: FaultTrial, simulator: SimulatorProcess, db: Db, run: Run, team: Team): Promise<number> {
  const random = createRandom(trial.seed);
  const points = Array.from({ length: trial.kills }, () => Math.floor((random() * trial.size) / trial.pageSize)).sort((a, b) => a - b);
  let kills = 0;
  for (const point of points) {
    while ((await simulator.requests()).requests < Math.max(point, kills + 2)) {
      if ((await findRun(db, run.id))?.state !== 'running') return kills;
      await sleep(20);
    }
    team.replace('harvester');
    if (kills % 2 === 1) team.replace('transformer');
    kills++;
    trial.tell?.(`kill ${kills} at request ${(await simulator.requests()).requests}`);
  }
  return kills;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function compare(db: Db, simulator: SimulatorProcess, runId: number): Promise<Omit<TrialReport, 'kills' | 'seconds'>> {
  const run = (await findRun(db, runId))!;
  const until = run.until_datestamp!.toISOString().replace('.000', '');
  const counts = await simulator.requests();
  const rows = await db.selectFrom('record').select(['oai_identifier', 'datestamp_text']).where('deleted', '=', false).execute();
  const stored = new Map(rows.map((row) => [row.oai_identifier, row.datestamp_text]));
  const quarantined = new Set(
    (await db.selectFrom('harvest.quarantine').select('oai_identifier').execute()).map((row) => row.oai_identifier),
  );
  // Records that joined after the run had pinned its until belong to the next one.
  const ledger = new Map(
    (await simulator.ledger()).filter((entry) => entry.datestamp <= until).map((entry) => [entry.identifier, entry.datestamp]),
  );
  const missing = [...ledger.keys()].filter((identifier) => !stored.has(identifier));
  const dayOnly = [...stored].filter(
    ([identifier, datestamp]) => datestamp.length === 10 && ledger.get(identifier)?.startsWith(datestamp) === true,
  );
  const late = new Set((await simulator.ledger()).filter((entry) => entry.datestamp > until).map((entry) => entry.identifier));
  const excused = new Set(dayOnly.map(([identifier]) => identifier));
  return {
    run,
    totals: await runTotals(db, runId),
    held: ledger.size,
    lost: missing.filter((identifier) => !quarantined.has(identifier)),
    inQuarantine: missing.filter((identifier) => quarantined.has(identifier)).length,
    wrong: [...stored].filter(([id, datestamp]) => ledger.get(id) !== datestamp && !excused.has(id) && !late.has(id)).map(([id]) => id),
    dayOnly: dayOnly.length,
    requests: counts.requests,
    faults: counts.faults,
  };
}
