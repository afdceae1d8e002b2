import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCommunity, findTerm, isCommunity, listCommunities, listTerms, VOCABULARIES } from './list-vocabulary.ts';
import { refreshAnalytics } from './refresh-analytics.ts';
import { deletedRecord, emptyMetadata, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { saveSource } from '../harvest/sources.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from '../write/write-records.ts';

let database: TestDatabase;
const day = '2024-01-01T00:00:00Z';
const person = { name: 'Müller, Änne', nameType: null, givenName: 'Änne', familyName: 'Müller', lang: null, nameIdentifiers: [] };

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  const { id: sourceId } = await database.db
    .insertInto('harvest.source')
    .values({ name: 's', base_url: 'https://s' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const affiliation = { affiliationIdentifier: null, affiliationIdentifierScheme: null, schemeUri: null };
  const creators = [
    {
      ...person,
      orcid: '0000-0002-1825-0097',
      affiliations: [
        { ...affiliation, name: 'Universität Zürich', ror: '02crff812' },
        { ...affiliation, name: 'Sea Lab', ror: null },
      ],
    },
  ];
  const long = 'very '.repeat(3_000);
  const subject = { subjectScheme: null, schemeUri: null, valueUri: null, classificationCode: null, lang: null };
  const record = (number: number, communities: string[]) =>
    sampleRecord(number, day, {
      ...emptyMetadata,
      creators,
      communities,
      subjects: [{ ...subject, subject: number === 1 ? long : 'Tide' }],
    });
  await writeRecords(database.db, {
    sourceId,
    pageId: 1,
    records: [record(1, ['sea-ice', 'eu']), record(2, ['eu']), record(3, ['sea_salt']), sampleRecord(4, day, richMetadata)],
  });
  await writeRecords(database.db, { sourceId, pageId: 2, records: [deletedRecord(3, '2024-02-01T00:00:00Z')] });
  await refreshAnalytics(database.db, { force: true });
});
afterAll(() => database[Symbol.asyncDispose]());

const all = { words: '', limit: 10, offset: 0 };

test('each vocabulary can be listed, the most used first', async () => {
  for (const vocabulary of VOCABULARIES) {
    const { items, total } = await listTerms(database.db, vocabulary, all);
    expect(items).toHaveLength(total);
    const counts = items.map((term) => term.records);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  }
});

test.each([
  ['names', 'muller', ['0000-0002-1825-0097']],
  ['names', 'änn mül', ['0000-0002-1825-0097']],
  ['names', '0000-0002-1825-0097', ['0000-0002-1825-0097']],
  ['names', 'meier', []],
  ['names', 'nobody OR änne müll', ['0000-0002-1825-0097']],
  ['names', 'OR', []],
  ['affiliations', 'lab OR zürich univ', ['Sea Lab', '02crff812']],
  ['affiliations', 'ZURICH univ', ['02crff812']],
  ['affiliations', 'sea', ['Sea Lab']],
  ['subjects', 'tid', ['Tide', 'http://g/1']],
  ['names', `' | & ! ( :*`, []],
  ['names', '\u{1F30A}', []],
] as const)('%s by %s', async (vocabulary, words, ids) => {
  const { items } = await listTerms(database.db, vocabulary, { ...all, words });
  expect(items.map((term) => term.id)).toEqual(ids);
});

test('what is the id of a term goes first, whatever is used more', async () => {
  const found = async (words: string) => (await listTerms(database.db, 'subjects', { ...all, words })).items.map((term) => term.id);
  expect(await found('http://g/1')).toEqual(['http://g/1']);
  expect((await listTerms(database.db, 'affiliations', { ...all, words: 'Sea Lab', limit: 1 })).items).toMatchObject([{ id: 'Sea Lab' }]);
});

test('a term is found by its id, however long', async () => {
  expect(await findTerm(database.db, 'names', '0000-0002-1825-0097')).toMatchObject({
    title: 'Müller, Änne',
    scheme: 'orcid',
    details: { family_name: 'Müller', given_name: 'Änne' },
    records: 3,
  });
  expect((await findTerm(database.db, 'subjects', 'very '.repeat(3_000)))?.records).toBe(1);
  expect(await findTerm(database.db, 'names', 'nobody')).toBeNull();
});

test('communities are listed by size, and those that only the deleted were in are gone', async () => {
  const slugs = async (words: string, order: 'bestmatch' | 'newest' = 'bestmatch') =>
    (await listCommunities(database.db, { ...all, words, order })).items.map(({ slug, records }) => `${slug} ${records}`);
  expect((await slugs('')).slice(0, 3)).toEqual(['eu 2', 'ocean 1', 'sea-ice 1']);
  expect(await slugs('ice')).toEqual(['sea-ice 1']);
  expect(await slugs('salt', 'newest')).toEqual([]);
  expect(await findCommunity(database.db, 'eu')).toMatchObject({ slug: 'eu', records: 2 });
  expect(await findCommunity(database.db, 'sea_salt')).toBeNull();
  expect([await isCommunity(database.db, 'eu'), await isCommunity(database.db, 'sea_salt')]).toEqual([true, false]);
});

test('communities are listed before the views are computed for the first time, and as they are now while these are behind', async () => {
  await using fresh = await createTestDatabase(process.env['DATABASE_URL']);
  const { id } = await saveSource(fresh.db, { name: 'first', base_url: 'https://a.example/oai', metadata_prefix: 'oai_datacite' });
  const store = (number: number, communities: string[]) => {
    const records = [sampleRecord(number, '2024-01-01T00:00:00Z', { ...emptyMetadata, communities })];
    return writeRecords(fresh.db, { sourceId: id, pageId: number, records });
  };
  const listed = async (words = '') => {
    const { total, items } = await listCommunities(fresh.db, { ...all, words, order: 'bestmatch' });
    return [total, ...items.map(({ slug, records }) => `${slug} ${records}`)];
  };
  await store(1, ['sea-ice', 'eu']);
  await store(2, ['eu']);
  expect(await listed()).toEqual([2, 'eu 2', 'sea-ice 1']);
  expect(await listed('ice')).toEqual([1, 'sea-ice 1']);
  await refreshAnalytics(fresh.db, { force: true });
  await store(3, ['sea-ice', 'new']);
  expect(await listed()).toEqual([3, 'eu 2', 'sea-ice 2', 'new 1']);
});

test('many memberships are not counted while the views are empty: communities come by their slugs', async () => {
  await using fresh = await createTestDatabase(process.env['DATABASE_URL']);
  const { id } = await saveSource(fresh.db, { name: 'first', base_url: 'https://a.example/oai', metadata_prefix: 'oai_datacite' });
  const records = [1, 2].map((number) => sampleRecord(number, '2024-01-01T00:00:00Z', { ...emptyMetadata, communities: ['a-b', 'z'] }));
  await writeRecords(fresh.db, { sourceId: id, pageId: 1, records });
  await sql`
    insert into public.record_community (record_id, position, community)
    select r.id, n + 10, 'many' from public.record r, generate_series(1, 50001) n
  `.execute(fresh.db);
  const { total, items } = await listCommunities(fresh.db, { words: '', limit: 2, offset: 0, order: 'bestmatch' });
  expect([total, ...items.map(({ slug, records: count }) => `${slug} ${count}`)]).toEqual([3, 'a-b 2', 'many 10000']);
  expect((await listCommunities(fresh.db, { ...all, words: 'b', order: 'newest' })).items.map(({ slug }) => slug)).toEqual(['a-b']);
});
