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
 * Reserves the next moment at which a request may be sent to a host, for all processes together.
 *
 * @returns milliseconds to wait from now, by the database's clock; 0 where no limit is known.
 */
export async function takeSlot(db: Kysely<Database>, host: string): Promise<Budget & { readonly waitMs: number }> {
  const { rows } = await sql<Budget & { waitMs: number }>`
    with now as (select clock_timestamp() as at), slot as (
      select greatest(b.next_at, now.at) as at, coalesce(60.0 * ${spread} / b.per_minute, 0) * interval '1 second' as gap
      from harvest.budget b, now where b.host = ${host} for update of b
    )
    update harvest.budget b set next_at = slot.at + slot.gap, updated_at = now.at
    from slot, now where b.host = ${host}
    returning b.per_minute as "perMinute", b.blocked_reason as "blockedReason",
              ceil(extract(epoch from slot.at - now.at) * 1000)::int as "waitMs"`.execute(db);
  return rows[0] ?? { perMinute: null, blockedReason: null, waitMs: 0 };
}

/**
 * Requests are spaced a little wider than the limit, so that jitter on the way cannot put one too many into the
 * server's moving minute: at any rate a minute's worth of gaps leaves 0.3 s to spare.
 */
const spread = 1.005;

/** Keeps a pace that a server told. */
export async function setPace(db: Kysely<Database>, host: string, perMinute: number): Promise<void> {
  await db.updateTable('harvest.budget').set({ per_minute: perMinute, updated_at: new Date() }).where('host', '=', host).execute();
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
