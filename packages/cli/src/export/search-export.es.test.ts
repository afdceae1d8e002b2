import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { mapMetadata } from '@thresher/datacite';
import { createOaiClient, parseDatestamp } from '@thresher/oai';
import { createRepository, createSim, createTransport } from '@thresher/oai-sim';
import { indexRecords } from '@thresher/pipeline';
import { ensureIndex, refresh } from '@thresher/search';
import { createTestIndex } from '@thresher/search/testing';
import { installationId, saveSource } from '@thresher/store/harvest';
import { writeRecords } from '@thresher/store/write';
import { createTestDatabase } from '@thresher/store/testing';
import { expect, test } from 'vitest';
import { exportRecords } from '../commands/export.ts';
import type { Io } from '../io.ts';
import { run } from '../program.ts';

function identifiersIn(folder: string): string[] {
  const lines = globSync('**/part-*.gz', { cwd: folder }).flatMap((file) =>
    gunzipSync(readFileSync(join(folder, file)))
      .toString()
      .trim()
      .split('\n'),
  );
  return lines.map((line) => (JSON.parse(line) as { oaiIdentifier: string }).oaiIdentifier).toSorted();
}

test('what a search finds is exported: the latest versions, or all', { timeout: 60_000 }, async () => {
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
      metadata === null ? [] : [{ header, datestamp: parseDatestamp(header.datestamp), ...mapMetadata(metadata, header) }],
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
  const datasets = async (which: string): Promise<string[]> => {
    const { rows } = await db.pool.query<{ id: string }>(
      `select oai_identifier as id from record where resource_type = 'dataset' and not deleted and ${which} order by 1`,
    );
    return rows.map((row) => row.id);
  };
  const [latest, all] = [await datasets('is_latest_version'), await datasets('true')];
  expect(latest.length).toBeGreaterThan(5);
  expect(all.length).toBeGreaterThan(latest.length);

  expect(await exportRecords(io, 'jsonl', { out, query }, index.alias)).toBe(0);
  expect(identifiersIn(out)).toEqual(latest);
  await expect(exportRecords(io, 'jsonl', { out, query, allVersions: true }, index.alias)).rejects.toThrow(
    `${out} holds another export (jsonl, gzip, ${query}, latest versions only)`,
  );
  rmSync(out, { recursive: true });
  expect(await exportRecords(io, 'jsonl', { out, query, allVersions: true }, index.alias)).toBe(0);
  expect(identifiersIn(out)).toEqual(all);
  rmSync(out, { recursive: true });
  await expect(exportRecords(io, 'jsonl', { out, allVersions: true }, index.alias)).rejects.toThrow('--all-versions goes with a search');

  let said = '';
  const blind: Io = { ...io, env: { DATABASE_URL: database.url }, stderr: { write: (text) => (said += text) } };
  expect(await run(['export', 'jsonl', '--out', out, '--query', query], blind)).toBe(2);
  expect(said).toContain('search needs Elasticsearch');
});
