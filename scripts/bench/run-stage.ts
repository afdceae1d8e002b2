import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { createTestIndex, type TestIndex } from '@thresher/search/testing';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { ROOT } from '../services/start-services.ts';
import type { StageFigure } from './figures.ts';

const run = promisify(execFile);

/** The servers that stages work with. */
export interface Servers {
  readonly databaseUrl: string;
  readonly elasticsearchUrl: string;
  readonly redisUrl: string | undefined;
}

/** A database and an index that a series of stages has to itself. */
export interface BenchDatabase extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly index: TestIndex;
}

export async function openPlace({ databaseUrl, elasticsearchUrl }: Servers): Promise<BenchDatabase> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase(databaseUrl));
  const index = stack.use(await createTestIndex(elasticsearchUrl));
  const opened = stack.move();
  return { database, index, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

export interface StageOptions {
  /** Whether there is an index. */
  readonly searchable?: boolean;
  /** Cores the process is confined to, which decides how many threads it works with; all, unless specified. */
  readonly cores?: number;
  /** A file that it reads. */
  readonly file?: string;
}

/** Runs a stage (see `stage.ts`) over a repository in its own process. */
export async function runStage(
  servers: Servers,
  place: BenchDatabase,
  url: string,
  stage: string,
  { searchable = false, cores, file = '' }: StageOptions,
  signal: AbortSignal,
): Promise<StageFigure> {
  const { ELASTICSEARCH_URL: _, REDIS_URL: __, ...others } = process.env;
  const env = {
    ...others,
    DATABASE_URL: place.database.url,
    ...(servers.redisUrl === undefined ? {} : { REDIS_URL: servers.redisUrl }),
    ...(searchable ? { ELASTICSEARCH_URL: servers.elasticsearchUrl } : {}),
  };
  const args = [path.join(ROOT, 'scripts/bench/stage.ts'), stage, url, place.index.alias, file];
  const command = [...(cores === undefined ? [] : ['taskset', '-c', `0-${cores - 1}`]), process.execPath, ...args];
  const { stdout } = await run(command[0]!, command.slice(1), { env, signal });
  return JSON.parse(stdout) as StageFigure;
}
