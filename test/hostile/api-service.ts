import { createStockedApi, deleted, EVERYTHING, harvested, saveFetched, type StockedApi, version } from '@thresher/api/testing';
import type { AddressInfo } from 'node:net';
import { type RawReply, type RawRequest, sendRaw } from './raw-http.ts';

/** The API on a port, with what it asked of its servers for the last request. */
export interface CountedApi {
  readonly app: StockedApi['app'];
  readonly port: number;
  /** Sends one request at a time, and says what it took. */
  ask(request: RawRequest): Promise<RawReply & { readonly searches: number; readonly statements: number }>;
}

/** The key of the API; no reply may hold it. */
export const SECRET = 'secret-0123456789-never-shown';

/** Over a database and its own index with a few records of all kinds. */
export async function openCountedApi(
  env: Readonly<Record<string, string | undefined>>,
  resources: AsyncDisposableStack,
): Promise<CountedApi> {
  const access = { keys: [{ name: 'lab', key: SECRET, perMinute: null }], perMinute: 1_000_000 };
  const api = resources.use(await createStockedApi({ size: 20 }, { access }, env));
  const setSpecs = ['user-sea', 'user-sea-ice', 'topic:water:salt'];
  const [record] = await api.store([harvested(90_007, EVERYTHING, { setSpecs }), harvested(90_008, version('Gone', '2024-01-01', 90_006))]);
  await api.store([deleted(90_008, '2025-01-01T00:00:00Z')]);
  const file = { fileId: null, size: 1, checksum: null };
  const files = [
    { ...file, key: 'a.csv', url: 'https://zenodo.org/api/records/7/files/данные.csv/content' },
    { ...file, key: '2020', url: 'https://zenodo.org/a\r\nx-injected: 1' },
  ];
  await saveFetched(api.database.db, record!.recordId, { files, stats: null }, new Date('2026-08-01T12:00:00Z'));
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  let [searches, statements] = [0, 0];
  api.index.client.diagnostic.on('request', () => (searches += 1));
  api.database.db.pool.on('acquire', () => (statements += 1));
  return {
    app: api.app,
    port,
    async ask(request) {
      [searches, statements] = [0, 0];
      const reply = await sendRaw(port, request);
      return { ...reply, searches, statements };
    },
  };
}
