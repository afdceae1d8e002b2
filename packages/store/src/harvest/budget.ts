import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** Where a host's requests stand. */
export interface Budget {
  /** Requests a minute; null: no limit known. */
  readonly perMinute: number | null;
  /** Why nothing may be sent; null: go on. */
  readonly blockedReason: string | null;
}

/** What is decided from, and what comes of it; all by the clock of the database. */
export interface BudgetTimes {
  readonly perMinute: number | null;
  /** Nothing is sent before. */
  readonly nextAt: Date;
  /** When the host counted each of the last requests, at the latest; ascending. */
  readonly countedAt: readonly Date[];
}

/** No host is paused for longer, whatever it asked for or an older version stored. */
const longestWait = sql`interval '1 day'`;

/**
 * The budget of a host, made on first use with the pace given. A pace that is given later is taken over; one that is not
 * leaves what others keep to, unless nobody has asked the host for a while: last week's --rate is not this week's.
 */
export async function openBudget(db: Kysely<Database>, host: string, perMinute: number | null): Promise<Budget> {
  const { rows } = await sql<Budget>`
    insert into harvest.budget (host, per_minute) values (${host}, ${perMinute})
    on conflict (host) do update set blocked_reason = null, updated_at = now(), next_at = least(harvest.budget.next_at, now() + ${longestWait}),
      per_minute = coalesce(excluded.per_minute,
        case when harvest.budget.updated_at > now() - interval '2 minutes' then nullif(harvest.budget.per_minute, 'NaN') end)
    returning per_minute as "perMinute", blocked_reason as "blockedReason"`.execute(db);
  return rows[0]!;
}

/** The budget as it stands, for a host without a limit: a look writes nothing. `waitMs`: how long it is paused. */
export async function lookAtBudget(db: Kysely<Database>, host: string): Promise<Budget & { readonly waitMs: number }> {
  const { rows } = await sql<Budget & { waitMs: number }>`
    select per_minute as "perMinute", blocked_reason as "blockedReason",
           ceil(extract(epoch from least(greatest(next_at - clock_timestamp(), interval '0'), ${longestWait})) * 1000)::int as "waitMs"
    from harvest.budget where host = ${host}`.execute(db);
  return rows[0] ?? { perMinute: null, blockedReason: null, waitMs: 0 };
}

/**
 * Changes the budget of a host while no other process does: all keep one pace together. `change` says what it becomes
 * (null: it stays), and what came of it. The host's budget has to be open.
 */
export async function changeBudget<Result>(
  db: Kysely<Database>,
  host: string,
  change: (times: BudgetTimes, now: Date) => { readonly times: BudgetTimes | null; readonly result: Result },
): Promise<Budget & { readonly result: Result }> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<Budget & BudgetTimes & { now: Date }>`
      select per_minute as "perMinute", blocked_reason as "blockedReason", next_at as "nextAt", counted_at as "countedAt", clock_timestamp() as now
      from harvest.budget where host = ${host} for update`.execute(trx);
    const { now, blockedReason, ...before } = rows[0]!;
    const { times, result } = change(before, now);
    const { perMinute, nextAt, countedAt } = times ?? before;
    if (times !== null)
      await sql`update harvest.budget set per_minute = ${perMinute}, next_at = ${nextAt}, counted_at = ${countedAt}::timestamptz[], updated_at = now()
        where host = ${host}`.execute(trx);
    return { perMinute, blockedReason, result };
  });
}

/** Nothing is sent to a host for a while, at most a day. */
export async function pauseHost(db: Kysely<Database>, host: string, ms: number): Promise<void> {
  await sql`update harvest.budget set next_at = greatest(least(next_at, clock_timestamp() + ${longestWait}), clock_timestamp() + least(${ms} * interval '1 millisecond', ${longestWait})), updated_at = now()
    where host = ${host}`.execute(db);
}

/** Nothing is sent to a host any more until somebody starts again. */
export async function blockHost(db: Kysely<Database>, host: string, reason: string): Promise<void> {
  await db.updateTable('harvest.budget').set({ blocked_reason: reason }).where('host', '=', host).execute();
}
