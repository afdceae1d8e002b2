import type { RecordMetadata } from '@thresher/datacite';
import type { FetchedRecord, LiveRecord, ToldFacts } from '@thresher/store/read';

/** What a record is shown from, in whatever form. */
export interface RecordFacts extends LiveRecord {
  /** Files and statistics; null or absent where they were not fetched. */
  readonly fetched?: FetchedRecord | null;
  /** What only the JSON of the source tells; absent where it was not read. */
  readonly told?: ToldFacts;
}

/** A record that has metadata. */
export type ExportableRecord = RecordFacts & { readonly metadata: RecordMetadata; readonly setSpecs: readonly string[] };
