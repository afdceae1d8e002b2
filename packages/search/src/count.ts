import { ofAllShards, translateErrors, type SearchClient } from './client.ts';

/** Ids in one request; well under the server's limit for a body and quick to answer. */
const IDS_PER_REQUEST = 5_000;

/** Makes every write before this call visible to searches and counts. */
export async function refresh(client: SearchClient, alias: string): Promise<void> {
  await translateErrors(alias, async () => ofAllShards(await client.indices.refresh({ index: alias })));
}

/** Documents behind the alias, of one source or of all; as searches see them, so refresh first for an exact figure. */
export async function countDocuments(
  client: SearchClient,
  alias: string,
  { sourceId }: { sourceId?: number | string } = {},
): Promise<number> {
  const query = sourceId === undefined ? { match_all: {} } : { term: { source_id: String(sourceId) } };
  const { count } = await translateErrors(alias, async () => ofAllShards(await client.count({ index: alias, query })));
  return count;
}

/** How many of these document ids (each counted once) are in the index now; refreshes first. */
export async function countExisting(client: SearchClient, alias: string, ids: readonly string[]): Promise<number> {
  await refresh(client, alias);
  const distinct = [...new Set(ids)];
  let total = 0;
  for (let start = 0; start < distinct.length; start += IDS_PER_REQUEST) {
    total += await countIds(client, alias, distinct.slice(start, start + IDS_PER_REQUEST));
  }
  return total;
}

/**
 * Of these document ids, those that searches do not find. Refresh first for an exact answer. Ids are counted in portions, and only
 * an incomplete portion is listed: listing 5,000 documents makes the server unpack each of them.
 */
export async function missingDocuments(client: SearchClient, alias: string, ids: readonly string[]): Promise<string[]> {
  const distinct = [...new Set(ids)];
  const missing: string[] = [];
  for (let start = 0; start < distinct.length; start += IDS_PER_REQUEST) {
    const values = distinct.slice(start, start + IDS_PER_REQUEST);
    if ((await countIds(client, alias, values)) === values.length) continue;
    const { hits } = await translateErrors(alias, async () =>
      ofAllShards(
        await client.search({ index: alias, query: { ids: { values } }, size: values.length, _source: false, track_total_hits: false }),
      ),
    );
    const there = new Set(hits.hits.map(({ _id }) => _id));
    missing.push(...values.filter((id) => !there.has(id)));
  }
  return missing;
}

async function countIds(client: SearchClient, alias: string, values: string[]): Promise<number> {
  return (await translateErrors(alias, async () => ofAllShards(await client.count({ index: alias, query: { ids: { values } } })))).count;
}
