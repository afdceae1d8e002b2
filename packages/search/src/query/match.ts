import type { SearchClient } from '../client.ts';
import { walkDocuments } from '../walk-documents.ts';
import { parseQuery } from './parse.ts';
import { compileRecordQuery, type RecordQuery } from './request.ts';

/**
 * The record ids (of SQL) of all that a search finds, however many, in portions and in no order, as they were when it
 * began. Throws `QueryError`, `SearchUnavailableError`, `IndexMissingError`.
 */
export async function* matchRecordIds(
  client: SearchClient,
  alias: string,
  search: Pick<RecordQuery, 'q' | 'allVersions'>,
  signal?: AbortSignal,
): AsyncGenerator<number[], void, undefined> {
  // No reply can report that the query was read as plain words, so it must parse.
  parseQuery(search.q ?? '');
  const walk = { query: compileRecordQuery(search).query, sort: ['_shard_doc'], fields: ['record_id'] };
  for await (const documents of walkDocuments(client, alias, walk, signal)) yield documents.map(([recordId]) => recordId!);
}
