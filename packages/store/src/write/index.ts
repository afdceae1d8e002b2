export { type HarvestedRecord, IdentifierTooLongError, maxIdentifierBytes } from './harvested-record.ts';
export { type IndexRecord, readIndexRecords, readRecordsForIndex } from './index-record.ts';
export { markLatestVersions } from './latest-versions.ts';
export { statNames } from './stat-names.ts';
export type { FactsOfRecord } from './fact-rows.ts';
export { writeFacts, type WrittenFacts } from './write-facts.ts';
export { writePages, writeRecords, type WriteOptions, type WrittenRecords } from './write-records.ts';
export { previewRecords, type RecordDifference } from './preview-records.ts';
export { refusalOf } from './refusal.ts';
export { elementHash } from './element-hash.ts';
export {
  clearUnindexed,
  dropOldRefusals,
  noteAllUnindexed,
  noteMissing,
  noteRefusals,
  readUnindexed,
  type Refusal,
  type SentRecord,
} from './unindexed.ts';
export { forgetReindexes, holdIndexLock, holdReindexLock, listReindexes, noteReindex } from './index-lock.ts';
export { type HeaderPage, type LeftSet, leaveSets, writeHeaders } from './write-sets.ts';
export { deleteRecords, type Deletion, newestPage } from './write-tombstones.ts';
