import type { SearchClient } from '@thresher/search';
import { type Db, tableSizes } from '@thresher/store/database';

/** What a record takes on disk in one place. */
export interface DiskFigure {
  readonly what: string;
  readonly bytesPerRecord: number;
}

export const disk = {
  archive: 'archive: pages as they came',
  postgres: 'PostgreSQL with indexes, without the archive',
  search: 'Elasticsearch',
} as const;

/** Parts of less than this many bytes per record are in the sums only. */
const worthALine = 40;

/** Bytes per record after a first harvest of `records` records: sums first, then tables and their indexes, the largest first. */
export async function measureDisk(db: Db, client: SearchClient, alias: string, records: number): Promise<DiskFigure[]> {
  await db.pool.query('vacuum (analyze)');
  const sizes = await tableSizes(db);
  const isArchive = (table: string): boolean => table === 'harvest.page';
  const whole = (some: typeof sizes): number => some.reduce((sum, { bytes, indexBytes }) => sum + bytes + indexBytes, 0);
  const parts = sizes
    .filter(({ table }) => !isArchive(table))
    .flatMap(({ table, bytes, indexBytes }) => [
      { what: table, bytes },
      { what: `${table}, indexes`, bytes: indexBytes },
    ]);
  return [
    { what: disk.archive, bytes: whole(sizes.filter(({ table }) => isArchive(table))) },
    { what: disk.postgres, bytes: whole(sizes.filter(({ table }) => !isArchive(table))) },
    { what: disk.search, bytes: await searchBytes(client, alias) },
    ...parts.filter(({ bytes }) => bytes / records >= worthALine),
  ].map(({ what, bytes }) => ({ what, bytesPerRecord: Math.round(bytes / records) }));
}

async function searchBytes(client: SearchClient, alias: string): Promise<number> {
  await client.indices.flush({ index: alias });
  const { _all } = await client.indices.stats({ index: alias, metric: 'store' });
  return _all.primaries?.store?.size_in_bytes ?? 0;
}
