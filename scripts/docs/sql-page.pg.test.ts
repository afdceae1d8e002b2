import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeTables } from '@thresher/store/database';
import { createTestDatabase } from '@thresher/store/testing';
import { expect, test } from 'vitest';
import { dataciteColumns, withoutColumn } from './datacite-columns.ts';
import { renderSqlPage, sqlPagePath } from './sql-page.ts';
import { unknownColumns } from './sql-reference.ts';

const schemas = join(process.env['THRESHER_SHARED'] ?? join(import.meta.dirname, '..', '..', '..', 'shared'), 'data/datacite/schema');

test('docs/sql.md says what the database says (npm run docs:sql writes it again)', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  expect(readFileSync(sqlPagePath, 'utf8')).toBe(await renderSqlPage(database.db));
});

test('every table, view and column has a comment, and the list of DataCite elements names columns that exist', async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const tables = await describeTables(database.db, ['public', 'analytics', 'harvest']);
  const silent = tables.flatMap((table) => [
    ...(table.comment === null ? [table.name] : []),
    ...table.columns.filter((column) => column.comment === null).map((column) => `${table.name}.${column.name}`),
  ]);
  expect(silent).toEqual([]);
  expect(unknownColumns(tables)).toEqual([]);
});

// What a schema declares by name: elements and attributes, wherever they stand. Containers and the inside of JSON columns are not listed one by one.
const containers = [
  'resource',
  'alternateIdentifiers',
  'contributors',
  'contributor',
  'creators',
  'creator',
  'dates',
  'descriptions',
  'formats',
  'fundingReferences',
  'fundingReference',
  'geoLocations',
  'geoLocation',
  'geoLocationPoint',
  'geoLocationBox',
  'relatedIdentifiers',
  'relatedItems',
  'rightsList',
  'sizes',
  'subjects',
  'titles',
];
const insideJson = [
  'polygonPoint',
  'inPolygonPoint',
  'relatedItemIdentifier',
  'relatedItemIdentifierType',
  'relatedItemType',
  'volume',
  'issue',
  'number',
  'numberType',
  'firstPage',
  'lastPage',
  'edition',
];

test.skipIf(!existsSync(schemas))('each element and attribute of the DataCite schemas is listed (skipped without shared/data)', () => {
  const listed = new Set(
    [...dataciteColumns.map(([path]) => path), ...withoutColumn.map(([path]) => path)].flatMap((path) => path.split(/[/@]/)),
  );
  const declared = globSync('kernel-*/metadata.xsd', { cwd: schemas }).flatMap((file) =>
    [...readFileSync(join(schemas, file), 'utf8').matchAll(/<xs:(?:element|attribute)\s[^>]*?(?:name|ref)="([^"]+)"/g)].map(
      (match) => match[1]!,
    ),
  );
  expect(declared.length).toBeGreaterThan(500);
  expect([...new Set(declared)].filter((name) => !listed.has(name) && !containers.includes(name) && !insideJson.includes(name))).toEqual(
    [],
  );
});
