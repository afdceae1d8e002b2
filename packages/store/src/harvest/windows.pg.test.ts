import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '../database/db.ts';
import type { WindowState } from '../database/harvest-schema.ts';
import { createRun, type Run } from './runs.ts';
import { holdHarvesterLock, leaseWindow, moveWindow, splitIntoParts, type Window, windowMoves } from './windows.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';

let database: TestDatabase;
let db: Db;
let run: Run;

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
});
afterAll(() => database[Symbol.asyncDispose]());
// Its own source for each test, so none sees another's run.
beforeEach(async () => {
  const name = `source-${randomInt(1e12)}`;
  const source = await db
    .insertInto('harvest.source')
    .values({ name, base_url: `https://${name}/oai` })
    .returning('id')
    .executeTakeFirstOrThrow();
  const wanted = {
    source_id: source.id,
    kind: 'full',
    metadata_prefix: 'oai_dc',
    set_specs: [],
    from_datestamp: null,
    until_datestamp: null,
    options: {},
  } as const;
  run = await createRun(db, { ...wanted, set_specs: [] }, []);
});

const put = async (overlay: Partial<Window> = {}): Promise<Window> =>
  db
    .insertInto('harvest.window')
    .values({ run_id: run.id, ...overlay })
    .returningAll()
    .executeTakeFirstOrThrow();
const look = (id: number): Promise<Window> => db.selectFrom('harvest.window').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

const states = Object.keys(windowMoves) as WindowState[];
const moves = states.flatMap((from) => windowMoves[from].map((to) => [from, to] as const));

describe('the table of moves', () => {
  test('is the diagram', () => {
    expect(moves.map(([from, to]) => `${from} → ${to}`).sort()).toEqual([
      'failed → planned',
      'planned → walking',
      'short → complete',
      'short → planned',
      'walked → complete',
      'walked → planned',
      'walked → short',
      'walking → failed',
      'walking → planned',
      'walking → short',
      'walking → split',
      'walking → walked',
    ]);
  });

  test.each(moves)('%s → %s happens in that state alone', async (from, to) => {
    for (const state of states) {
      const before = await put({ state });
      const moved = await moveWindow(db, before.id, from, to as never, { failure: 'moved' });
      expect(moved).toBe(state === from);
      const after = await look(before.id);
      expect(after).toMatchObject(state === from ? { state: to, failure: 'moved' } : before);
    }
  });

  test('only under the lease that is given', async () => {
    const window = await put({ state: 'walking', lease_owner: 7, lease_number: 3, attempt: 2 });
    for (const other of [{ lease_owner: 8 }, { attempt: 1 }, { lease_number: 2 }])
      expect(await moveWindow(db, window.id, 'walking', 'walked', {}, { ...window, ...other })).toBe(false);
    expect(await look(window.id)).toEqual(window);
    expect(await moveWindow(db, window.id, 'walking', 'walked', {}, window)).toBe(true);
    expect(await look(window.id)).toMatchObject({ state: 'walked', lease_owner: null });
  });

  test('an end has its time, what goes on has none', async () => {
    const window = await put({ state: 'walking' });
    await moveWindow(db, window.id, 'walking', 'short');
    expect((await look(window.id)).finished_at).toBeInstanceOf(Date);
    await moveWindow(db, window.id, 'short', 'planned');
    expect((await look(window.id)).finished_at).toBeNull();
  });

  test('the database knows no other states', async () => {
    await expect(put({ state: 'lost' as never })).rejects.toThrow(/window_state_check/);
  });
});

/** Every move that is not in the table, so that adding one to it is noticed here. Never called: it has to compile, or rather not. */
export function impossible(id: number): void {
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'planned', 'planned');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'planned', 'walked');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'planned', 'complete');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'planned', 'split');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'planned', 'short');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'planned', 'failed');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'walking', 'walking');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'walking', 'complete');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'walked', 'walking');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'walked', 'walked');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'walked', 'split');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'walked', 'failed');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'complete', 'planned');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'complete', 'walking');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'complete', 'walked');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'complete', 'complete');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'complete', 'split');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'complete', 'short');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'complete', 'failed');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'split', 'planned');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'split', 'walking');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'split', 'walked');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'split', 'complete');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'split', 'split');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'split', 'short');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'split', 'failed');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'short', 'walking');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'short', 'walked');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'short', 'split');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'short', 'short');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'short', 'failed');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'failed', 'walking');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'failed', 'walked');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'failed', 'complete');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'failed', 'split');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'failed', 'short');
  // @ts-expect-error: impossible
  void moveWindow(db, id, 'failed', 'failed');
}

describe('leases', () => {
  const numbers = (count: number): number[] => Array.from({ length: count }, () => randomInt(1, 2 ** 31 - 1));

  test('a living harvester keeps its window, a dead one loses it', async () => {
    const [first, second] = numbers(2) as [number, number];
    const window = await put();
    const [session, other] = [await db.pool.connect(), await db.pool.connect()];
    try {
      expect(await holdHarvesterLock(session, first)).toBe(true);
      expect(await holdHarvesterLock(other, first)).toBe(false);
      expect(await holdHarvesterLock(other, second)).toBe(true);
      expect(await leaseWindow(db, run.id, first)).toMatchObject({
        id: window.id,
        state: 'walking',
        lease_owner: first,
        taken_over: false,
        deaths: 0,
      });
      expect(await leaseWindow(db, run.id, second)).toBeUndefined();
      session.release(true);
      const taken = await until(() => leaseWindow(db, run.id, second));
      expect(taken).toMatchObject({ id: window.id, lease_owner: second, taken_over: true, deaths: 1 });
      expect(await leaseWindow(db, run.id, second)).toBeUndefined();
    } finally {
      other.release(true);
    }
  });

  /** The server notices a little later that a session has ended. */
  async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
    }
  }

  test('two harvesters at once get two windows', async () => {
    for (let i = 0; i < 3; i++) await put();
    const owners = numbers(4);
    const session = await db.pool.connect();
    try {
      for (const owner of owners) await holdHarvesterLock(session, owner);
      const leased = await Promise.all(owners.map((owner) => leaseWindow(db, run.id, owner)));
      // Windows that another has locked are skipped, so one may come away empty-handed although a window is left.
      const ids = leased.flatMap((window) => window?.id ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(1);
    } finally {
      session.release(true);
    }
  });

  test('a window that has to wait is not leased, nor one that has ended, nor one of another run', async () => {
    await put({ not_before: new Date(Date.now() + 60_000) });
    for (const state of ['walked', 'complete', 'split', 'short', 'failed'] as const) await put({ state });
    expect(await leaseWindow(db, run.id, 1)).toBeUndefined();
    const due = await put({ not_before: new Date(Date.now() - 60_000) });
    expect(await leaseWindow(db, run.id + 1_000, 1)).toBeUndefined();
    expect(await leaseWindow(db, run.id, 1)).toMatchObject({ id: due.id });
  });

  test('parts take the place of a window that is still held', async () => {
    const window = await put({ state: 'walking', lease_owner: 5, attempt: 1, set_spec: 'a' });
    const part = { from_datestamp: null, until_datestamp: new Date('2024-01-01') };
    await splitIntoParts(db, { ...window, lease_owner: 6 }, { declared: 9, failure: 'too long', shortfall: null }, [part, part]);
    expect(await look(window.id)).toEqual(window);
    await splitIntoParts(db, window, { declared: 9, failure: 'too long', shortfall: null }, [part, part]);
    const { rows } = await sql<{ state: string; parent_id: number | null; set_spec: string }>`
      select state, parent_id, set_spec from harvest.window where run_id = ${run.id} order by id`.execute(db);
    expect(rows).toEqual([
      { state: 'split', parent_id: null, set_spec: 'a' },
      ...[1, 2].map(() => ({ state: 'planned', parent_id: window.id, set_spec: 'a' })),
    ]);
  });
});

test('one lease takes one window, whatever the planner makes of it', async () => {
  await using other = await createTestDatabase(process.env['DATABASE_URL']);
  const { id: source_id } = await other.db
    .insertInto('harvest.source')
    .values({ name: 's', base_url: 'https://s/oai' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const window = { set_spec: null, from_datestamp: null, until_datestamp: null };
  const wanted = {
    source_id,
    kind: 'full',
    metadata_prefix: 'oai_dc',
    set_specs: [],
    from_datestamp: null,
    until_datestamp: null,
    options: {},
  } as const;
  const { id: run_id } = await createRun(other.db, { ...wanted, set_specs: [] }, [window]);
  // As when the one window of a new run is cut: statistics still say that there is one.
  await sql`analyze harvest.window`.execute(other.db);
  await other.db.insertInto('harvest.window').values([{ run_id }, { run_id }, { run_id }, { run_id }]).execute();
  for (let taken = 1; taken <= 5; taken++) {
    await leaseWindow(other.db, run_id, 91);
    const walking = await other.db.selectFrom('harvest.window').select('id').where('state', '=', 'walking').execute();
    expect(walking).toHaveLength(taken);
  }
});
