export { createDb, type Database, type Db, type DbOptions } from './db.ts';
export {
  type ColumnDescription,
  describeFunctions,
  describeTables,
  findTable,
  fullName,
  type FunctionDescription,
  queriedSchemas,
  type TableDescription,
} from './describe-schema.ts';
export { queryFaultOf, type QueryFault } from './query-fault.ts';
export { type Exhaustion, exhaustionOf } from './exhausted.ts';
export { DatabaseAwayError, isLostConnection, reasonOf, SilentServerError } from './lost-connection.ts';
export { retryLost } from './retry-lost.ts';
export { defaultWatch, type Watch, watchedClient } from './watched-client.ts';
export { type ColumnPath, columnPaths, metadataProperties, type Property } from './metadata-properties.ts';
export { readMetadata, type StoredMetadata } from './metadata-json.ts';
export { type BackupSummary, BackupError, backUp, restoreBackup } from './backup.ts';
export { migrateToLatest, MigrationError, pendingMigrations, schemaIsCurrent } from './migrate.ts';
export type { MigrationEffect } from './migration-effects.ts';
export {
  type MigrationPlan,
  type OtherSessions,
  otherSessions,
  type PlannedMigration,
  planMigrations,
  type TableExtent,
} from './plan-migrations.ts';
export { type Micros, settledUntil } from './settled.ts';
export { tableSizes, type TableSize } from './measure-storage.ts';
export {
  maxPortionBytes,
  NotAQueryError,
  type ReadColumn,
  type ReadOptions,
  type ReadPortion,
  readRows,
  ResultTooLargeError,
} from './read-only.ts';
export { NotReadOnlyError } from './only-reads.ts';
export { createReadLogin, limitReadLogin, openReadDb, ReadLoginError, readLoginOf, scramVerifier } from './read-login.ts';
export { restrictPublicSql } from './restrict-public.ts';
export type { ListTable, ListTables, RecordDatabase, RecordHistoryTable, RecordTable } from './record-schema.ts';
export type {
  HarvestDatabase,
  ListVerb,
  PageState,
  PageVerb,
  RunKind,
  RunState,
  SuspectState,
  SuspectTable,
  WindowState,
} from './harvest-schema.ts';
