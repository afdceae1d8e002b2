import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from '../bulk.ts';
import { refresh } from '../count.ts';
import { documentOf, idOf, personOf, subjectOf, writeOf } from '../../test/sample-documents.ts';
import { createTestIndex, type TestIndex } from '../../test/test-index.ts';
import { searchRecords } from './search.ts';
import { suggestSpelling } from './spelling.ts';
import { suggest } from './suggest.ts';

const url = process.env['ELASTICSEARCH_URL'];

const RECORDS = [
  writeOf(1, {
    title: 'Observations of Arctic sea ice',
    creators: [personOf('Müller, Jürgen'), personOf('Arnold, Ann')],
    subjects: [subjectOf('Arctic'), subjectOf('sea ice')],
    communities: ['arctic-data'],
  }),
  writeOf(2, { title: 'More observations', creators: [personOf('Müller, Jürgen')], subjects: [subjectOf('arctic')] }),
  writeOf(3, {
    title: 'A study of <b>bats</b> & "owls"',
    creators: [personOf("O'Brien, Zoë")],
    description: 'Bats sleep by day. '.repeat(50) + 'The observation of owls is harder.',
  }),
  {
    ...writeOf(4, { title: 'Arctic observations, first version' }),
    index: { ...documentOf(4, { title: 'Arctic observations, first version' }), is_latest_version: false },
  },
];

describe.skipIf(!url)('what a person may mean, on a real Elasticsearch (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  beforeAll(async () => {
    index = await createTestIndex(url!);
    await writeBulk(index.client, { target: { alias: index.alias }, operations: RECORDS });
    await refresh(index.client, index.alias);
  });
  afterAll(() => index[Symbol.asyncDispose]());

  const suggested = async (typed: string, size?: number) =>
    (await suggest(index.client, index.alias, typed, size === undefined ? {} : { size })).map(({ type, text }) => `${type}: ${text}`);

  test('titles, people, keywords and communities, of the latest versions', async () => {
    expect(await suggested('ar')).toEqual([
      'title: Observations of Arctic sea ice',
      'person: Arnold, Ann',
      'keyword: Arctic',
      'community: arctic-data',
    ]);
    expect(await suggested('arctic d')).toEqual(['community: arctic-data']);
    expect(await suggested('observ arctic')).toEqual([]);
    expect(await suggested('arctic observ')).toEqual(['title: Observations of Arctic sea ice']);
    expect(await suggested('SEA I')).toEqual(['title: Observations of Arctic sea ice', 'keyword: sea ice']);
  });

  test('names in any order, accents aside', async () => {
    expect(await suggested('muller jur')).toEqual(['person: Müller, Jürgen']);
    expect(await suggested('Jürgen M')).toEqual(['person: Müller, Jürgen']);
    expect(await suggested('zoe')).toEqual(["person: O'Brien, Zoë"]);
  });

  test('misspelt, where nothing begins so', async () => {
    expect(await suggested('observatoins')).toEqual(['title: More observations', 'title: Observations of Arctic sea ice']);
    expect(await suggested('mueler')).toEqual(['person: Müller, Jürgen']);
  });

  test('the size is shared out', async () => {
    expect(await suggested('ar', 2)).toEqual(['title: Observations of Arctic sea ice', 'person: Arnold, Ann']);
  });

  test.each(['', ' ', '"', '((', '*', '~', 'a'.repeat(5_000), '\u0000', 'x:y', 'AND'])('%j is answered', async (typed) => {
    expect(Array.isArray(await suggested(typed))).toBe(true);
  });

  test('what is suggested finds it', async () => {
    for (const { query, text, type } of await suggest(index.client, index.alias, 'a stud'))
      expect([type, text, (await searchRecords(index.client, index.alias, { q: query })).total]).toEqual([type, text, 1]);
    for (const { query } of await suggest(index.client, index.alias, 'o'))
      expect((await searchRecords(index.client, index.alias, { q: query })).total).toBeGreaterThan(0);
  });

  test('misspelt words find similar words, with a note', async () => {
    const near = (q: string) => searchRecords(index.client, index.alias, { q, nearly: true });
    expect(await near('obsrevations arctc')).toMatchObject({ total: 2, near: true, hits: [{ source: { recid: 1 } }, {}] });
    expect(await near('arctic')).toMatchObject({ near: false });
    expect(await near('title:arctc')).toMatchObject({ total: 0, near: false });
  });

  test('did you mean', async () => {
    const spelling = (q: string, found = 0) => suggestSpelling(index.client, index.alias, { q }, found);
    expect(await spelling('observatoins')).toEqual({ q: 'observations', total: 3 });
    expect(await spelling('observatoins arctc')).toEqual({ q: 'observations arctic', total: 2 });
    expect(await spelling('juergne mulelr')).toMatchObject({ q: expect.stringContaining('muller') });
    expect(await spelling('observations')).toBeNull();
    expect(await spelling('title:observatoins')).toBeNull();
    expect(await spelling('observatoins', 1)).toBeNull();
  });

  test('highlights are HTML with nothing but mark in it', async () => {
    const { hits } = await searchRecords(index.client, index.alias, { q: 'owl bats', highlight: true });
    expect(hits[0]!.highlights.title).toEqual(['A study of &lt;b&gt;<mark>bats</mark>&lt;&#x2F;b&gt; &amp; &quot;<mark>owls</mark>&quot;']);
    expect(hits[0]!.highlights.description?.[0]).toContain('<mark>');
    expect(hits[0]!.highlights.description?.[0]?.length).toBeLessThan(600);
    expect((await searchRecords(index.client, index.alias, { highlight: true })).hits[0]!.highlights).toEqual({});
  });

  test('only the latest versions, unless all are wanted or one is named', async () => {
    const recids = async (q: string, allVersions?: boolean) =>
      (await searchRecords(index.client, index.alias, { q, sort: 'newest', ...(allVersions !== undefined && { allVersions }) })).hits.map(
        (hit) => hit.source.recid,
      );
    expect(await recids('observations')).toEqual([3, 2, 1]);
    expect(await recids('observations', true)).toEqual([4, 3, 2, 1]);
    expect(await recids('recid:4')).toEqual([4]);
    expect(await recids('oai:example.org:4')).toEqual([4]);
    expect(await recids('recid:4 AND arctic')).toEqual([]);
    expect(idOf(4)).toBe('1:oai:example.org:4');
  });

  test('a sample is the same for the same seed', async () => {
    const draw = async (seed: number, page = 1) => {
      const { total, hits } = await searchRecords(index.client, index.alias, { sample: { size: 2, seed }, size: 1, page });
      return { total, ids: hits.map((hit) => hit.source.recid) };
    };
    expect(await draw(7)).toEqual(await draw(7));
    const pages = [await draw(7, 1), await draw(7, 2), await draw(7, 3)];
    expect(pages.map(({ total, ids }) => [total, ids.length])).toEqual([
      [2, 1],
      [2, 1],
      [2, 0],
    ]);
    const first = await Promise.all(Array.from({ length: 20 }, async (_, seed) => (await draw(seed)).ids[0]));
    expect(new Set(first)).toEqual(new Set([1, 2, 3]));
    await expect(searchRecords(index.client, index.alias, { sample: { size: 0, seed: 1 } })).rejects.toMatchObject({ parameter: 'sample' });
  });

  test('bounds', async () => {
    const place = (lat: number, lon: number) => ({
      geoLocations: [{ place: null, point: { latitude: lat, longitude: lon }, box: null, polygons: [] }],
    });
    await writeBulk(index.client, {
      target: { alias: index.alias },
      operations: [writeOf(11, place(46.2, 6.1)), writeOf(12, place(-17, 179.5)), writeOf(13, place(95, 0))],
    });
    await refresh(index.client, index.alias);
    const within = async (...bounds: [number, number, number, number]) =>
      (await searchRecords(index.client, index.alias, { bounds })).hits.map((hit) => hit.source.recid);
    expect(await within(5.9, 45.8, 10.5, 47.8)).toEqual([11]);
    expect(await within(179, -20, -179, 0)).toEqual([12]);
    await expect(within(0, 10, 10, 0)).rejects.toMatchObject({ parameter: 'bounds' });
  });
});
