import type { FetchedRecord, LiveRecord } from '@thresher/store';

/** What a record is shown from, in whatever form. */
export interface RecordFacts extends LiveRecord {
  /** Files and statistics; null or absent where they were not fetched. */
  readonly fetched?: FetchedRecord | null;
}
