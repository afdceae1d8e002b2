import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** The rate limit of one host as it is stored. */
export interface StoredRateLimit {
  /** Requests per minute; null: no limit known. */
  readonly perMinute: number | null;
  /** Why no request may be sent for a while; null: requests are permitted. */
  readonly block: HostBlock | null;
}

/** The host refused this client (401, 403), so no request is sent to it for a while. */
export interface HostBlock {
  readonly reason: string;
  readonly until: Date;
}

/** Explains why no request is sent to a host, until when, and what ends the block. */
export const blockSentence = (host: string, { reason, until }: HostBlock): string =>
  `${reason}; no request is sent to ${host} before ${until.toISOString().slice(0, 19)}Z, unless a person runs the command again`;

/** A row as it is read: a block that is over is none. */
interface RateLimitRow {
  readonly perMinute: number | null;
  readonly blockedReason: string | null;
  readonly blockedUntil: Date | null;
}

const rateLimitOf = ({ perMinute, blockedReason, blockedUntil }: RateLimitRow): StoredRateLimit => ({
  perMinute,
  block: blockedUntil === null ? null : { reason: blockedReason ?? 'it refused this client', until: blockedUntil },
});

const blockColumns = sql`blocked_reason as "blockedReason", case when blocked_until > clock_timestamp() then blocked_until end as "blockedUntil"`;

/** The times from which the next request is scheduled, and the result. All by the clock of the database. */
export interface RateLimitTimes {
  readonly perMinute: number | null;
  /** Nothing is sent before. */
  readonly nextAt: Date;
  /** The latest instant at which the host can have counted each of the last requests; ascending. */
  readonly countedAt: readonly Date[];
}

/** Maximum pause, whatever the host asked for or an older version stored. */
const longestWait = sql`interval '1 day'`;

/**
 * Opens the rate limit of a host, and creates it on first use. A rate given later replaces the stored one. If none is given, the
 * stored one stays for the others that use it, unless no request was sent to the host for a while: last week's --rate is not this
 * week's.
 *
 * @param liftBlock ends a block before its time: only a person decides that
 */
export async function openRateLimit(
  db: Kysely<Database>,
  host: string,
  perMinute: number | null,
  liftBlock = false,
): Promise<StoredRateLimit> {
  const { rows } = await sql<RateLimitRow>`
    insert into harvest.host_rate_limit (host, per_minute) values (${host}, ${perMinute})
    on conflict (host) do update set updated_at = now(), next_at = least(harvest.host_rate_limit.next_at, now() + ${longestWait}),
      blocked_until = case when ${liftBlock} then least(harvest.host_rate_limit.blocked_until, clock_timestamp()) else harvest.host_rate_limit.blocked_until end,
      per_minute = coalesce(excluded.per_minute,
        case when harvest.host_rate_limit.updated_at > now() - interval '2 minutes' then nullif(harvest.host_rate_limit.per_minute, 'NaN') end)
    returning per_minute as "perMinute", ${blockColumns}`.execute(db);
  return rateLimitOf(rows[0]!);
}

/** The rate limit of a host at present. Writes nothing, also for a host without one. `waitMs`: how long the host is paused. */
export async function readRateLimit(db: Kysely<Database>, host: string): Promise<StoredRateLimit & { readonly waitMs: number }> {
  const { rows } = await sql<RateLimitRow & { waitMs: number }>`
    select per_minute as "perMinute", ${blockColumns},
           ceil(extract(epoch from least(greatest(next_at - clock_timestamp(), interval '0'), ${longestWait})) * 1000)::int as "waitMs"
    from harvest.host_rate_limit where host = ${host}`.execute(db);
  const [row] = rows;
  return row === undefined ? { perMinute: null, block: null, waitMs: 0 } : { ...rateLimitOf(row), waitMs: row.waitMs };
}

/**
 * Changes the rate limit of a host under a lock, since all processes share it. `change` returns the new state (null: unchanged) and a
 * result. The rate limit must have been opened.
 */
export async function updateRateLimit<Result>(
  db: Kysely<Database>,
  host: string,
  change: (times: RateLimitTimes, now: Date) => { readonly times: RateLimitTimes | null; readonly result: Result },
): Promise<StoredRateLimit & { readonly result: Result }> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<RateLimitRow & RateLimitTimes & { now: Date }>`
      select per_minute as "perMinute", ${blockColumns}, next_at as "nextAt", counted_at as "countedAt", clock_timestamp() as now
      from harvest.host_rate_limit where host = ${host} for update`.execute(trx);
    const { now, ...before } = rows[0]!;
    const { times, result } = change(before, now);
    const { perMinute, nextAt, countedAt } = times ?? before;
    if (times !== null)
      await sql`update harvest.host_rate_limit set per_minute = ${perMinute}, next_at = ${nextAt}, counted_at = ${countedAt}::timestamptz[], updated_at = now()
        where host = ${host}`.execute(trx);
    return { ...rateLimitOf(before), perMinute, result };
  });
}

/** Pauses a host for a while, at most a day. */
export async function pauseHost(db: Kysely<Database>, host: string, ms: number): Promise<void> {
  await sql`update harvest.host_rate_limit set next_at = greatest(least(next_at, clock_timestamp() + ${longestWait}), clock_timestamp() + least(${ms} * interval '1 millisecond', ${longestWait})), updated_at = now()
    where host = ${host}`.execute(db);
}

/** How long a host is blocked after it refused this client: the first time, the second time … */
const blockMinutes = [15, 60, 6 * 60, 24 * 60];

/**
 * Blocks a host for a while, longer each time, and at least as long as the host asked for (a day at most). Processes that are refused
 * at the same time block it once.
 */
export async function blockHost(db: Kysely<Database>, host: string, reason: string, retryAfterMs: number | null): Promise<void> {
  await sql`
    with asked as (
      select host, blocked_until > clock_timestamp() as going_on,
             case when blocked_until > clock_timestamp() then blocks when blocked_until > clock_timestamp() - interval '2 days' then blocks + 1 else 1 end as blocks,
             clock_timestamp() + least(${retryAfterMs ?? 0} * interval '1 millisecond', ${longestWait}) as asked_until
      from harvest.host_rate_limit where host = ${host} for update
    )
    update harvest.host_rate_limit b set blocked_reason = ${reason}, blocks = asked.blocks,
      blocked_until = greatest(asked.asked_until, case when asked.going_on then b.blocked_until
        else clock_timestamp() + (${blockMinutes}::int[])[least(asked.blocks, ${blockMinutes.length})] * interval '1 minute' end)
    from asked where b.host = asked.host`.execute(db);
}
