import { translateErrors, type SearchClient } from './client.ts';

/** What tells a document from its row in SQL. */
export interface DocumentMark {
  readonly recordId: number;
  readonly revision: number;
}

const portion = 10_000;
const keepAlive = '2m';

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
  const options = signal === undefined ? {} : { signal };
  let pit = (await translateErrors(alias, () => client.openPointInTime({ index: alias, keep_alive: keepAlive }, options))).id;
  try {
    for (let after: unknown[] | undefined; ;) {
      const answer = await translateErrors(alias, () =>
        client.search(
          {
            pit: { id: pit, keep_alive: keepAlive },
            query: { bool: { filter: [{ term: { source_id: String(sourceId) } }] } },
            size: portion,
            _source: false,
            docvalue_fields: ['record_id', 'revision'],
            sort: [{ record_id: 'asc' }, '_shard_doc'],
            track_total_hits: false,
            ...(after && { search_after: after as never }),
          },
          options,
        ),
      );
      pit = answer.pit_id ?? pit;
      const { hits } = answer.hits;
      if (hits.length > 0) yield hits.map((hit) => toMark(hit.fields as { record_id: [number]; revision: [number] }));
      if (hits.length < portion) return;
      after = hits.at(-1)!.sort;
    }
  } finally {
    await client.closePointInTime({ id: pit }).catch(() => {});
  }
}

const toMark = ({ record_id, revision }: { record_id: [number]; revision: [number] }): DocumentMark => ({
  recordId: Number(record_id[0]),
  revision: Number(revision[0]),
});

/** How many documents there are of each source, by its number as text. */
export async function countBySource(client: SearchClient, alias: string): Promise<Map<string, number>> {
  const { aggregations } = await translateErrors(alias, () =>
    client.search<unknown, { sources: { buckets: readonly { key: string; doc_count: number }[] } }>({
      index: alias,
      size: 0,
      aggs: { sources: { terms: { field: 'source_id', size: 10_000 } } },
    }),
  );
  return new Map((aggregations?.sources.buckets ?? []).map(({ key, doc_count }) => [key, doc_count]));
}
