import { mapMetadata } from '@thresher/datacite';
import { createOaiClient, parseDatestamp } from '@thresher/oai';
import { createRepository, createSim, createTransport } from '@thresher/oai-sim';
import { indexRecords } from '@thresher/pipeline';
import { ensureIndex, refresh } from '@thresher/search';
import { createTestIndex } from '@thresher/search/testing';
import { installationId, saveSource } from '@thresher/store/harvest';
import { deleteRecords, writeRecords } from '@thresher/store/write';
import { createTestDatabase } from '@thresher/store/testing';
import { expect, test } from 'vitest';
import type { Io } from '../io.ts';
import { check } from './check.ts';

test(
  'check --repair sends missing documents and deletes those without a record, also those of unknown sources',
  { timeout: 120_000 },
  async () => {
    await using database = await createTestDatabase(process.env['DATABASE_URL']);
    await using index = await createTestIndex(process.env['ELASTICSEARCH_URL'] ?? '');
    const { db } = database;
    const { id: sourceId } = await saveSource(db, { name: 'sim', base_url: 'http://sim.invalid/oai2d', metadata_prefix: 'oai_datacite' });
    const transport = createTransport(createSim({ repository: createRepository({ seed: 4, size: 40 }) }), Date.now);
    await using client = createOaiClient({ baseURL: 'http://sim.invalid/oai2d', userAgent: 'test', transport });
    const target = { alias: index.alias };
    await ensureIndex(index.client, { ...target, storeId: await installationId(db) });
    const { page } = (await Array.fromAsync(client.listPages({ verb: 'ListRecords', metadataPrefix: 'oai_datacite' })))[0]!;
    const records = page.records.map(({ header, metadata }) => ({
      header,
      datestamp: parseDatestamp(header.datestamp),
      ...mapMetadata(metadata!, header),
    }));
    const { toIndex } = await writeRecords(db, { sourceId, pageId: 1, records });
    // Two are never sent; one is deleted without its document; one document is of a source that nobody knows.
    await indexRecords({ db, client: index.client, target }, toIndex.slice(2));
    await deleteRecords(db, sourceId, [{ recordId: toIndex[5]!.recordId, reason: 'test' }]);
    await index.client.index({ index: index.alias, id: 'stranger', document: { source_id: '999', record_id: 1, revision: 1 } });
    await refresh(index.client, index.alias);
    let out = '';
    const io: Io = {
      env: { DATABASE_URL: database.url, ELASTICSEARCH_URL: process.env['ELASTICSEARCH_URL'] },
      stdout: { write: (text) => (out += String(text)) },
      stderr: { write: () => true },
      signal: new AbortController().signal,
    };
    const faults = async (repair: boolean): Promise<Record<string, number>> => {
      out = '';
      await check(io, undefined, { json: true, repair }, index.alias);
      const found = (JSON.parse(out) as { faults: { code: string; count: number }[] }).faults;
      return Object.fromEntries(found.map(({ code, count }) => [code, count]));
    };
    expect(await faults(false)).toEqual({ 'never-complete': 1, 'documents-missing': 2, 'documents-orphaned': 1, 'sources-unknown': 1 });
    expect(await faults(true)).toEqual({ 'never-complete': 1 });
    expect(await faults(false)).toEqual({ 'never-complete': 1 });
  },
);
