import type { RecordMetadata } from '@thresher/datacite';
import type { FetchedRecord, LiveRecord, ToldFacts } from '@thresher/store/read';

/** The input of all forms of a record. */
export interface RecordFacts extends LiveRecord {
  /** Files and statistics; null or absent if they were not fetched. */
  readonly fetched?: FetchedRecord | null;
  /** The facts of its JSON; absent if they were not read. */
  readonly told?: ToldFacts;
}

/** A record that has metadata. */
export type ExportableRecord = RecordFacts & { readonly metadata: RecordMetadata; readonly setSpecs: readonly string[] };

/** Those records that have metadata, without their sets. */
export const exportableRecords = (records: readonly RecordFacts[]): ExportableRecord[] =>
  records.flatMap((record) => (record.metadata === null ? [] : [{ ...record, metadata: record.metadata, setSpecs: [] }]));
