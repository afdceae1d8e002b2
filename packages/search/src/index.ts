export { writeBulk } from './bulk.ts';
export type { BulkResult, BulkWrite } from './bulk.ts';
export type { BulkOperation } from './bulk-body.ts';
export type { BulkFailure } from './bulk-verdict.ts';
export { createSearchClient, health, ping } from './client.ts';
export type { SearchClient, SearchClientOptions, SearchHealth } from './client.ts';
export { countDocuments, countExisting, refresh } from './count.ts';
export { documentId } from './document-id.ts';
export { toDocument } from './document.ts';
export type { DocumentInput, SearchDocument, SearchPerson } from './document.ts';
export {
  BulkRequestError,
  IndexConflictError,
  IndexMissingError,
  QueryError,
  SearchUnavailableError,
} from './errors.ts';
export type { QueryErrorCode } from './errors.ts';
export { createFreshIndex, DEFAULT_ALIAS, deleteIndex, ensureIndex, indexName, swapAlias } from './indexes.ts';
export type { EnsuredIndex, IndexTarget } from './indexes.ts';
export { MAPPING_VERSION } from './mapping.ts';
export { QUERY_FIELD_NAMES } from './query/fields.ts';
export { matchRecordIds } from './query/match.ts';
export { searchRecords } from './query/search.ts';
export type { RecordHit, RecordHits, RecordSearch } from './query/search.ts';
export { SORT_NAMES } from './query/sort.ts';
