import type { Db } from '@thresher/store/database';
import { pendingMigrations } from '@thresher/store/database';
import { advice, fault, type Finding, gigabytes, good } from './finding.ts';

/** What PostgreSQL says of itself. Bytes, milliseconds. */
export interface PostgresFacts {
  /** `180004` for 18.4. */
  readonly versionNumber: number;
  readonly version: string;
  readonly databaseBytes: number;
  readonly sharedBuffersBytes: number;
  readonly maxWalBytes: number;
  readonly maxConnections: number;
  readonly randomPageCost: number;
  /** Settings that have to be `on`: fsync, full_page_writes, autovacuum. */
  readonly off: readonly string[];
  readonly isSuperuser: boolean;
  /** Its clock minus ours. */
  readonly clockAheadMs: number;
  readonly pendingMigrations: readonly string[];
}

/** A database of this size is more than an attempt, so that its settings matter. */
const largeBytes = 4e9;

/** Findings from what {@link readPostgres} has read. Pure. */
export function assessPostgres(facts: PostgresFacts): Finding[] {
  const about = 'postgresql';
  const isLarge = facts.databaseBytes > largeBytes;
  const wantedBuffers = Math.min(8e9, Math.max(256e6, facts.databaseBytes / 20));
  const found: Finding[] = [];
  if (facts.versionNumber < 150_000)
    found.push(fault(about, `PostgreSQL ${facts.version} is too old: 15 or later is needed, 17 or 18 is tested`));
  for (const name of facts.off) found.push(fault(about, `${name} is off, so that a crash or time damages the database: set ${name} = on`));
  if (facts.pendingMigrations.length > 0)
    found.push(fault(about, `${facts.pendingMigrations.length} migrations are not applied: run thresher migrate`));
  if (facts.maxConnections < 60)
    found.push(fault(about, `max_connections is ${facts.maxConnections}: set 100, since each transformer core takes up to ten`));
  if (Math.abs(facts.clockAheadMs) > 5_000)
    found.push(fault(about, `its clock differs from this machine's by ${Math.round(facts.clockAheadMs / 1_000)} s: let both follow NTP`));
  if (facts.isSuperuser) found.push(advice(about, 'the role of DATABASE_URL is a superuser: use a role that only owns its database'));
  if (isLarge && facts.sharedBuffersBytes < wantedBuffers * 0.9)
    found.push(
      advice(
        about,
        `shared_buffers is ${gigabytes(facts.sharedBuffersBytes)} for a database of ${gigabytes(facts.databaseBytes)}: set about ${gigabytes(wantedBuffers)} if the machine has four times that`,
      ),
    );
  if (isLarge && facts.maxWalBytes < 1.9e9)
    found.push(advice(about, `max_wal_size is ${gigabytes(facts.maxWalBytes)}: set 2 GB, or checkpoints slow down large harvests`));
  if (isLarge && facts.randomPageCost > 2)
    found.push(advice(about, `random_page_cost is ${facts.randomPageCost}: set 1.1 if the disk is an SSD`));
  return found.length > 0 ? found : [good(about, `PostgreSQL ${facts.version}, ${gigabytes(facts.databaseBytes)}`)];
}

export async function readPostgres(db: Db): Promise<PostgresFacts> {
  const before = Date.now();
  const { rows } = await db.pool.query<Omit<PostgresFacts, 'clockAheadMs' | 'pendingMigrations'> & { readonly now: Date }>(`
    select current_setting('server_version_num')::int as "versionNumber", current_setting('server_version') as version,
      pg_database_size(current_database()) as "databaseBytes", pg_size_bytes(current_setting('shared_buffers')) as "sharedBuffersBytes",
      pg_size_bytes(current_setting('max_wal_size')) as "maxWalBytes", current_setting('max_connections')::int as "maxConnections",
      current_setting('random_page_cost')::float8 as "randomPageCost",
      array(select name from pg_settings where name in ('fsync', 'full_page_writes', 'autovacuum') and setting = 'off' order by name) as off,
      (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser", clock_timestamp() as now`);
  const after = Date.now();
  const { now, ...facts } = rows[0]!;
  // The answer was made somewhere between the two looks at our clock.
  const at = now.getTime();
  const clockAheadMs = at < before ? at - before : at > after ? at - after : 0;
  return { ...facts, clockAheadMs, pendingMigrations: await pendingMigrations(db) };
}
