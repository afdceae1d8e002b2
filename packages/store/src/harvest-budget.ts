import { type Kysely, sql } from 'kysely';
import type { Database } from './db.ts';

/** Where a host's requests stand. */
export interface Budget {
  /** Requests a minute; null: no limit known. */
  readonly perMinute: number | null;
  /** Why nothing may be sent; null: go on. */
  readonly blockedReason: string | null;
}

/**
 * The budget of a host, made on first use with the pace given. A pace that is given later is taken over; one that is not
 * leaves what others keep to, unless nobody has asked the host for a while: last week's --rate is not this week's.
 */
export async function openBudget(db: Kysely<Database>, host: string, perMinute: number | null): Promise<Budget> {
  const { rows } = await sql<Budget>`
    insert into harvest.budget (host, per_minute) values (${host}, ${perMinute})
    on conflict (host) do update set blocked_reason = null, updated_at = now(),
      per_minute = coalesce(excluded.per_minute, case when harvest.budget.updated_at > now() - interval '2 minutes' then harvest.budget.per_minute end)
    returning per_minute as "perMinute", blocked_reason as "blockedReason"`.execute(db);
  return rows[0]!;
}

/**
 * Takes the permission to send one request to a host now, if it is due: all processes together keep one pace. Nothing is
 * reserved, so that a pause or a block that comes while somebody waits holds for them too.
 *
 * @returns `waitMs`: 0, it is taken; else milliseconds until it may be asked for again, by the database's clock.
 */
export async function takeSlot(db: Kysely<Database>, host: string): Promise<Budget & { readonly waitMs: number }> {
  const { rows } = await sql<Budget & { waitMs: number }>`
    with now as (select clock_timestamp() as at), budget as (
      select greatest(ceil(extract(epoch from b.next_at - now.at) * 1000), 0)::int as wait_ms, now.at,
             greatest(b.next_at, now.at - interval '1 millisecond' * ${catchUpMs}) as due,
             coalesce(60.0 * ${spread} / b.per_minute, 0) * interval '1 second' as gap
      from harvest.budget b, now where b.host = ${host} for update of b
    )
    update harvest.budget b set updated_at = budget.at, next_at = case when budget.wait_ms = 0 then budget.due + budget.gap else b.next_at end
    from budget where b.host = ${host}
    returning b.per_minute as "perMinute", b.blocked_reason as "blockedReason", budget.wait_ms as "waitMs"`.execute(db);
  return rows[0] ?? { perMinute: null, blockedReason: null, waitMs: 0 };
}

/**
 * Requests are spaced a little wider than the limit: at any rate the gaps of a minute leave 0.3 s to spare. Of that,
 * a request that comes late may make good `catchUpMs`, so that small delays do not add up; the rest is for jitter on
 * the way, which must not put one request too many into the server's moving minute.
 */
const spread = 1.005;
const catchUpMs = 100;

/**
 * Keeps a pace that a server told.
 *
 * @param sent requests of the last minute that were sent without it: as many gaps pass before the next one
 */
export async function setPace(db: Kysely<Database>, host: string, perMinute: number, sent: number): Promise<void> {
  await sql`update harvest.budget set per_minute = ${perMinute}, updated_at = now(),
      next_at = greatest(next_at, clock_timestamp() + ${(sent * 60 * spread) / perMinute} * interval '1 second')
    where host = ${host}`.execute(db);
}

/** Nothing is sent to a host for a while. */
export async function pauseHost(db: Kysely<Database>, host: string, ms: number): Promise<void> {
  await sql`update harvest.budget set next_at = greatest(next_at, clock_timestamp() + ${ms} * interval '1 millisecond'), updated_at = now()
    where host = ${host}`.execute(db);
}

/** Nothing is sent to a host any more until somebody starts again. */
export async function blockHost(db: Kysely<Database>, host: string, reason: string): Promise<void> {
  await db.updateTable('harvest.budget').set({ blocked_reason: reason }).where('host', '=', host).execute();
}
