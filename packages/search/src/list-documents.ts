import { ofAllShards, translateErrors, type SearchClient } from './client.ts';
import { type DocumentWalk, walkDocuments } from './walk-documents.ts';

/** The part of a document that is compared with its row in SQL. */
export interface DocumentMark {
  readonly recordId: number;
  readonly revision: number;
  /** Of its statistics; 0 without any. */
  readonly statsRevision: number;
}

/**
 * All documents of a source by ascending recordId, in portions, as they were when it began: for comparing them with SQL
 * in little memory. Refresh first. Throws `SearchUnavailableError`, `IndexMissingError`.
 */
export async function* listDocuments(
  client: SearchClient,
  alias: string,
  sourceId: number,
  signal?: AbortSignal,
): AsyncGenerator<DocumentMark[], void, undefined> {
  const walk: DocumentWalk = {
    query: { bool: { filter: [{ term: { source_id: String(sourceId) } }] } },
    sort: [{ record_id: 'asc' }, '_shard_doc'],
    fields: ['record_id', 'revision', 'stats_revision'],
  };
  for await (const documents of walkDocuments(client, alias, walk, signal))
    yield documents.map(([recordId, revision, statsRevision]) => ({
      recordId: recordId!,
      revision: revision!,
      statsRevision: statsRevision!,
    }));
}

/** The number of documents per source, by source id as text. */
export async function countBySource(client: SearchClient, alias: string): Promise<Map<string, number>> {
  const { aggregations } = await translateErrors(alias, async () =>
    ofAllShards(
      await client.search<unknown, { sources: { buckets: readonly { key: string; doc_count: number }[] } }>({
        index: alias,
        size: 0,
        aggs: { sources: { terms: { field: 'source_id', size: 10_000 } } },
      }),
    ),
  );
  return new Map((aggregations?.sources.buckets ?? []).map(({ key, doc_count }) => [key, doc_count]));
}
