import type { SearchClient } from '../client.ts';
import { walkDocuments } from '../walk-documents.ts';
import { compileQuery } from './compile.ts';
import { parseQuery } from './parse.ts';

/**
 * The record ids (of SQL) of all that a query finds, however many, in portions and in no order, as they were when it
 * began. Throws `QueryError`, `SearchUnavailableError`, `IndexMissingError`.
 */
export async function* matchRecordIds(
  client: SearchClient,
  alias: string,
  q: string,
  signal?: AbortSignal,
): AsyncGenerator<number[], void, undefined> {
  const walk = { query: compileQuery(parseQuery(q)), sort: ['_shard_doc'], fields: ['record_id'] };
  for await (const documents of walkDocuments(client, alias, walk, signal)) yield documents.map(([recordId]) => recordId!);
}
