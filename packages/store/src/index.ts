export { latestInCommunity } from './read/community-records.ts';
export { type Backlog, backlogOf, identifiersOf, searchableRecords } from './read/check-records.ts';
export { countRecords, countStored } from './read/count-records.ts';
export { createDb, type Database, type Db, type DbOptions } from './database/db.ts';
export {
  type ColumnDescription,
  describeFunctions,
  describeTables,
  type FunctionDescription,
  type TableDescription,
} from './database/describe-schema.ts';
export { copyQuery, copyRecords, copyStored, type ExportMonth, exportMonths, type ExportSelection } from './read/export-records.ts';
export { findRecord, findRecords, type VersionPlace, versionPlaces } from './read/find-records.ts';
export type { RecordKey, StoredRecordView } from './read/record-view.ts';
export { type HarvestedRecord, IdentifierTooLongError, maxIdentifierBytes } from './write/harvested-record.ts';
export { type IndexRecord, readIndexRecords, readRecordsForIndex } from './write/index-record.ts';
export { type Exhaustion, exhaustionOf } from './database/exhausted.ts';
export { DatabaseAwayError, isLostConnection, reasonOf, SilentServerError } from './database/lost-connection.ts';
export { retryLost } from './database/retry-lost.ts';
export { usualWatch, type Watch, watchedClient } from './database/watched-client.ts';
export { markLatestVersions } from './write/latest-versions.ts';
export { readMetadata, type StoredMetadata } from './database/metadata-json.ts';
export { type AwardFacts, type JsonFacts, readJsonFacts, type ToldFacts } from './read/read-json-facts.ts';
export { readMetadataOfRows } from './read/metadata-of-rows.ts';
export {
  listSteps,
  placeBefore,
  type RecordStanding,
  type RecordStep,
  type StepPlace,
  type StepRequest,
  type StepsRead,
} from './changes/list-changes.ts';
export {
  type CommunityChoice,
  type CommunityCounts,
  type CommunityOrder,
  communitySlug,
  countCommunities,
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
} from './read/list-vocabulary.ts';
export { type LiveRecord, liveRecords, liveVersions } from './read/live-records.ts';
export { migrateToLatest, MigrationError, schemaIsCurrent } from './database/migrate.ts';
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
  readIndexFacts,
  saveFetched,
  statsOf,
} from './read/record-files.ts';
export { statNames } from './write/stat-names.ts';
export { type PastRevision, recordHistory } from './changes/record-history.ts';
export { prunablePages, type PrunablePages, prunePages } from './harvest/prune-pages.ts';
export {
  countProvided,
  earliestProvided,
  findProvided,
  listProvided,
  isSet,
  listSetSpecs,
  listSubsets,
  type ProvidedPage,
  type ProvidedParts,
  type ProvidedRecord,
  type ProvidedSelection,
  type RecordOrigin,
} from './read/provide-records.ts';
export { type Micros, settledUntil } from './database/settled.ts';
export { tableSizes, type TableSize } from './database/measure-storage.ts';
export {
  maxPortionBytes,
  NotAQueryError,
  type ReadColumn,
  type ReadOptions,
  type ReadPortion,
  readRows,
  ResultTooLargeError,
} from './database/read-only.ts';
export { NotReadOnlyError } from './database/only-reads.ts';
export { createReadLogin, limitReadLogin, openReadDb, ReadLoginError, readLoginOf, scramVerifier } from './database/read-login.ts';
export { restrictPublicSql } from './database/restrict-public.ts';
export { computedViews, refreshAnalytics, type RefreshedView } from './read/refresh-analytics.ts';
export type { ListTable, ListTables, RecordDatabase, RecordHistoryTable, RecordTable } from './database/record-schema.ts';
export { type FactsOfRecord, writeFacts, type WrittenFacts } from './write/write-facts.ts';
export { type HarvestedPage, type HarvestedPages, writePages, writeRecords, type WrittenRecords } from './write/write-records.ts';
export { addCoverage, type CoverageCounts, reopenRun, type WindowCoverage, windowCoverage } from './harvest/coverage.ts';
export {
  type Failures,
  type PageFailure,
  pageFailures,
  type QuarantinedFailure,
  quarantinedFailures,
  readQuarantined,
  type RecordFailure,
  recordFailures,
  type RefusedDocument,
  refusedDocuments,
} from './harvest/failures.ts';
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
} from './harvest/replay.ts';
export { previewRecords, type RecordDifference } from './write/preview-records.ts';
export { closeDumpWindow, dumpDigest, dumpedDocuments, lastDumpRun, turnDumpWindow } from './harvest/dumps.ts';
export { settleQuarantine } from './harvest/quarantine.ts';
export { refusalOf } from './write/refusal.ts';
export {
  blockHost,
  blockSentence,
  type StoredRateLimit,
  type RateLimitTimes,
  updateRateLimit,
  type HostBlock,
  readRateLimit,
  openRateLimit,
  pauseHost,
} from './harvest/host-rate-limit.ts';
export {
  beginPages,
  claimToken,
  commitPage,
  countPendingPages,
  endPages,
  lastPage,
  listPendingPages,
  markPagesDone,
  markPagesStored,
  maxPageTries,
  type NewPage,
  notePageFailure,
  notStoredPages,
  type Page,
  type PendingPages,
  pagesWithoutDocuments,
  type QuarantinedRecord,
  readPage,
  setPageAside,
  settleUnchanged,
} from './harvest/pages.ts';
export {
  addRequests,
  completeRun,
  createRun,
  dropRun,
  failEmptyRun,
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
  wasDropped,
} from './harvest/runs.ts';
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
} from './database/harvest-schema.ts';
export {
  changeSettings,
  deleteRecordRows,
  findSource,
  findSourceAt,
  findSourceById,
  type Identity,
  installationId,
  listSources,
  type NewSource,
  removeSource,
  removeUnusedSource,
  saveIdentity,
  saveSource,
  type Source,
} from './harvest/sources.ts';
export { holdsWindow, type Lease } from './harvest/lease.ts';
export {
  type ArrivedRecord,
  arrivedRecords,
  beginAttempt,
  countDistinct,
  countOpenWindows,
  countWindows,
  countResent,
  emptySets,
  findWindow,
  holdHarvesterLock,
  type LeasedWindow,
  leaseWindow,
  listWindows,
  moveWindow,
  saveCounts,
  type ShortWindow,
  shortWindowsToCount,
  sizesAgree,
  splitIntoParts,
  type Window,
  windowMoves,
  type WindowPart,
  windowsToFinish,
} from './harvest/windows.ts';
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
} from './harvest/members.ts';
export { elementHash } from './write/element-hash.ts';
export { CHANGE_TYPES, changesOf, type ChangeType, concerns, type StepChange, stepCursor } from './changes/step-changes.ts';
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
} from './changes/webhooks.ts';
export {
  clearUnindexed,
  dropOldRefusals,
  noteAllUnindexed,
  noteMissing,
  noteRefusals,
  readUnindexed,
  type Refusal,
} from './write/unindexed.ts';
export { forgetReindexes, holdIndexLock, holdReindexLock, listReindexes, noteReindex } from './write/index-lock.ts';
export { clearIndexingFault, findIndexingFault, type IndexingFault, noteIndexingFault } from './harvest/indexing-fault.ts';
export { type HeaderPage, leaveSet, type ListedHeader, writeHeaders } from './write/write-sets.ts';
export { deleteRecords, type Deletion, newestPage } from './write/write-tombstones.ts';
export { confirmDeletions, type ConfirmedDeletions, type DeletedRecordRow } from './harvest/deletions.ts';
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
} from './harvest/suspects.ts';
