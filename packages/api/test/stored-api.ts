import type { RepositoryOptions } from '@thresher/oai-sim';
import { createLogger } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import { saveSource } from '@thresher/store/harvest';
import { type HarvestedRecord, type IndexRecord, writeRecords } from '@thresher/store/write';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { buildApi } from '../src/api.ts';
import type { ApiDeps } from '../src/deps.ts';
import { simulatedRecords } from './simulated-records.ts';

/** An API over its own database, without search. */
export interface StoredApi extends AsyncDisposable {
  readonly app: ReturnType<typeof buildApi>;
  readonly database: TestDatabase;
  readonly sourceId: number;
  /** Writes records of the source; another one may be named. */
  store(records: readonly HarvestedRecord[], sourceId?: number): Promise<readonly IndexRecord[]>;
}

/** On the server of DATABASE_URL; `size` simulated records are in it. */
export async function createStoredApi(options: RepositoryOptions & { size: number }, overlay: Partial<ApiDeps> = {}): Promise<StoredApi> {
  const database = await createTestDatabase(process.env['DATABASE_URL']);
  const source = await saveSource(database.db, { name: 'sim', base_url: 'https://zenodo.org/oai2d', metadata_prefix: 'oai_datacite' });
  let pageId = 0;
  const store = async (records: readonly HarvestedRecord[], sourceId = source.id): Promise<readonly IndexRecord[]> => {
    pageId += 1;
    return (await writeRecords(database.db, { sourceId, pageId, records })).toIndex;
  };
  if (options.size > 0) await store(simulatedRecords(options));
  const log = createLogger({ level: 'silent', pretty: false });
  const app = buildApi({ db: database.db, search: null, log, metrics: createMetrics(), version: '1.2.3', ...overlay });
  const dispose = async (): Promise<void> => {
    await app.close();
    await database[Symbol.asyncDispose]();
  };
  return { app, database, sourceId: source.id, store, [Symbol.asyncDispose]: dispose };
}
