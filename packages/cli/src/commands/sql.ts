import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readConfig } from '@thresher/runtime';
import { exit, type ExitCode, type Io, UsageError } from '../io.ts';
import { openCommandResources } from '../open-resources.ts';
import type { SqlFormat } from '../sql/format.ts';
import { interact } from '../sql/interactive.ts';
import { runStatement } from '../sql/run.ts';

export interface SqlFlags {
  readonly format: SqlFormat;
  readonly csv?: boolean;
  readonly json?: boolean;
  /** Seconds. */
  readonly timeout: number;
  /** 0: no limit. */
  readonly maxRows: number;
}

/** Asks the database: one query, what comes on standard input, or on a terminal as many as one likes. Only reads. */
export async function sql(io: Io, query: string | undefined, flags: SqlFlags): Promise<ExitCode> {
  await using resources = openCommandResources(io);
  const db = await resources.readDb();
  const format = flags.csv ? 'csv' : flags.json ? 'json' : flags.format;
  const settings = { format, timeoutMs: flags.timeout * 1_000, maxRows: flags.maxRows === 0 ? Infinity : flags.maxRows } as const;
  if (query === undefined && io.stdin?.isTTY) {
    const { home } = readConfig(io.env, ['home']);
    await interact(io, db, io.stdin, join(home.path, 'sql_history'), settings);
    return exit.done;
  }
  const given = (query ?? (io.stdin === undefined ? '' : await text(io.stdin))).trim().replace(/;\s*$/, '');
  if (given === '') throw new UsageError('there is no query: thresher sql "select …", or on a terminal thresher sql alone');
  await runStatement(io, db, given, settings, io.signal);
  return exit.done;
}
