export { latestInCommunity } from './community-records.ts';
export { type Backlog, backlogOf, identifiersOf, searchableRecords } from './check-records.ts';
export { countRecords, countStored } from './count-records.ts';
export { createDb, type Database, type Db, type DbOptions } from './db.ts';
export {
  type ColumnDescription,
  describeFunctions,
  describeTables,
  type FunctionDescription,
  type TableDescription,
} from './describe-schema.ts';
export { copyQuery, copyRecords, copyStored, type ExportMonth, exportMonths, type ExportSelection } from './export-records.ts';
export { findRecord, type RecordKey, type StoredRecordView } from './find-record.ts';
export { findRecords, type VersionPlace, versionPlaces } from './find-records.ts';
export { type HarvestedRecord, IdentifierTooLongError, maxIdentifierBytes } from './harvested-record.ts';
export { type IndexRecord, readRecordsForIndex } from './index-record.ts';
export { markLatestVersions } from './latest-versions.ts';
export { readMetadata, type StoredMetadata } from './metadata-json.ts';
export { readMetadataOfRows } from './metadata-of-rows.ts';
export {
  listSteps,
  placeBefore,
  type RecordStanding,
  type RecordStep,
  type StepPlace,
  type StepRequest,
  type StepsRead,
} from './list-changes.ts';
export {
  type CommunityOrder,
  findCommunity,
  findTerm,
  isCommunity,
  listCommunities,
  type ListedCommunity,
  listTerms,
  type Lookup,
  type Piece,
  type Term,
  VOCABULARIES,
  type Vocabulary,
} from './list-vocabulary.ts';
export { type LiveRecord, liveRecords, liveVersions } from './live-records.ts';
export { migrateToLatest, MigrationError, schemaIsCurrent } from './migrate.ts';
export {
  type FetchCandidate,
  type FetchChoice,
  type FetchedRecord,
  type FilesAndStats,
  lastFetchedAt,
  noteNotShown,
  readFetched,
  type RecordFile,
  type RecordStats,
  recordsToFetch,
  readFetchedFacts,
  saveFetched,
  statNames,
  statsOf,
} from './record-files.ts';
export { type PastRevision, recordHistory } from './record-history.ts';
export { prunablePages, type PrunablePages, prunePages } from './prune-pages.ts';
export {
  countProvided,
  earliestProvided,
  findProvided,
  listProvided,
  listSetSpecs,
  listSubsets,
  type ProvidedPage,
  type ProvidedParts,
  type ProvidedRecord,
  type ProvidedSelection,
  type RecordOrigin,
} from './provide-records.ts';
export { type Micros, settledUntil } from './settled.ts';
export { tableSizes, type TableSize } from './measure-storage.ts';
export { type ReadColumn, type ReadOptions, type ReadPortion, readRows } from './read-only.ts';
export { computedViews, refreshAnalytics, type RefreshedView } from './refresh-analytics.ts';
export type { ListTable, ListTables, RecordDatabase, RecordHistoryTable, RecordTable } from './record-schema.ts';
export { type HarvestedPage, type HarvestedPages, writePages, writeRecords, type WrittenRecords } from './write-records.ts';
export { addCoverage, type CoverageCounts, reopenRun, type WindowCoverage, windowCoverage } from './harvest-coverage.ts';
export {
  type Failures,
  type PageFailure,
  pageFailures,
  type QuarantinedFailure,
  quarantinedFailures,
  readQuarantined,
  type RecordFailure,
  recordFailures,
} from './harvest-failures.ts';
export {
  countPages,
  countRewritten,
  databaseNow,
  listPages,
  type PageChoice,
  type PageCount,
  type PageProgress,
  pageProgress,
  planReplay,
} from './harvest-replay.ts';
export { previewRecords, type RecordDifference } from './preview-records.ts';
export { closeDumpWindow, dumpedDocuments, lastDumpRun, turnDumpWindow } from './harvest-dumps.ts';
export { settleQuarantine } from './harvest-quarantine.ts';
export { refusalOf } from './refusal.ts';
export { blockHost, type Budget, type BudgetTimes, changeBudget, lookAtBudget, openBudget, pauseHost } from './harvest-budget.ts';
export {
  commitPage,
  countPendingPages,
  lastPage,
  listPendingPages,
  markPagesDone,
  markPagesStored,
  markTokenSent,
  maxPageTries,
  type NewPage,
  notePageFailure,
  type Page,
  type PendingPages,
  type QuarantinedRecord,
  readPage,
  readPages,
  settleUnchanged,
} from './harvest-pages.ts';
export {
  addRequests,
  createRun,
  findRun,
  findRunningRun,
  finishRun,
  type HarvestedStretch,
  harvestedStretches,
  lastRunStartedAt,
  listRunningRuns,
  listRuns,
  neverHarvested,
  type NewRun,
  noteRunFailure,
  replaceWindows,
  type Run,
  runTotals,
  type RunTotals,
} from './harvest-runs.ts';
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
export {
  deleteRecordRows,
  findSource,
  findSourceAt,
  findSourceById,
  type Identity,
  installationId,
  listSources,
  type NewSource,
  removeSource,
  saveIdentity,
  saveSettings,
  saveSource,
  type Source,
} from './harvest-sources.ts';
export {
  type ArrivedRecord,
  arrivedRecords,
  beginAttempt,
  countDistinct,
  countWindows,
  emptySets,
  findWindow,
  holdHarvesterLock,
  type Lease,
  type LeasedWindow,
  leaseWindow,
  listWindows,
  moveWindow,
  saveCounts,
  splitIntoParts,
  type Window,
  windowMoves,
  type WindowPart,
  windowsToFinish,
} from './harvest-windows.ts';
export {
  countMembers,
  countSetChanges,
  type FetchedReply,
  keepFetched,
  listedNotStored,
  type Member,
  membersListedAt,
  membersNotListed,
  setListing,
  type SetListing,
} from './harvest-members.ts';
export { wireHash } from './wire-hash.ts';
export { CHANGE_TYPES, changesOf, type ChangeType, concerns, type StepChange, stepCursor } from './step-changes.ts';
export {
  addWebhook,
  changeWebhook,
  cutDeliveries,
  type DeliveryEnd,
  type DueDelivery,
  endTry,
  listDeliveries,
  listWebhooks,
  type NewWebhook,
  pruneDeliveries,
  removeWebhook,
  retryDeliveries,
  takeDue,
  type Webhook,
  type WebhookDelivery,
} from './webhooks.ts';
export { clearUnindexed, readUnindexed } from './unindexed.ts';
export { type HeaderPage, leaveSet, type ListedHeader, writeHeaders } from './write-sets.ts';
export { deleteRecords, type Deletion, newestPage } from './write-tombstones.ts';
export { confirmDeletions, type ConfirmedDeletions, type DeletedRecordRow } from './harvest-deletions.ts';
export {
  type AbsenceJudgement,
  clearListed,
  clearSuspects,
  confirmGone,
  listSuspects,
  noteEvidence,
  type Suspect,
  suspectRecords,
  type SweepCounts,
  sweepMissing,
  type SweepResult,
  type Witness,
} from './harvest-suspects.ts';
