import type { estypes } from '@elastic/elasticsearch';
import { ofAllShards, translateErrors, type SearchClient } from './client.ts';

const portion = 10_000;
const keepAlive = '2m';

/** Returns only these fields of each hit, without unpacking the documents, which costs more than finding them. */
export const onlyFields = (fields: readonly string[]) =>
  ({ _source: false, stored_fields: '_none_', docvalue_fields: [...fields] }) satisfies estypes.SearchRequest;

/** Which documents, in which order, and which fields (with doc values); 0 if a document lacks the field. */
export interface DocumentWalk {
  readonly query: estypes.QueryDslQueryContainer;
  readonly sort: estypes.Sort;
  readonly fields: readonly string[];
}

/**
 * All documents that a query finds, however many, in portions, as they were when it began: each as its fields' first
 * values, all numbers. Throws `SearchUnavailableError`, `IndexMissingError`.
 */
export async function* walkDocuments(
  client: SearchClient,
  alias: string,
  { query, sort, fields }: DocumentWalk,
  signal?: AbortSignal,
): AsyncGenerator<readonly number[][], void, undefined> {
  const options = signal === undefined ? {} : { signal };
  let pit = (await translateErrors(alias, () => client.openPointInTime({ index: alias, keep_alive: keepAlive }, options))).id;
  try {
    for (let after: estypes.SortResults | undefined; ;) {
      const answer = await translateErrors(alias, async () =>
        ofAllShards(
          await client.search(
            {
              pit: { id: pit, keep_alive: keepAlive },
              query,
              size: portion,
              ...onlyFields(fields),
              sort,
              track_total_hits: false,
              ...(after && { search_after: after }),
            },
            options,
          ),
        ),
      );
      pit = answer.pit_id ?? pit;
      const { hits } = answer.hits;
      if (hits.length > 0)
        yield hits.map((hit) => fields.map((field) => Number((hit.fields as Record<string, unknown[]>)[field]?.[0] ?? 0)));
      if (hits.length < portion) return;
      after = hits.at(-1)!.sort;
    }
  } finally {
    await client.closePointInTime({ id: pit }).catch(() => {});
  }
}
