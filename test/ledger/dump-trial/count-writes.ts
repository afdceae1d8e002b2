import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '@thresher/store/database';

/** Rows of records that were inserted, updated and deleted, by table, since the database was made. */
export type Writes = ReadonlyMap<string, number>;

/** What PostgreSQL counted for the tables of records, once the sessions of other processes have ended: each counts at its end at the latest. */
export async function countWrites({ pool }: Db): Promise<Writes> {
  const sessions = `select count(*)::int as n from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`;
  while ((await pool.query<{ n: number }>(sessions)).rows[0]!.n > pool.totalCount) await sleep(100);
  const { rows } = await pool.query<{ table: string; writes: string }>(
    `select relname as table, n_tup_ins + n_tup_upd + n_tup_del as writes from pg_stat_user_tables where schemaname = 'public'`,
  );
  return new Map(rows.map(({ table, writes }) => [table, Number(writes)]));
}

/** Rows written between two counts; tables without any are left out. */
export const writesBetween = (before: Writes, after: Writes): Record<string, number> =>
  Object.fromEntries([...after].map(([table, n]) => [table, n - (before.get(table) ?? 0)] as const).filter(([, n]) => n > 0));
