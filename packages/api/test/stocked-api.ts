import type { RepositoryOptions } from '@thresher/oai-sim';
import type { MappedRdmRecord } from '@thresher/datacite';
import { parseDatestamp } from '@thresher/oai';
import { createLogger } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import { documentId, type FetchedFacts, refresh, toDocument, writeBulk } from '@thresher/search';
import { createTestIndex, type TestIndex } from '@thresher/search/testing';
import { saveSource } from '@thresher/store/harvest';
import { readIndexFacts } from '@thresher/store/read';
import { type HarvestedRecord, type IndexRecord, readIndexRecords, writeFacts, writeRecords } from '@thresher/store/write';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { buildApi } from '../src/api.ts';
import type { ApiDeps } from '../src/deps.ts';
import { simulatedRecords } from './simulated-records.ts';

/** An API over a database and its own index. */
export interface StockedApi extends AsyncDisposable {
  readonly app: ReturnType<typeof buildApi>;
  readonly database: TestDatabase;
  readonly index: TestIndex;
  readonly sourceId: number;
  /** What is stored, by ascending recordId. */
  readonly records: readonly IndexRecord[];
  /** Writes further records to the database and the index. */
  store(records: readonly HarvestedRecord[]): Promise<readonly IndexRecord[]>;
  /** The same for records of a JSON dump, with what only JSON has. */
  storeJson(records: readonly MappedRdmRecord[], at?: Date): Promise<readonly IndexRecord[]>;
}

/** On the servers of DATABASE_URL and ELASTICSEARCH_URL in `env`; `size` simulated records are in it. */
export async function createStockedApi(
  options: RepositoryOptions & { size: number },
  overlay: Partial<ApiDeps> = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<StockedApi> {
  const database = await createTestDatabase(env['DATABASE_URL']);
  const index = await createTestIndex(env['ELASTICSEARCH_URL'] ?? '');
  const source = await saveSource(database.db, { name: 'sim', base_url: 'https://zenodo.org/oai2d', metadata_prefix: 'oai_datacite' });
  let pageId = 0;
  const store = async (records: readonly HarvestedRecord[]): Promise<readonly IndexRecord[]> => {
    pageId += 1;
    const { toIndex } = await writeRecords(database.db, { sourceId: source.id, pageId, records });
    await writeBulk(index.client, { target: { alias: index.alias }, operations: toIndex.map((record) => toOperation(record)) });
    await refresh(index.client, index.alias);
    return toIndex;
  };
  const storeJson = async (mapped: readonly MappedRdmRecord[], at = new Date()): Promise<readonly IndexRecord[]> => {
    const written = await store(mapped.map(toHarvested));
    const facts = mapped.map((one) => ({ oaiIdentifier: one.header.identifier, facts: one.facts }));
    await writeFacts(database.db, source.id, facts, at);
    const ids = written.map((record) => record.recordId);
    const [stored, told] = await Promise.all([readIndexRecords(database.db, ids), readIndexFacts(database.db, ids)]);
    // The revision is the same, and the index takes only a higher version.
    const operations = stored.map((record) => {
      const fetched = told.get(record.recordId);
      const raised = { ...record, revision: record.revision + 1 };
      return toOperation(raised, fetched);
    });
    await writeBulk(index.client, { target: { alias: index.alias }, operations });
    await refresh(index.client, index.alias);
    return stored;
  };
  const records = await store(simulatedRecords(options));
  const app = buildApi({
    db: database.db,
    search: index,
    log: createLogger({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
    version: '1.2.3',
    ...overlay,
  });
  const dispose = async (): Promise<void> => {
    await app.close();
    await index[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
  return { app, database, index, sourceId: source.id, records, store, storeJson, [Symbol.asyncDispose]: dispose };
}

function toHarvested({ header, metadata, issues }: MappedRdmRecord): HarvestedRecord {
  const datestamp = header.datestamp ?? '2024-01-01T00:00:00Z';
  return { header: { ...header, datestamp, deleted: false }, datestamp: parseDatestamp(datestamp), metadata, issues };
}

function toOperation(record: IndexRecord, fetched?: FetchedFacts) {
  const { sourceId, oaiIdentifier, datestamp, metadata, revision: version } = record;
  const id = documentId(sourceId, oaiIdentifier);
  if (record.deleted || metadata === null) return { delete: id, version };
  return {
    index: toDocument({
      ...record,
      datestamp: datestamp ?? record.firstSeenAt,
      metadata,
      ...(fetched && { fetched }),
    }),
    id,
    version,
  };
}
