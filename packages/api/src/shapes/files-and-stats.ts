import type { Db } from '@thresher/store/database';
import { type FetchedRecord, type FilesAndStats, readFetched, readJsonFacts, type ToldFacts } from '@thresher/store/read';
import { statNames } from '@thresher/store/write';
import type { ZenodoRecord } from './zenodo-record.ts';

/** Adds files and statistics to records; null if they were never fetched. */
export async function withFetched<T extends { readonly recordId: number }>(
  db: Db,
  records: readonly T[],
): Promise<(T & { readonly fetched: FetchedRecord | null })[]> {
  const fetched = new Map(
    (
      await readFetched(
        db,
        records.map((record) => record.recordId),
      )
    ).map((one) => [one.recordId, one]),
  );
  return records.map((record) => ({ ...record, fetched: fetched.get(record.recordId) ?? null }));
}

/** Adds the facts of their JSON to records. */
export async function withJsonFacts<T extends { readonly recordId: number }>(
  db: Db,
  records: readonly T[],
): Promise<(T & { readonly told: ToldFacts })[]> {
  const told = await readJsonFacts(
    db,
    records.map((record) => record.recordId),
  );
  return records.map((record) => ({ ...record, told: told.get(record.recordId) ?? NOTHING }));
}

const NOTHING: ToldFacts = { facts: null, communities: [] };

/** Files in Zenodo's shape; null if they were not fetched, or the source does not show them. */
export function toFiles(fetched: FilesAndStats | null | undefined): NonNullable<ZenodoRecord['files']> | null {
  const files = fetched?.files ?? null;
  return (
    files &&
    files.map(({ key, fileId, size, checksum, url }) => ({
      id: fileId,
      key,
      size,
      checksum,
      links: url === null ? {} : { self: url },
    }))
  );
}

/** Statistics in Zenodo's shape; null if they were not fetched. Counts that the source does not report are left out. */
export function toStats(fetched: FilesAndStats | null | undefined): ZenodoRecord['stats'] {
  const stats = fetched?.stats ?? null;
  return stats && Object.fromEntries(statNames.flatMap((name) => (stats[name] === null ? [] : [[name, stats[name]]])));
}

/** Why files or statistics are missing, and what to do. */
export function whyNothing(fetched: FetchedRecord | null, what: 'files' | 'statistics'): string {
  if (fetched === null || fetched.status === 404 || fetched.status === 410)
    return `the ${what} of this record were not fetched from its source: links.source leads to them; thresher enrich fetches them`;
  return `the source does not show the ${what} of this record (asked on ${fetched.fetchedAt.toISOString().slice(0, 10)}): see links.source`;
}
