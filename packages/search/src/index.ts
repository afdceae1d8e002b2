export { writeBulk } from './bulk.ts';
export type { BulkResult, BulkWrite } from './bulk.ts';
export type { BulkOperation } from './bulk-body.ts';
export type { BulkFailure } from './bulk-verdict.ts';
export { createSearchClient, health, isSearchError, ping } from './client.ts';
export type { SearchClient, SearchClientOptions, SearchHealth } from './client.ts';
export { countDocuments, countExisting, missingDocuments, refresh } from './count.ts';
export { countBySource, listDocuments } from './list-documents.ts';
export type { DocumentMark } from './list-documents.ts';
export { deleteDocuments } from './delete-documents.ts';
export { documentId } from './document-id.ts';
export { documentVersion } from './document-version.ts';
export { toDocument } from './document.ts';
export type { DocumentInput, FetchedFacts, SearchDocument, SearchPerson } from './document.ts';
export {
  BulkRequestError,
  IndexConflictError,
  IndexMissingError,
  QueryError,
  SearchTooSlowError,
  SearchUnavailableError,
} from './errors.ts';
export type { QueryErrorCode } from './errors.ts';
export {
  createFreshIndex,
  DEFAULT_ALIAS,
  deleteIndex,
  ensureIndex,
  fillingAlias,
  indexName,
  indicesLeft,
  isThere,
  readMappingVersion,
  swapAlias,
  untilUnread,
} from './indexes.ts';
export type { EnsuredIndex, IndexSpread, IndexTarget } from './indexes.ts';
export { MAPPING_VERSION } from './mapping.ts';
export { mergeSegments } from './merge-segments.ts';
export { FILTER_NAMES, isFilter, nearestFilter } from './query/compile.ts';
export { closeCursor, cursorKey, searchByCursor } from './query/cursor.ts';
export type { CursorPage, CursorSearch } from './query/cursor.ts';
export { FACET_NAMES, ZENODO_FACETS } from './query/facet-table.ts';
export type { FacetName } from './query/facet-table.ts';
export { facetNamed } from './query/facets.ts';
export type { FacetBucket, FacetCounts } from './query/facets.ts';
export { groupNotes, readGrouping } from './query/groups.ts';
export type { GroupCounts, Grouping } from './query/groups.ts';
export { nearest, nearestFieldName, QUERY_FIELD_NAMES, uncarriedField } from './query/fields.ts';
export type { Highlights } from './query/highlight.ts';
export { matchRecordIds } from './query/match.ts';
export { readQuery } from './query/read-query.ts';
export type { RecordQuery } from './query/request.ts';
export { MAX_SIZE, searchRecords, WINDOW } from './query/search.ts';
export type { RecordHit, RecordHits, RecordSearch } from './query/search.ts';
export { SORT_NAMES, sortNote } from './query/sort.ts';
export { similarRecords } from './query/similar.ts';
export type { SimilarityRequest } from './query/similar.ts';
export { listedKeywords } from './keyword-lists.ts';
export { suggestSpelling } from './query/spelling.ts';
export type { Spelling } from './query/spelling.ts';
export { suggest } from './query/suggest.ts';
export type { Suggestion } from './query/suggest.ts';
