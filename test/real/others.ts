/**
 * Harvests OAI-PMH servers that others wrote, each with a few thousand records of ours, and compares record by record what
 * is stored: identifier, datestamp, sets, whether deleted, title. They are installed into a temporary folder, so it needs the
 * network, and is not part of npm test.
 *
 *     . .thresher/env.sh && npm exec -c 'node test/real/others.ts [--only pyoai] [--size 2000]'
 *
 * Exit code 1 if anything differs, or is not complete, at a server without a known fault (`other-servers.ts` names it).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Db } from '@thresher/store/database';
import { createTestDatabase } from '@thresher/store/testing';
import { startProgram } from '../harvest/programs.ts';
import { type GivenRecord, makeRecords } from './other-records.ts';
import { OTHER_SERVERS, type OtherServer, startOther } from './other-servers.ts';
import { finish } from './trial.ts';

/** What one command should bring. */
interface Task {
  readonly what: string;
  readonly flags: readonly string[];
  readonly wanted: (record: GivenRecord) => boolean;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, size: { type: 'string', default: '2000' } } });
  const records = makeRecords(Number(values.size));
  const folder = await mkdtemp(join(tmpdir(), 'other-servers-'));
  const rows: Row[] = [];
  try {
    for (const [number, server] of OTHER_SERVERS.filter(({ name }) => name.includes(values.only)).entries())
      rows.push(...(await tryServer(server, records, join(folder, String(number)))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.table(rows);
  if (rows.length === 0 || rows.some(isWrong)) process.exitCode = 1;
}

const isWrong = (row: Row): boolean => row.fault === '' && (row.exit !== '0 complete' || row.missing + row.extra + row.differing > 0);

interface Row {
  readonly server: string;
  readonly what: string;
  readonly exit: string;
  readonly wanted: number;
  readonly missing: number;
  readonly extra: number;
  readonly differing: number;
  readonly requests: number;
  /** Known of the server; empty where all must be right. */
  readonly fault: string;
}

async function tryServer(server: OtherServer, given: readonly GivenRecord[], folder: string): Promise<Row[]> {
  const databaseUrl = process.env['DATABASE_URL'] ?? '';
  await using running = await startOther(server, given, folder, databaseUrl);
  const records = given.filter((record) => server.announcesDeleted || !record.deleted);
  const rows: Row[] = [];
  for (const { what, flags, wanted } of tasksFor(given)) {
    await using database = await createTestDatabase(databaseUrl);
    const started = Date.now();
    const command = startProgram('cli', ['harvest', running.url, '--json', '--rate', '6000', '--metadata-prefix', 'oai_dc', ...flags], {
      DATABASE_URL: database.url,
    });
    const { code, result } = finish(await command.ended, started);
    const found = compare(await readStored(database.db), records.filter(wanted));
    rows.push({
      server: server.name,
      what,
      exit: `${code} ${result.state ?? ''}`,
      ...found,
      requests: result.requests ?? 0,
      fault: server.fault ?? '',
    });
    console.error(JSON.stringify(rows.at(-1)));
  }
  return rows;
}

function tasksFor(records: readonly GivenRecord[]): Task[] {
  const [from, until] = [records[Math.floor(records.length * 0.3)]!.datestamp, records[Math.floor(records.length * 0.8)]!.datestamp];
  const inSet = (set: string): Task => ({ what: `set ${set}`, flags: ['--set', set], wanted: ({ sets }) => sets.includes(set) });
  return [
    { what: 'everything', flags: [], wanted: () => true },
    inSet('physics'),
    inSet('one-page'),
    inSet('few'),
    {
      what: 'from and until',
      flags: ['--from', from, '--until', until],
      wanted: ({ datestamp }) => datestamp >= from && datestamp <= until,
    },
  ];
}

interface Stored {
  readonly datestamp: string;
  readonly deleted: boolean;
  readonly title: string | null;
  readonly sets: readonly string[];
}

async function readStored(db: Db): Promise<Map<string, Stored>> {
  const rows = await db.selectFrom('record').select(['id', 'oai_identifier', 'datestamp_text', 'deleted', 'title']).execute();
  const memberships = await db.selectFrom('record_set').select(['record_id', 'set_spec']).execute();
  const sets = Map.groupBy(memberships, (row) => row.record_id);
  return new Map(
    rows.map(({ id, oai_identifier, datestamp_text, deleted, title }) => {
      const specs = (sets.get(id) ?? []).map((row) => row.set_spec).toSorted();
      return [oai_identifier, { datestamp: datestamp_text, deleted, title, sets: specs }];
    }),
  );
}

function compare(stored: ReadonlyMap<string, Stored>, wanted: readonly GivenRecord[]) {
  const expected = new Map(wanted.map((record) => [record.identifier, expectation(record)]));
  const differing = [...expected].filter(([name, one]) => stored.has(name) && JSON.stringify(stored.get(name)) !== JSON.stringify(one));
  for (const [name, one] of differing.slice(0, 3)) console.error(name, JSON.stringify(stored.get(name)), 'instead of', JSON.stringify(one));
  return {
    wanted: expected.size,
    missing: [...expected.keys()].filter((name) => !stored.has(name)).length,
    extra: [...stored.keys()].filter((name) => !expected.has(name)).length,
    differing: differing.length,
  };
}

function expectation({ datestamp, deleted, dc, sets }: GivenRecord): Stored {
  return { datestamp, deleted, title: dc['title']?.[0] ?? null, sets: sets.toSorted() };
}

await main();
