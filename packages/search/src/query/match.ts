import { translateErrors, type SearchClient } from '../client.ts';
import { compileQuery } from './compile.ts';
import { parseQuery } from './parse.ts';

const portion = 10_000;
const keepAlive = '2m';

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
  const query = compileQuery(parseQuery(q));
  const options = signal === undefined ? {} : { signal };
  let pit = (await translateErrors(alias, () => client.openPointInTime({ index: alias, keep_alive: keepAlive }, options))).id;
  try {
    for (let after: unknown[] | undefined; ;) {
      const answer = await translateErrors(alias, () =>
        client.search(
          {
            pit: { id: pit, keep_alive: keepAlive },
            query,
            size: portion,
            _source: false,
            docvalue_fields: ['record_id'],
            sort: ['_shard_doc'],
            track_total_hits: false,
            ...(after && { search_after: after as never }),
          },
          options,
        ),
      );
      pit = answer.pit_id ?? pit;
      const { hits } = answer.hits;
      if (hits.length > 0) yield hits.map((hit) => Number((hit.fields as { record_id: number[] }).record_id[0]));
      if (hits.length < portion) return;
      after = hits.at(-1)!.sort;
    }
  } finally {
    await client.closePointInTime({ id: pit }).catch(() => {});
  }
}
