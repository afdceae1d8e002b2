import { DuckDBInstance } from '@duckdb/node-api';
import { mapMetadata, readFacts } from '@thresher/datacite';
import { createOaiClient, parseDatestamp } from '@thresher/oai';
import { createRepository, createSim, createTransport } from '@thresher/oai-sim';
import { saveSource } from '@thresher/store/harvest';
import { writeFacts, writeRecords } from '@thresher/store/write';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { run } from '../src/program.ts';

/** Simulated records, two of which have been deleted. */
export const size = 300;

/** A record of which the source's JSON said more than OAI-PMH does. */
export const enriched = [...createRepository({ seed: 3, size: 300, deletedRecord: 'persistent' }).ledger()].at(-1)!.identifier;
export const factsRecord = (views: number) => ({
  created: '2024-03-01T08:00:00.123456+00:00',
  versions: { index: 2 },
  swh: { swhid: 'swh:1:dir:01' },
  metadata: {
    description: '<p>Tide <em>tables</em></p>',
    languages: [{ id: 'eng' }, { id: 'cym' }],
    references: [{ reference: 'Moon (1990)', identifier: '10.5072/moon', scheme: 'doi' }, { reference: 'Sun' }],
    funding: [{ funder: { name: 'Shore Fund' }, award: { number: '7', acronym: 'TIDE', program: 'SHORE.1' } }],
    creators: [{ person_or_org: { name: 'Doe, Jane' }, role: { id: 'editor' } }],
  },
  custom_fields: {
    'journal:journal': { title: 'Annals of Tides', volume: '7' },
    'dwc:family': ['Fucaceae', 'Laminariaceae'],
    'unheard:of': [{ title: { en: 'New' }, more: [1, null] }],
  },
  files: {
    entries: { 'a.csv': { key: 'a.csv', size: 5_000_000_000, checksum: 'md5:00', mimetype: 'text/csv' }, b: { key: 'b', size: 2 } },
  },
  stats: { all_versions: { views, downloads: 2 }, this_version: { views: 1, downloads: 0 } },
});

/** A database with the records, one of them with facts of JSON. */
export async function createExportDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase(process.env['DATABASE_URL']);
  const { id: sourceId } = await saveSource(database.db, {
    name: 'sim',
    base_url: 'http://sim.invalid/oai2d',
    metadata_prefix: 'oai_datacite',
    settings: {},
  });
  const repository = createRepository({ seed: 3, size, deletedRecord: 'persistent' });
  repository.vanish(
    [...repository.ledger()].slice(0, 2).map((entry) => entry.identifier),
    Date.parse('2026-09-15T00:00:00Z'),
  );
  const transport = createTransport(createSim({ repository }), () => Date.parse('2026-09-16T00:00:00Z'));
  await using client = createOaiClient({ baseURL: 'http://sim.invalid/oai2d', userAgent: 'test', transport });
  let pageId = 0;
  for await (const { page } of client.listPages({ verb: 'ListRecords', metadataPrefix: 'oai_datacite' })) {
    const records = page.records.map(({ header, metadata }) => ({
      header,
      datestamp: parseDatestamp(header.datestamp),
      metadata: null,
      issues: [],
      ...(metadata && mapMetadata(metadata, header)),
    }));
    await writeRecords(database.db, { sourceId, pageId: ++pageId, records });
  }
  await writeFacts(
    database.db,
    sourceId,
    [{ oaiIdentifier: enriched, facts: readFacts(factsRecord(3)) }],
    new Date('2026-09-05T00:00:00Z'),
  );
  return database;
}

/** Runs `thresher export` on the database. Returns its exit code and what it wrote to stderr. */
export async function runExport(databaseUrl: string, argv: readonly string[], signal = new AbortController().signal) {
  let err = '';
  const env = { DATABASE_URL: databaseUrl };
  const io = { env, stdout: { write: () => true }, stderr: { write: (text: string) => (err += text) }, signal };
  return { code: await run(['export', ...argv], io), err };
}

/** The rows of a query, by an empty DuckDB. */
export async function byDuckDB(query: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return (await connection.runAndReadAll(query)).getRowObjectsJson();
}
