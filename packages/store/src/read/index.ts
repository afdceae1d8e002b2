export { latestInCommunity } from './community-records.ts';
export { type Backlog, backlogOf, identifiersOf, searchableRecords } from './check-records.ts';
export { countRecords, countStored } from './count-records.ts';
export { copyQuery, copyRecords, copyStored, type ExportMonth, exportMonths, type ExportSelection } from './export-records.ts';
export { type ExportTable, type ExportTables, openExportTables } from './export-tables.ts';
export { findRecord, findRecords, type VersionPlace, versionPlaces } from './find-records.ts';
export type { RecordKey, StoredRecordView } from './record-view.ts';
export { type AwardFacts, type JsonFacts, readJsonFacts, type ToldFacts } from './read-json-facts.ts';
export { readMetadataOfRows } from './metadata-of-rows.ts';
export {
  alternativesOf,
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
  type Portion,
  type Term,
  type TermOrder,
  VOCABULARIES,
  type Vocabulary,
} from './list-vocabulary.ts';
export { type LiveRecord, liveRecords, liveVersions } from './live-records.ts';
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
} from './record-files.ts';
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
} from './provide-records.ts';
export { type LinkedRecord, listVersions, readNeighbours, type RecordNeighbours, type RecordVersion } from './record-neighbours.ts';
export { countSitemapParts, listSitemapPart } from './sitemap.ts';
export { type OrganisationView, type PersonView, readOrganisation, readPerson } from './profiles.ts';
export {
  analyses,
  type Analysis,
  analysedSources,
  type AnalysisFilter,
  type AnalysisRow,
  analyticsAsOf,
  NO_FILTER,
  runAnalysis,
} from './analyses.ts';
export { computedViews, refreshAnalytics, type RefreshedView } from './refresh-analytics.ts';
