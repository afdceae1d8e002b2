import { createTestDatabase } from '@thresher/store/testing';
import type { Db } from '@thresher/store/database';
import { type Ended, type RunningProgram, startProgram } from '../harvest/programs.ts';
import type { HeldRecord, ZenodoServer } from './zenodo-server.ts';

/** What was compared with what, and what came of it. */
export interface Comparison {
  readonly what: string;
  readonly held: number;
  readonly rows: number;
  readonly missing: number;
  readonly extra: number;
  readonly otherDatestamp: number;
  /** How the command ended that came last: its exit code, and the state of its run. */
  readonly exit: string;
  readonly requests: number;
  readonly seconds: number;
  readonly differs: boolean;
}

export interface Trial extends AsyncDisposable {
  readonly server: ZenodoServer;
  readonly db: Db;
  /** Begins a command of the CLI against the server. */
  start(command: string, ...flags: string[]): RunningProgram;
  /** Runs a command to its end. */
  run(command: string, ...flags: string[]): Promise<Finished>;
  /** Compares the rows, all or those of a set, with what the server should have given. */
  compare(what: string, finished: Finished, held: readonly HeldRecord[], set?: string): Promise<Comparison>;
}

export interface Finished extends Ended {
  readonly result: { readonly state?: string; readonly requests?: number; readonly indexed?: number | null; readonly stored?: number };
  readonly seconds: number;
}

export async function openTrial(server: ZenodoServer, databaseUrl: string, elasticsearchUrl: string | undefined): Promise<Trial> {
  const database = await createTestDatabase(databaseUrl);
  const env = { DATABASE_URL: database.url, ...(elasticsearchUrl === undefined ? {} : { ELASTICSEARCH_URL: elasticsearchUrl }) };
  const start: Trial['start'] = (command, ...flags) => startProgram('cli', [command, server.url, '--json', ...flags], env);
  return {
    server,
    db: database.db,
    start,
    async run(command, ...flags) {
      const started = Date.now();
      return finish(await start(command, ...flags).ended, started);
    },
    async compare(what, finished, held, set) {
      return { what, ...compareRows(await readRows(database.db, set), held), ...endOf(finished) };
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

export function finish(ended: Ended, started: number): Finished {
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  const result = ended.stdout.trim().startsWith('{') ? (JSON.parse(ended.stdout) as Finished['result']) : {};
  if (ended.code !== 0) console.error(ended.stderr.trim().split('\n').slice(-3).join('\n'));
  return { ...ended, result, seconds };
}

const endOf = ({ code, result, seconds }: Finished) => ({ exit: `${code} ${result.state ?? ''}`, requests: result.requests ?? 0, seconds });

async function readRows(db: Db, set: string | undefined): Promise<Map<string, string>> {
  let query = db.selectFrom('record').select(['oai_identifier', 'datestamp_text']).where('deleted', '=', false);
  if (set !== undefined)
    query = query.where((eb) =>
      eb.exists(
        eb.selectFrom('record_set').select('set_spec').whereRef('record_set.record_id', '=', 'record.id').where('set_spec', '=', set),
      ),
    );
  return new Map((await query.execute()).map((row) => [row.oai_identifier, row.datestamp_text]));
}

function compareRows(rows: ReadonlyMap<string, string>, held: readonly HeldRecord[]) {
  const wanted = new Map(held.map((record) => [record.identifier, record.datestamp]));
  const missing = [...wanted.keys()].filter((identifier) => !rows.has(identifier)).length;
  const extra = [...rows.keys()].filter((identifier) => !wanted.has(identifier)).length;
  const otherDatestamp = [...wanted].filter(([identifier, datestamp]) => rows.has(identifier) && rows.get(identifier) !== datestamp).length;
  return { held: wanted.size, rows: rows.size, missing, extra, otherDatestamp, differs: missing + extra + otherDatestamp > 0 };
}
