import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from '../bulk.ts';
import { refresh } from '../count.ts';
import { personOf, rightsOf, subjectOf, writeOf } from '../../test/sample-documents.ts';
import { createTestIndex, type TestIndex } from '../../test/test-index.ts';
import { FACET_NAMES, type FacetName } from './facet-table.ts';
import { groupNotes, readGrouping } from './groups.ts';
import { type RecordSearch, searchRecords } from './search.ts';

const url = process.env['ELASTICSEARCH_URL'];

const at = (type: string, subtype: string | null, year: number) => ({
  resourceType: { general: null, text: null, type, subtype },
  publicationYear: year,
});
const lab = (name: string) =>
  personOf('A', { affiliations: [{ name, affiliationIdentifier: null, affiliationIdentifierScheme: null, schemeUri: null, ror: null }] });

const RECORDS = [
  writeOf(1, {
    title: 'coral one',
    ...at('dataset', null, 2020),
    accessRight: 'open',
    communities: ['reef'],
    subjects: [subjectOf('Coral')],
    creators: [lab('CERN')],
  }),
  writeOf(2, {
    title: 'coral two',
    ...at('publication', 'article', 2021),
    accessRight: 'open',
    communities: ['reef', 'sea'],
    language: { text: 'eng', iso639_3: 'eng', iso639_1: 'en' },
  }),
  writeOf(3, {
    title: 'coral three',
    ...at('publication', 'preprint', 2021),
    accessRight: 'restricted',
    creators: [lab('CERN'), lab('Sea Lab')],
  }),
  writeOf(4, {
    title: 'kelp',
    ...at('software', null, 2022),
    accessRight: 'open',
    rights: [rightsOf({ rightsIdentifier: 'MIT' })],
    subjects: [subjectOf('coral')],
  }),
];

describe.skipIf(!url)('facets on a real Elasticsearch (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  beforeAll(async () => {
    index = await createTestIndex(url!);
    await writeBulk(index.client, { target: { alias: index.alias }, operations: RECORDS });
    await refresh(index.client, index.alias);
  });
  afterAll(() => index[Symbol.asyncDispose]());

  const search = (given: RecordSearch) => searchRecords(index.client, index.alias, given);
  async function counts(facet: FacetName, given: RecordSearch = {}): Promise<Record<string, number>> {
    const { facets } = await search({ facets: FACET_NAMES, size: 0, ...given });
    return Object.fromEntries(facets[facet]!.buckets.map((bucket) => [bucket.key, bucket.doc_count]));
  }

  test('counts of all that is found', async () => {
    expect(await counts('resource_type')).toEqual({ publication: 2, dataset: 1, software: 1 });
    expect(await counts('access_status')).toEqual({ open: 3, restricted: 1 });
    expect(await counts('community')).toEqual({ reef: 2, sea: 1 });
    expect(await counts('license')).toEqual({ mit: 1 });
    expect(await counts('language')).toEqual({ eng: 1 });
    expect(await counts('affiliation')).toEqual({ CERN: 2, 'Sea Lab': 1 });
    expect(await counts('subject')).toEqual({ Coral: 2 });
    expect(await counts('publication_year', { q: 'coral' })).toEqual({ 2020: 1, 2021: 2, 2022: 1 });
    expect(await counts('resource_type', { q: 'title:coral' })).toEqual({ publication: 2, dataset: 1 });
  });

  test('years are a histogram, the latest first', async () => {
    const { facets } = await search({ facets: ['publication_year'], size: 0 });
    expect(facets.publication_year!.buckets.map((bucket) => bucket.key)).toEqual(['2022', '2021', '2020']);
  });

  test('a choice narrows the hits and the other facets, not its own', async () => {
    const given = { filters: { resource_type: ['dataset'] } };
    expect((await search(given)).total).toBe(1);
    expect(await counts('resource_type', given)).toEqual({ publication: 2, dataset: 1, software: 1 });
    expect(await counts('access_status', given)).toEqual({ open: 1 });
  });

  test('two choices in a facet widen, choices in two facets narrow', async () => {
    const given = { filters: { type: ['dataset', 'publication'], access_status: ['open'] } };
    expect((await search(given)).hits.map((hit) => hit.source.recid)).toEqual([2, 1]);
    expect(await counts('resource_type', given)).toEqual({ publication: 1, dataset: 1, software: 1 });
    expect(await counts('access_status', given)).toEqual({ open: 2, restricted: 1 });
    expect(await counts('community', given)).toEqual({ reef: 2, sea: 1 });
  });

  test('a choice in a facet that is not asked for narrows all', async () => {
    const { facets } = await search({ facets: ['access_status'], filters: { community: ['sea'] } });
    expect(facets.access_status!.buckets).toEqual([{ key: 'open', doc_count: 1, label: 'Open', is_selected: false }]);
  });

  test('subtypes within their types, in the shape of Zenodo', async () => {
    const { facets } = await search({ facets: ['resource_type'], filters: { resource_type: ['publication-article'] } });
    expect(facets.resource_type).toMatchObject({
      label: 'Resource types',
      buckets: [
        {
          key: 'publication',
          doc_count: 2,
          label: 'Publication',
          is_selected: false,
          inner: {
            buckets: [
              { key: 'publication-article', doc_count: 1, label: 'Journal article', is_selected: true },
              { key: 'publication-preprint', doc_count: 1, label: 'Preprint', is_selected: false },
            ],
          },
        },
        { key: 'dataset', inner: { buckets: [] } },
        { key: 'software' },
      ],
    });
  });

  test.each([
    [{ resource_type: ['publication::publication-article'] }, [2]],
    [{ resource_type: ['publication'] }, [3, 2]],
    [{ resource_type: ['article', 'software'] }, [4, 2]],
    [{ type: ['publication'], subtype: ['preprint'] }, [3]],
    [{ affiliation: ['CERN'] }, [3, 1]],
    [{ affiliation: ['sea lab'] }, [3]],
    [{ publication_year: ['2021'] }, [3, 2]],
    [{ subject: ['coral'] }, [4, 1]],
  ])('%o', async (filters: Record<string, string[]>, recids) => {
    expect((await search({ filters })).hits.map((hit) => hit.source.recid)).toEqual(recids);
  });

  test('a value of every facet, as it is counted, finds as many', async () => {
    const { facets } = await search({ facets: FACET_NAMES, size: 0 });
    const counted = FACET_NAMES.filter((name) => name !== 'subject').flatMap((name) =>
      facets[name]!.buckets.map(({ key, doc_count }) => ({ name, key, total: doc_count })),
    );
    const totals = counted.map(async ({ name, key }) => ({
      name,
      key,
      total: (await search({ filters: { [name]: [key] }, size: 0 })).total,
    }));
    expect(await Promise.all(totals)).toEqual(counted);
  });

  test.each([
    {},
    { q: 'coral' },
    { filters: { access_status: ['open'] } },
    { filters: { access_status: ['open'], resource_type: ['dataset', 'software'] } },
    { filters: { access_status: ['open'], recid: ['1', '3'] } },
    { sample: { size: 2, seed: 1 } },
  ])('the total is the same whatever is counted next to it: %o', async (given: RecordSearch) => {
    const { total, hits } = await search(given);
    expect(total).toBe(hits.length);
    const beside: RecordSearch[] = [
      { facets: FACET_NAMES },
      { facets: ['access_status'] },
      { facets: ['access_status', 'resource_type'] },
      { facets: ['license'], groupBy: ['access_status'] },
      { groupBy: ['resource_type'] },
      { groupBy: ['resource_type', 'subject'] },
      { facets: ['license'], groupBy: ['access_status', 'publication_year'] },
    ];
    const totals = beside.map(async (counted) => (await search({ ...given, ...counted })).total);
    expect(await Promise.all(totals)).toEqual(beside.map(() => total));
  });

  test('groups', async () => {
    const { groups } = await search({ groupBy: ['publication_year'], size: 0 });
    expect(groups!.buckets.map(({ key, doc_count }) => [key, doc_count])).toEqual([
      ['2022', 1],
      ['2021', 2],
      ['2020', 1],
    ]);
  });

  test('groups of two facets: the second is counted within each value of the first, and every filter applies', async () => {
    const table = async (given: RecordSearch) => {
      const { groups } = await search({ size: 0, ...given });
      return groups!.buckets.map(({ key, doc_count, group_by: inner }) => [
        key,
        doc_count,
        inner!.buckets.map((one) => [one.key, one.label, one.doc_count]),
      ]);
    };
    expect(await table({ groupBy: ['resource_type', 'publication_year'] })).toEqual([
      ['publication', 2, [['2021', '2021', 2]]],
      ['dataset', 1, [['2020', '2020', 1]]],
      ['software', 1, [['2022', '2022', 1]]],
    ]);
    const filters = { publication_year: ['2020', '2021'], access_status: ['open'] };
    expect(await table({ groupBy: ['publication_year', 'access_status'], filters })).toEqual([
      ['2021', 1, [['open', 'Open', 1]]],
      ['2020', 1, [['open', 'Open', 1]]],
    ]);
    const { groups } = await search({ groupBy: ['publication_year', 'access_status'], filters, size: 0 });
    expect(groups!.buckets.map((one) => [one.is_selected, one.group_by!.buckets[0]!.is_selected])).toEqual([
      [true, true],
      [true, true],
    ]);
    // Two records have different spellings of one subject; each group has the usual one within it.
    expect(await table({ groupBy: ['access_status', 'subject'] })).toEqual([
      ['open', 3, [['Coral', 'Coral', 2]]],
      ['restricted', 1, []],
    ]);
    expect(await table({ groupBy: ['subject', 'resource_type'] })).toEqual([
      [
        'Coral',
        2,
        [
          ['dataset', 'Dataset', 1],
          ['software', 'Software', 1],
        ],
      ],
    ]);
    expect(await table({ groupBy: ['subject', 'license'], q: 'nothing-has-this-word' })).toEqual([]);
  });

  test('groups that are cut say what is left out', async () => {
    const records = Array.from({ length: 3 }, (_, n) =>
      writeOf(900 + n, {
        title: 'crowded',
        publicationYear: 2020 + n,
        communities: Array.from({ length: n === 2 ? 2 : 51 }, (_one, m) => `c${m}`),
      }),
    );
    const words = Array.from({ length: 3 }, (_, n) =>
      writeOf(950 + n, { title: 'wordy', subjects: Array.from({ length: 70 }, (_one, m) => subjectOf(`s${n * 70 + m}`)) }),
    );
    await writeBulk(index.client, { target: { alias: index.alias }, operations: [...records, ...words] });
    await refresh(index.client, index.alias);
    const crowded = ['publication_year', 'community'] as const;
    const { groups } = await search({ q: 'title:crowded', groupBy: crowded, size: 0 });
    expect(groups!.buckets.map(({ key, group_by: inner }) => [key, inner!.buckets.length, inner!.other_doc_count])).toEqual([
      ['2022', 2, 0],
      ['2021', 50, 1],
      ['2020', 50, 1],
    ]);
    expect(groupNotes(groups!, crowded)).toEqual([
      'community has more than 50 values within 2 of 3 values of publication_year: the most frequent of each are listed',
    ]);
    const single = await search({ q: 'title:wordy', groupBy: ['subject'], size: 0 });
    expect([single.groups!.buckets.length, single.groups!.other_doc_count]).toEqual([200, 10]);
    expect(groupNotes(single.groups!, ['subject'])).toEqual(['subject has more than 200 values: the most frequent are listed']);
    const cross = await search({ q: 'title:wordy', groupBy: ['subject', 'access_status'], size: 0 });
    expect(groupNotes(cross.groups!, ['subject', 'access_status'])).toEqual([
      'subject has more than 200 values: the most frequent are listed',
    ]);
    const all = await search({ q: 'title:coral', groupBy: ['subject', 'license'], size: 0 });
    expect(groupNotes(all.groups!, ['subject', 'license'])).toEqual([]);
  });

  test.each([
    ['license', ['license']],
    [' license , language', ['license', 'language']],
  ])('%j names facets', (text, facets) => {
    expect(readGrouping(text)).toEqual(facets);
  });

  test.each([
    ['license,language,subject', 'at most two'],
    ['license,license', 'twice'],
    ['license,languag', "did you mean 'language'?"],
    ['license,', 'there is no facet'],
  ])('%j names no grouping: %s', (text, reason) => {
    expect(() => readGrouping(text)).toThrow(reason);
  });

  test('a value that is no year is an error', async () => {
    await expect(search({ filters: { publication_year: ['last'] } })).rejects.toMatchObject({ parameter: 'publication_year' });
  });

  test('subjects that differ in case or Unicode form are one, in their usual spelling, and a list is its parts', async () => {
    const subject = (id: number, ...terms: string[]) => writeOf(id, { title: 'folded', subjects: terms.map((term) => subjectOf(term)) });
    const records = [
      subject(21, 'Climate change', 'Caf\u00e9'),
      subject(22, 'climate change', 'Climate Change', 'Cafe\u0301'),
      subject(23, 'Climate change; Glaciers;  snow  line'),
      subject(24, 'climate\u00a0change'),
    ];
    await writeBulk(index.client, { target: { alias: index.alias }, operations: records });
    await refresh(index.client, index.alias);
    const query = { q: 'title:folded' };
    expect(await counts('subject', query)).toEqual({ 'Climate change': 4, Café: 2, Glaciers: 1, 'snow line': 1 });
    expect((await search({ ...query, filters: { subject: ['CLIMATE CHANGE'] }, size: 0 })).total).toBe(4);
    expect((await search({ ...query, filters: { subject: ['glaciers'] }, size: 0 })).total).toBe(1);
    // The words of the list are found as they were typed.
    expect((await search({ q: 'keywords:"Climate change; Glaciers"', size: 0 })).total).toBe(1);
    const { facets } = await search({ ...query, filters: { subject: ['climate Change'] }, facets: ['subject'], size: 0 });
    expect(facets.subject!.buckets.filter((one) => one.is_selected).map(({ key }) => key)).toEqual(['Climate change']);
  });

  test('the words of a query are highlighted, the value of a chosen filter is not', async () => {
    const record = writeOf(31, {
      title: 'Reef fish of the lagoon',
      subjects: [subjectOf('lagoon')],
      communities: ['fish'],
      publicationYear: 2031,
    });
    await writeBulk(index.client, { target: { alias: index.alias }, operations: [record] });
    await refresh(index.client, index.alias);
    const filters = { subject: ['lagoon'], community: ['fish'], keywords: ['lagoon'], publication_year: ['2031'] };
    const { hits } = await search({ q: 'reef', filters, highlight: true });
    expect(hits.map(({ highlights }) => highlights)).toEqual([{ title: ['<mark>Reef</mark> fish of the lagoon'] }]);
  });
});
