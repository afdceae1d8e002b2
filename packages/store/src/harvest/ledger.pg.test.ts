import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '../database/db.ts';
import { reopenRun, windowCoverage } from './coverage.ts';
import { closeDumpWindow, dumpedDocuments, nextDumpWindow } from './dumps.ts';
import type { Lease } from './lease.ts';
import { claimToken, commitPage, lastPage, type NewPage, type QuarantinedRecord } from './pages.ts';
import { updateQuarantine } from './quarantine.ts';
import { createRun, finishRun, type Run } from './runs.ts';
import { arrivedRecords, countDistinct, type Window } from './windows.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';

let database: TestDatabase;
let db: Db;
let run: Run;
let window: Window;
const owner = 77;

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  const name = `source-${randomInt(1e12)}`;
  const source = await db
    .insertInto('harvest.source')
    .values({ name, base_url: `https://${name}/oai` })
    .returning('id')
    .executeTakeFirstOrThrow();
  run = await newRun(source.id);
  window = await db
    .insertInto('harvest.window')
    .values({ run_id: run.id, state: 'walking', lease_owner: owner, attempt: 2 })
    .returningAll()
    .executeTakeFirstOrThrow();
});

const newRun = (source_id: number): Promise<Run> =>
  createRun(
    db,
    { source_id, kind: 'full', metadata_prefix: 'oai_dc', set_specs: [], from_datestamp: null, until_datestamp: null, options: {} },
    [],
  );

const page = (number: number, identifiers: readonly string[], overlay: Partial<NewPage> = {}): NewPage => ({
  source_id: run.source_id,
  number,
  verb: 'ListRecords',
  response_date: null,
  content: Buffer.from('x'),
  content_length: 1,
  record_count: identifiers.length,
  identifiers,
  resumption_token: null,
  token_expires_at: null,
  token_sent: true,
  ...overlay,
});
const broken = (position: number, oai_identifier: string | null): QuarantinedRecord => ({
  position,
  oai_identifier,
  reason: 'broken',
  content: Buffer.from([1, 2]),
});
const lookAtWindow = (): Promise<Window> =>
  db.selectFrom('harvest.window').selectAll().where('id', '=', window.id).executeTakeFirstOrThrow();
const countOf = async (table: string): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)} where source_id = ${run.source_id}`.execute(db)).rows[0]!.n;

test('a record that could not be written goes into quarantine and leaves it when it could', async () => {
  const id = (await commitPage(db, page(0, ['a', 'b']), window, null, []))!;
  const stored = { ...window, id, window_id: window.id, source_id: run.source_id };
  const refused: QuarantinedRecord = { position: 1, oai_identifier: 'b', reason: 'too long', content: Buffer.from('b') };
  const quarantined = async () => {
    const rows = await db.selectFrom('harvest.quarantine').select('position').where('page_id', '=', id).execute();
    const { quarantined: counted } = await db
      .selectFrom('harvest.window')
      .selectAll()
      .where('id', '=', window.id)
      .executeTakeFirstOrThrow();
    return { places: rows.map((row) => row.position), counted };
  };
  await updateQuarantine(db, stored, [refused], [0]);
  await updateQuarantine(db, stored, [refused], [0]);
  expect(await quarantined()).toEqual({ places: [1], counted: 1 });
  expect(await Array.fromAsync(arrivedRecords(db, run.source_id, { id: window.id, attempt: 2 }))).toMatchObject([[{ identifier: 'a' }]]);
  expect(await countDistinct(db, window.id, 2)).toBe(2);
  await updateQuarantine(db, { ...stored, attempt: 1 }, [], []);
  await updateQuarantine(db, stored, [], [0, 1]);
  expect(await quarantined()).toEqual({ places: [], counted: 0 });
});

describe('commitPage', () => {
  test('writes the page, its quarantine and the progress of its window together', async () => {
    const id = await commitPage(db, page(0, ['a', 'b'], { record_count: 3 }), window, 30, [broken(2, 'c')]);
    expect(id).toBeGreaterThan(0);
    expect(await lookAtWindow()).toMatchObject({ received: 3, quarantined: 1, declared: 30 });
    await commitPage(db, page(1, ['d']), window, null, []);
    // A page that declares nothing leaves what was declared.
    expect(await lookAtWindow()).toMatchObject({ received: 4, quarantined: 1, declared: 30 });
    expect([await countOf('harvest.page'), await countOf('harvest.quarantine')]).toEqual([2, 1]);
  });

  test.each([
    ['another harvester', { lease_owner: owner + 1 }, {}],
    ['a lease that is over', { lease_number: 3 }, {}],
    ['an attempt that is over', { attempt: 1 }, {}],
    ['an attempt that has not begun', { attempt: 3 }, {}],
    ['a window that has moved on', {}, { state: 'walked' as const }],
  ])('refuses %s, and writes nothing', async (_, overlay, changed) => {
    if (Object.keys(changed).length > 0) await db.updateTable('harvest.window').set(changed).where('id', '=', window.id).execute();
    expect(await isRefused({ ...window, ...overlay })).toBe(true);
  });

  test('refuses a run that has ended, and writes nothing', async () => {
    await finishRun(db, run.id, 'cancelled', null);
    expect(await isRefused(window)).toBe(true);
  });

  /** Whether a page is not taken and nothing of it is written. */
  async function isRefused(lease: Lease): Promise<boolean> {
    const before = await lookAtWindow();
    const id = await commitPage(db, page(0, ['a']), lease, 30, [broken(1, 'b')]);
    const rows = (await countOf('harvest.page')) + (await countOf('harvest.quarantine'));
    return id === null && rows === 0 && isDeepStrictEqual(await lookAtWindow(), before);
  }

  test('refuses a page a second time, and counts it once', async () => {
    await commitPage(db, page(0, ['a']), window, null, []);
    await expect(commitPage(db, page(0, ['a']), window, null, [])).rejects.toThrow(/unique/);
    expect(await lookAtWindow()).toMatchObject({ received: 1 });
  });

  test('a token is claimed before it is sent, once, and under the lease alone', async () => {
    const id = await commitPage(db, page(0, ['a'], { resumption_token: 't', token_sent: false }), window, null, []);
    expect(await lastPage(db, window.id, 2)).toMatchObject({ id, resumption_token: 't', token_sent: false });
    for (const other of [{ lease_owner: owner + 1 }, { lease_number: 2 }, { attempt: 1 }])
      expect(await claimToken(db, { ...window, ...other }, id!)).toBe(false);
    expect(await lastPage(db, window.id, 2)).toMatchObject({ token_sent: false });
    expect(await claimToken(db, window, id!)).toBe(true);
    expect(await claimToken(db, window, id!)).toBe(false);
    expect(await lastPage(db, window.id, 2)).toMatchObject({ token_sent: true });
    expect(await lastPage(db, window.id, 1)).toBeUndefined();
  });
});

test('countDistinct: every identifier once, whole or broken, and every broken record without one', async () => {
  await commitPage(db, page(0, ['a', 'b', 'b'], { record_count: 5 }), window, null, [broken(3, 'c'), broken(4, null)]);
  await commitPage(db, page(1, ['a', 'c', 'd'], { record_count: 6 }), window, null, [broken(3, 'd'), broken(4, 'e'), broken(5, null)]);
  // a b c d e, and two that could not be read.
  expect(await countDistinct(db, window.id, 2)).toBe(7);
  expect(await countDistinct(db, window.id, 1)).toBe(0);
});

test('arrivedRecords: pieces of the size that was asked for, each identifier once', async () => {
  const identifiers = Array.from({ length: 25 }, (_, n) => `i${String(n).padStart(2, '0')}`);
  await commitPage(db, page(0, identifiers.slice(0, 15)), window, null, []);
  await commitPage(db, page(1, identifiers.slice(10)), window, null, []);
  const pieces = await Array.fromAsync(arrivedRecords(db, run.source_id, { id: window.id, attempt: 2 }, 10));
  expect(pieces.map((piece) => piece.length)).toEqual([10, 10, 5]);
  expect(
    pieces
      .flat()
      .map((record) => record.identifier)
      .sort(),
  ).toEqual(identifiers);
  // A reader that stops gives the connection back.
  for (let i = 0; i < 20; i++) for await (const _ of arrivedRecords(db, run.source_id, { id: window.id, attempt: 2 }, 10)) break;
  expect(db.pool.idleCount).toBeGreaterThan(0);
});

describe('reopenRun', () => {
  const end = async (state: 'short' | 'failed' | 'complete', attempt: number): Promise<void> =>
    void (await db
      .insertInto('harvest.window')
      .values({ run_id: run.id, state, attempt, shortfall: 3, failure: 'it was', finished_at: new Date() })
      .execute());

  test('plans what is short or failed with all its tries, and leaves the rest', async () => {
    await db.deleteFrom('harvest.window').where('id', '=', window.id).execute();
    await end('short', 4);
    await end('failed', 12);
    await end('complete', 1);
    await finishRun(db, run.id, 'incomplete', 'two windows');
    expect(await reopenRun(db, run)).toBe(2);
    expect(await db.selectFrom('harvest.run').select(['state', 'failure', 'finished_at']).where('id', '=', run.id).execute()).toEqual([
      { state: 'running', failure: null, finished_at: null },
    ]);
    const windows = await db
      .selectFrom('harvest.window')
      .select(['state', 'attempt', 'first_attempt', 'shortfall'])
      .where('run_id', '=', run.id)
      .orderBy('id')
      .execute();
    expect(windows).toEqual([
      { state: 'planned', attempt: 4, first_attempt: 5, shortfall: null },
      { state: 'planned', attempt: 12, first_attempt: 13, shortfall: null },
      { state: 'complete', attempt: 1, first_attempt: 1, shortfall: 3 },
    ]);
    // What a window was short of stands there until it was walked again.
    expect((await windowCoverage(db, run.id)).map((it) => it.failure)).toEqual(['it was', 'it was', 'it was']);
  });

  test('changes nothing while another run goes on, and if nothing is short', async () => {
    await end('short', 4);
    await finishRun(db, run.id, 'incomplete', null);
    await newRun(run.source_id);
    await expect(reopenRun(db, run)).rejects.toThrow(/run_one_at_a_time/);
    expect((await windowCoverage(db, run.id)).filter((it) => it.state === 'short')).toHaveLength(1);
    await db.updateTable('harvest.window').set({ state: 'complete' }).where('run_id', '=', run.id).execute();
    expect(await reopenRun(db, run)).toBe(0);
  });
});

test('a stretch of a dump is closed and the next one opened by its reader alone', async () => {
  await commitPage(db, page(0, ['a', 'b']), window, null, []);
  expect(await nextDumpWindow(db, { ...window, lease_owner: owner + 1 }, 2)).toBeUndefined();
  expect((await lookAtWindow()).state).toBe('walking');
  const next = await nextDumpWindow(db, window, 2);
  expect(next).toMatchObject({ state: 'walking', lease_owner: owner, attempt: 1, received: 0 });
  expect(await lookAtWindow()).toMatchObject({ state: 'walked', declared: 2, distinct_received: 2 });
  expect(await dumpedDocuments(db, run.id)).toBe(2);
  expect(await closeDumpWindow(db, { ...next!, lease_number: 2 }, 0)).toBe(false);
  expect(await closeDumpWindow(db, next!, 0)).toBe(true);
});
