import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { mapMetadata } from '@thresher/datacite';
import { createOaiClient } from '@thresher/oai';
import { createRepository, createSim, createTransport } from '@thresher/oai-sim';
import { indexRecords } from '@thresher/pipeline';
import { ensureIndex, refresh } from '@thresher/search';
import { createTestIndex } from '@thresher/search/testing';
import { installationId, saveSource, writeRecords } from '@thresher/store';
import { createTestDatabase } from '@thresher/store/testing';
import { expect, test } from 'vitest';
import { exportRecords } from '../commands/export.ts';
import type { Io } from '../io.ts';
import { run } from '../program.ts';

test('what a search finds is exported: those records and no others', { timeout: 60_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  await using index = await createTestIndex(process.env['ELASTICSEARCH_URL'] ?? '');
  const { db } = database;
  const { id: sourceId } = await saveSource(db, { name: 'sim', base_url: 'http://sim.invalid/oai2d', metadata_prefix: 'oai_datacite' });
  const transport = createTransport(createSim({ repository: createRepository({ seed: 3, size: 120 }) }), Date.now);
  await using client = createOaiClient({ baseURL: 'http://sim.invalid/oai2d', userAgent: 'test', transport });
  const target = { alias: index.alias };
  await ensureIndex(index.client, { ...target, storeId: await installationId(db) });
  let pageId = 0;
  for await (const { page } of client.listPages({ verb: 'ListRecords', metadataPrefix: 'oai_datacite' })) {
    const records = page.records.flatMap(({ header, metadata }) =>
      metadata === null ? [] : [{ header, ...mapMetadata(metadata, header) }],
    );
    const { toIndex } = await writeRecords(db, { sourceId, pageId: ++pageId, records });
    await indexRecords({ db, client: index.client, target }, toIndex);
  }
  await refresh(index.client, index.alias);

  const out = mkdtempSync(join(tmpdir(), 'search-export-'));
  const stream = { write: () => true };
  const io: Io = {
    env: { DATABASE_URL: database.url, ELASTICSEARCH_URL: process.env['ELASTICSEARCH_URL'] },
    stdout: stream,
    stderr: stream,
    signal: new AbortController().signal,
  };
  const query = 'resource_type.type:dataset';
  expect(await exportRecords(io, 'jsonl', { out, query }, index.alias)).toBe(0);
  const exported = globSync('**/part-*.gz', { cwd: out }).flatMap((file) =>
    gunzipSync(readFileSync(join(out, file)))
      .toString()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { oaiIdentifier: string }).oaiIdentifier),
  );
  // All versions, as in an export of everything.
  const { rows } = await db.pool.query<{ oai_identifier: string }>(
    `select oai_identifier from record where resource_type = 'dataset' and not deleted`,
  );
  expect(rows.length).toBeGreaterThan(5);
  expect(exported.toSorted()).toEqual(rows.map((row) => row.oai_identifier).toSorted());
  rmSync(out, { recursive: true });

  let said = '';
  const blind: Io = { ...io, env: { DATABASE_URL: database.url }, stderr: { write: (text) => (said += text) } };
  expect(await run(['export', 'jsonl', '--out', out, '--query', query], blind)).toBe(2);
  expect(said).toContain('search needs Elasticsearch');
});
