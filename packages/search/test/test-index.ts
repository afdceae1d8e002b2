export { INDEX_SETTINGS, MAPPING, MAPPING_VERSION } from '../src/mapping.ts';
export { compileRecordQuery } from '../src/query/request.ts';
import { randomUUID } from 'node:crypto';
import { createSearchClient, type SearchClient } from '../src/client.ts';
import { ensureIndex, readAlias } from '../src/indexes.ts';

export interface TestIndex extends AsyncDisposable {
  readonly client: SearchClient;
  /** Nobody else's. */
  readonly alias: string;
  readonly storeId: string;
}

/** An empty index behind its own alias on a real Elasticsearch; `await using` removes it and all made under its alias. */
export async function createTestIndex(url: string): Promise<TestIndex> {
  const client = await createSearchClient(url);
  const storeId = randomUUID();
  const alias = `thresher-test-${randomUUID()}`;
  await ensureIndex(client, { alias, storeId });
  return { client, alias, storeId, [Symbol.asyncDispose]: () => removeTestIndex(client, alias) };
}

async function removeTestIndex(client: SearchClient, alias: string): Promise<void> {
  const made = Object.keys(await client.indices.get({ index: `${alias}-*`, allow_no_indices: true }));
  const led = (await readAlias(client, alias)).map((found) => found.index);
  const all = [...new Set([...made, ...led])];
  if (all.length > 0) await client.indices.delete({ index: all, ignore_unavailable: true });
  await client.close();
}

/** A request to the server of `url` for `fetch`, which refuses user and password in a URL. */
export function plainRequest(url: string, path: string): { readonly to: string; readonly headers: Readonly<Record<string, string>> } {
  const { username, password, origin } = new URL(url);
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { to: origin + path, headers: username === '' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` } };
}
