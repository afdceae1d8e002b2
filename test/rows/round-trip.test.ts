import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapMetadata, type RecordMetadata, toDataciteXml, toOaiDatacite } from '@thresher/datacite';
import { parseXml } from '@thresher/oai';
import { saveSource } from '@thresher/store/harvest';
import { readMetadataOfRows } from '@thresher/store/read';
import { writeRecords } from '@thresher/store/write';
import { createTestDatabase } from '@thresher/store/testing';
import { describe, expect, test } from 'vitest';
import { genuineData, noGenuineData, payloads } from '../../packages/datacite/test/genuine.ts';

interface Genuine {
  readonly name: string;
  readonly setSpecs: readonly string[];
  readonly metadata: RecordMetadata;
}

/** All records of a folder that could be mapped. */
function genuineIn(folder: string): Genuine[] {
  const files = readdirSync(join(genuineData, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.xml'));
  return files.flatMap((file) => {
    const root = rootOf(join(genuineData, folder, file));
    return (root === null ? [] : payloads(root)).flatMap(({ element, setSpecs }, n) => {
      const { metadata } = mapMetadata(element, { identifier: `oai:x:${file}-${n}`, setSpecs });
      return metadata === null ? [] : [{ name: `${file} #${n}`, setSpecs, metadata }];
    });
  });
}

/** Some of the files are broken on purpose. */
function rootOf(file: string) {
  try {
    return parseXml(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

const skipped = noGenuineData === null ? '' : ` (skipped: ${noGenuineData})`;

/** The record that the XML written from a record makes. What its wrapper and namespace declare is left out. */
function readBack(metadata: RecordMetadata, setSpecs: readonly string[]): RecordMetadata {
  const again = mapMetadata(parseXml(toOaiDatacite(metadata)), { identifier: 'oai:x:1', setSpecs }).metadata!;
  return withoutWrapper(again);
}

const withoutWrapper = (metadata: RecordMetadata): RecordMetadata => ({
  ...metadata,
  schemaVersion: null,
  datacentreSymbol: null,
  kernel: null,
});

/** As it is stored: without what is null or an empty list. */
const withoutAbsent = (metadata: RecordMetadata): unknown =>
  JSON.parse(JSON.stringify(metadata), (_, value: unknown) =>
    value === null || (Array.isArray(value) && value.length === 0) ? undefined : value,
  );

/** Old Zenodo sent HTML in descriptions and other words than kernel 4.3 and later; it goes out as text, in today's words. */
const isOld = ({ schemaVersion, descriptions }: RecordMetadata): boolean =>
  (schemaVersion ?? '4.9') < '4.3' || descriptions.some((it) => it.description !== it.text);

describe.skipIf(noGenuineData !== null)(`the rows of genuine records${skipped}`, () => {
  test.each([
    ['zenodo', 1_100, 1_000],
    ['datacite', 250, 50],
  ])('%s: the record comes back out of its rows, and their XML makes the same rows', { timeout: 120_000 }, async (folder, least, exact) => {
    const records = genuineIn(folder);
    expect(records.length).toBeGreaterThan(least);
    await using database = await createTestDatabase(process.env['DATABASE_URL']);
    const { db } = database;
    const { id: sourceId } = await saveSource(db, { name: 'x', base_url: 'http://127.0.0.1/x', metadata_prefix: 'oai_datacite' });
    const harvested = records.map(({ setSpecs, metadata }, n) => ({
      header: { identifier: `oai:x:${n}`, datestamp: '2024-01-01', setSpecs, deleted: false },
      datestamp: new Date('2024-01-01'),
      metadata,
      issues: [],
    }));
    const { toIndex } = await writeRecords(db, { sourceId, pageId: 1, records: harvested });
    const ofRows = await readMetadataOfRows(
      db,
      toIndex.map((it) => it.recordId),
    );
    const { rows: wholes } = await db.pool.query<{ id: number; metadata: RecordMetadata }>(
      'select id, analytics.whole_metadata(metadata, description) as metadata from record',
    );
    const bySql = new Map(wholes.map((row) => [row.id, row.metadata]));
    let same = 0;
    for (const { recordId, oaiIdentifier, metadata: stored } of toIndex) {
      const { name, metadata, setSpecs } = records[Number(oaiIdentifier.slice('oai:x:'.length))]!;
      expect(stored, name).toEqual(metadata);
      expect(bySql.get(recordId), name).toEqual(withoutAbsent(metadata));
      const found = ofRows.get(recordId)!;
      expect(found, name).toEqual(metadata);
      if (metadata.format !== 'oai_datacite' || metadata.kernel !== '4') continue;
      // That this XML is valid is shown of the metadata, next to the serialiser.
      expect(toDataciteXml(found), name).toBe(toDataciteXml(metadata));
      const once = readBack(found, setSpecs);
      const old = isOld(found);
      expect(old ? readBack(once, setSpecs) : once, name).toEqual(old ? once : withoutWrapper(found));
      if (!old) same++;
    }
    expect(same).toBeGreaterThan(exact);
  });
});
