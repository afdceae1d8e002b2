import type { Db } from '@thresher/store/database';
import { liveRecords, liveVersions } from '@thresher/store/read';
import { withFetched, withJsonFacts } from '../shapes/files-and-stats.ts';
import type { RecordFacts } from '../shapes/record-facts.ts';

/** The records of these numbers that are not deleted, in the order of the numbers; those that are gone are left out. */
export async function readRecords(db: Db, recordIds: readonly number[]): Promise<RecordFacts[]> {
  return withJsonFacts(db, await withFetched(db, await liveRecords(db, recordIds)));
}

/** All versions of a concept that are not deleted, the latest first. */
export async function readVersions(db: Db, conceptDoi: string): Promise<RecordFacts[]> {
  return withJsonFacts(db, await withFetched(db, await liveVersions(db, conceptDoi)));
}
