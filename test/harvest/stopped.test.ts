import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '@thresher/store/database';
import { expect, it } from 'vitest';
import { plantRun } from './plant-run.ts';
import { type RunningProgram, startProgram, startSimulator } from './programs.ts';
import { createWholeDatabase } from '../harness.ts';

/**
 * Real processes: one is stopped (SIGSTOP) while its token waits for the rate limit, loses the session of its leases, and
 * wakes after another has gone on with the list. The server declares no size, so that a lost page would not be noticed.
 */
it('a harvester that was stopped, lost its window and wakes again costs no page', { timeout: 180_000 }, async () => {
  const withoutSize = JSON.stringify([{ fault: 'size-absent', rate: 1 }]);
  await using simulator = await startSimulator(['--size', '95', '--page-size', '5', '--rate', '120', '--faults', withoutSize]);
  await using database = await createWholeDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  const run = await plantRun(db, simulator.url, { rate: 120, concurrency: 1 });
  const start = (): RunningProgram => startProgram('harvester', [], { DATABASE_URL: database.url, LOG_LEVEL: 'error' });
  await using first = start();
  const owner = await stopWhileTokenWaits(db, first.pid);
  const pages = await countPages(db);
  await db.pool.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = $1`, [owner]);
  await using _ = start();
  await until(async () => (await countPages(db)) > pages);
  process.kill(first.pid, 'SIGCONT');
  await until(async () => (await states(db, run.id)).every((state) => state === 'walked'));
  const { rows } = await db.pool.query<{ identifier: string }>(
    `select distinct i as identifier from harvest.window w join harvest.page p on p.window_id = w.id and p.attempt = w.attempt, unnest(p.identifiers) i
     where w.run_id = $1`,
    [run.id],
  );
  expect(rows.map((row) => row.identifier).sort()).toEqual((await simulator.ledger()).map((entry) => entry.identifier).sort());
});

/** Stops the process again and again until its last token is one that it has not sent; the number of the holder. */
async function stopWhileTokenWaits(db: Db, pid: number): Promise<number> {
  for (;;) {
    process.kill(pid, 'SIGSTOP');
    // What it had asked of the database is answered without it.
    const { rows } = await db.pool.query<{ owner: number; unsent: boolean }>(
      `select w.lease_owner as owner, not p.token_sent as unsent from harvest.window w join harvest.page p on p.window_id = w.id
       where w.state = 'walking' order by p.id desc limit 1`,
    );
    const { rows: busy } = await db.pool.query(
      `select from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
    );
    if (rows[0]?.unsent && busy.length === 0) return rows[0].owner;
    process.kill(pid, 'SIGCONT');
    await sleep(50);
  }
}

const countPages = async (db: Db): Promise<number> =>
  (await db.pool.query<{ n: number }>('select count(*)::int as n from harvest.page')).rows[0]!.n;

const states = async (db: Db, runId: number): Promise<string[]> =>
  (await db.pool.query<{ state: string }>('select state from harvest.window where run_id = $1', [runId])).rows.map((row) => row.state);

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await sleep(50);
}
