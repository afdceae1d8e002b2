import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDb, type Db } from '@thresher/store/database';
import { listRuns } from '@thresher/store/harvest';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';

/** A database without anything in it; dropped when the test ends. */
async function createEmptyDatabase(): Promise<{ readonly databaseUrl: string; readonly db: Db }> {
  const name = `thresher_test_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`create database ${name}`);
  const url = new URL(process.env['DATABASE_URL'] ?? '');
  url.pathname = `/${name}`;
  const db = createDb(url.href);
  onTestFinished(async () => {
    await db.destroy();
    await run(`drop database ${name} with (force)`);
  }, 60_000);
  return { databaseUrl: url.href, db };
}

const tablesOf = async (folder: string) =>
  (JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { tables: { name: string; rows: number; sha256: string }[] })
    .tables;

it(
  'a backup made in the middle of a harvest is restored as it was; the harvest goes on, and a sync ends with the ledger',
  { timeout: 300_000 },
  async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 31, size: 400, pageSize: 20 });
    const folder = await mkdtemp(join(tmpdir(), 'thresher-backup-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [first, again] = [join(folder, 'first'), join(folder, 'again')];
    let saved: Promise<number> | undefined;
    // Ten seconds for twenty pages: the backup begins while most of them have yet to come.
    const { state } = await harness.harvest(sim.url, { rate: 120 }, async () => {
      const stored = await harness.stored();
      if (stored.size > 0 && stored.size < 400) saved ??= thresher(harness, 'backup', first).then(({ code }) => code);
    });
    expect({ state, saved: await saved }).toEqual({ state: 'complete', saved: 0 });
    const tables = await tablesOf(first);
    const records = tables.find(({ name }) => name === 'public.record')!.rows;
    expect(records).toBeGreaterThan(0);
    expect(records).toBeLessThan(400);
    // What the restored database must not know of, and what has to come again.
    sim.repository.touch({ fraction: 0.2 }, Date.now());
    await harness.harvest(sim.url);

    const restored = await createEmptyDatabase();
    expect(await thresher(restored, 'backup', '--restore', first)).toMatchObject({
      code: 0,
      err: expect.stringContaining('thresher reindex') as string,
    });
    // Every row of every table, byte for byte.
    expect((await thresher(restored, 'backup', again)).code).toBe(0);
    expect(await tablesOf(again)).toEqual(tables);
    expect((await listRuns(restored.db, 1, 9)).map((run) => run.state)).toEqual(['running']);
    expect((await thresher(restored, 'harvest', sim.url)).code).toBe(0);
    sim.repository.touch({ fraction: 0.1 }, Date.now());
    expect((await thresher(restored, 'sync', sim.url)).code).toBe(0);
    const rows = await restored.db.selectFrom('record').select(['oai_identifier', 'datestamp_text']).where('deleted', '=', false).execute();
    expect(new Map(rows.map((row) => [row.oai_identifier, row.datestamp_text]))).toEqual(sim.ledger());

    const findings = JSON.parse((await thresher(restored, 'doctor', '--json')).out) as { about: string; is: string; says: string }[];
    // PostgreSQL of the tests does not write through to the disk, which doctor calls a fault.
    expect(findings.filter(({ is, says }) => is === 'fault' && !/^(?:fsync|full_page_writes) is off/.test(says))).toEqual([]);
    expect(findings.map(({ about }) => about)).toEqual(expect.arrayContaining(['thresher', 'postgresql', 'redis']));
    const away = await thresher({ ...restored, env: { ELASTICSEARCH_URL: 'http://127.0.0.1:9' } }, 'doctor');
    expect(away).toMatchObject({
      code: 1,
      out: expect.stringMatching(/FAULT {3}elasticsearch +it could not be asked.*ELASTICSEARCH_URL/) as string,
    });

    // Nothing is overwritten, neither a backup nor a database.
    expect(await thresher(restored, 'backup', first)).toMatchObject({ code: 1, err: expect.stringContaining('is not empty') as string });
    expect(await thresher(restored, 'backup', '--restore', first)).toMatchObject({
      code: 1,
      err: expect.stringContaining('not empty') as string,
    });
    // A file that is not as it was written leaves no rows behind.
    const [file] = (await readdir(first)).filter((name) => name.startsWith('harvest.page'));
    const bytes = await readFile(join(first, file!));
    await writeFile(join(first, file!), bytes.subarray(0, bytes.length - 100));
    const other = await createEmptyDatabase();
    expect((await thresher(other, 'backup', '--restore', first)).code).toBe(1);
    expect(await other.db.selectFrom('harvest.source').select('id').execute()).toEqual([]);
    await writeFile(join(first, file!), bytes);
    expect((await thresher(other, 'backup', '--restore', first)).code).toBe(0);
  },
);
