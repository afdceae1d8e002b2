import { compareDatestamps, timeOf } from './compare-datestamps.ts';
import type { IncomingRecord } from './harvested-record.ts';

/** What must be known of a stored record to compare a harvested one with it. */
export interface StoredVersion {
  readonly datestamp: Date | null;
  readonly page_id: number;
  readonly metadata_hash: Buffer;
  readonly issues_hash: Buffer | null;
}

/**
 * - `insert`: not there yet
 * - `change`: other content
 * - `header-changed`: the same content under a newer datestamp, or with other issues
 * - `unchanged`: nothing to write
 * - `stale`: the stored record is newer
 */
export type Verdict = 'insert' | 'change' | 'header-changed' | 'unchanged' | 'stale';

/**
 * Newer (datestamp, page) wins, so pages may come twice and in any order. The same page again may bring another mapping.
 *
 * One order is not detected, the price of writing nothing for unchanged records: where the content went from A to B
 * and back under one datestamp (sets do), and the page with B is written after the second with A, B stays.
 */
export function verdictOf(stored: StoredVersion | undefined, incoming: IncomingRecord, now: Date): Verdict {
  if (!stored) return 'insert';
  const age = compareDatestamps(incoming.datestamp, stored.datestamp, now) || incoming.pageId - stored.page_id;
  if (age < 0) return 'stale';
  if (stored.metadata_hash.toString('hex') !== incoming.metadataHash) return 'change';
  const sameHead = timeOf(stored.datestamp) === timeOf(incoming.datestamp);
  return sameHead && hex(stored.issues_hash) === incoming.issuesHash ? 'unchanged' : 'header-changed';
}

function hex(bytes: Buffer | null): string | null {
  return bytes && bytes.toString('hex');
}
