import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Place } from '../fleet/place.ts';
import type { TrialNotes } from '../fleet/report.ts';
import { type SimulatorProcess, startSimulator } from '../harvest/programs.ts';

/** What every drill works with: its own servers, and a repository. */
export interface DrillContext {
  readonly place: Place;
  readonly sim: SimulatorProcess;
  readonly notes: TrialNotes;
  readonly records: number;
  /** A folder of the drill. */
  readonly home: string;
  readonly signal: AbortSignal;
  /** Commit of the old version. */
  readonly from: string | undefined;
}

export type Drill = (context: DrillContext) => Promise<void>;

/** Carries out one drill in a new database. */
export async function runDrill(drill: Drill, context: Omit<DrillContext, 'sim'>): Promise<void> {
  const { place, records } = context;
  const env = { ...place.env, ...(await newDatabase(place.env['DATABASE_URL']!)) };
  await emptyRedis(place.env['REDIS_URL']!);
  await using sim = await startSimulator(['--size', String(records), '--page-size', '50', '--deleted', 'persistent']);
  await drill({ ...context, place: { ...place, env }, sim });
}

/** An empty database on the same server. */
export async function newDatabase(url: string): Promise<{ readonly DATABASE_URL: string }> {
  const name = `drill_${randomBytes(4).toString('hex')}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const made = new URL(url);
  made.pathname = `/${name}`;
  return { DATABASE_URL: made.href };
}

export async function emptyRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  try {
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}

/** A drill that needs longer than this for one step is stuck. */
export const STEP_MS = 20 * 60_000;
