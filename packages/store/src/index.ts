export { countRecords, countStored } from './count-records.ts';
export { createDb, type Database, type Db, type DbOptions } from './db.ts';
export { findRecord, type RecordKey, type StoredRecordView } from './find-record.ts';
export { type HarvestedRecord, IdentifierTooLongError, maxIdentifierBytes } from './harvested-record.ts';
export { type IndexRecord, readRecordsForIndex } from './index-record.ts';
export { migrateToLatest, MigrationError, schemaIsCurrent } from './migrate.ts';
export { type PastRevision, recordHistory } from './record-history.ts';
export type { ListTable, ListTables, RecordDatabase, RecordHistoryTable, RecordTable } from './record-schema.ts';
export { type HarvestedPage, writeRecords, type WrittenPage } from './write-records.ts';
