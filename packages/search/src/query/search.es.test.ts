import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from '../bulk.ts';
import { createSearchClient } from '../client.ts';
import { refresh } from '../count.ts';
import { IndexMissingError, QueryError, SearchUnavailableError } from '../errors.ts';
import { personOf, relatedOf, rightsOf, subjectOf, writeOf } from '../../test/sample-documents.ts';
import { createTestIndex, type TestIndex } from '../../test/test-index.ts';
import { QUERY_FIELD_NAMES, queryField } from './fields.ts';
import { searchRecords, type RecordSearch } from './search.ts';
import { SORT_NAMES } from './sort.ts';

const url = process.env['ELASTICSEARCH_URL'];

const day = (text: string) => ({ publicationDate: { text, start: text, end: text }, publicationYear: Number(text.slice(0, 4)) });

const type = (kind: string, subtype: string | null = null) => ({ resourceType: { general: null, text: null, type: kind, subtype } });

const RECORDS = [
  writeOf(1, {
    title: 'Harvesting sea-ice observations of the Arctic',
    doi: '10.5281/zenodo.1',
    conceptDoi: '10.5281/zenodo.100',
    creators: [
      personOf('Müller, Jürgen', {
        orcid: '0000-0002-1825-0097',
        affiliations: [
          {
            name: 'Université de Genève',
            affiliationIdentifier: null,
            affiliationIdentifierScheme: null,
            schemeUri: null,
            ror: '01swzsf04',
          },
        ],
      }),
    ],
    subjects: [
      subjectOf('cryosphere'),
      subjectOf('Sea Ice', { subjectScheme: 'GEMET', valueUri: 'http://www.eionet.europa.eu/gemet/concept/7495' }),
    ],
    description: 'Daily measurements between 1979 and 2023.',
    communities: ['arctic-data'],
    accessRight: 'open',
    rights: [rightsOf({ rights: 'Creative Commons Attribution 4.0 International', rightsIdentifier: 'cc-by-4.0', spdx: 'CC-BY-4.0' })],
    language: { text: 'eng', iso639_3: 'eng', iso639_1: 'en' },
    ...type('dataset'),
    ...day('2024-01-15'),
  }),
  writeOf(2, {
    title: 'A second version',
    doi: '10.5281/zenodo.2',
    conceptDoi: '10.5281/zenodo.100',
    ...type('publication', 'article'),
    ...day('2023-12-31'),
    relatedIdentifiers: [
      relatedOf('https://doi.org/10.1016/S0735-1097(98)00347-7', { doi: '10.1016/s0735-1097(98)00347-7', relationType: 'Cites' }),
    ],
    descriptions: [
      { description: 'Gathered by the harvesters.', text: 'Gathered by the harvesters.', descriptionType: 'Methods', lang: null },
    ],
    communities: ['biosyslit'],
    accessRight: 'restricted',
  }),
  writeOf(3, {
    title: '北極海の海氷観測データ',
    doi: '10.5281/zenodo.3',
    creators: [personOf('山田 太郎')],
    ...type('dataset'),
    ...day('2022-06-01'),
  }),
  writeOf(4, { title: 'مجموعة بيانات المكتبات الرقمية', doi: '10.5281/zenodo.4', ...type('dataset'), ...day('2021-03-04') }),
  writeOf(5, {
    title: "L'étude des forêts françaises",
    doi: '10.5281/zenodo.5',
    creators: [personOf('Lefèvre, Zoé', { orcid: '0000-0001-5109-3700' })],
    contributors: [{ ...personOf('Helper, Ann', { orcid: '0000-0002-1825-0097' }), contributorType: 'DataCurator' }],
    ...type('publication', 'article'),
    ...day('2020-02-02'),
    version: '1.0.2',
    publisher: { name: 'Zenodo', publisherIdentifier: null, publisherIdentifierScheme: null, schemeUri: null, lang: null },
  }),
  writeOf(6, {
    title: 'Forest inventory',
    description: 'Mentions harvesting once, and Müller.',
    doi: '10.1071/WR99054'.toLowerCase(),
    ...type('dataset'),
    ...day('-0500-01-01'),
  }),
  writeOf(7, {
    title: 'Untersuchungen über alte Häuser',
    alternateIdentifiers: [{ alternateIdentifier: 'ark:/12148/btv1b8449691v', alternateIdentifierType: 'ARK' }],
    fundingReferences: [
      {
        funderName: 'European Commission',
        funderIdentifier: null,
        funderIdentifierType: null,
        schemeUri: null,
        awardNumber: '101057264',
        awardUri: null,
        awardTitle: 'Mobilizing open data',
        funderRor: '00k4n6c32',
        funderDoi: '10.13039/501100000780',
      },
    ],
    ...type('publication', 'thesis'),
  }),
  writeOf(8, {
    title: 'Исследования ледяного покрова',
    titles: [{ title: 'Studies of ice cover', titleType: 'TranslatedTitle', lang: 'eng' }],
  }),
];

describe.skipIf(!url)('searching a real Elasticsearch (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  const search = (given: RecordSearch) => searchRecords(index.client, index.alias, given);
  const recids = async (q: string, given: RecordSearch = {}) => (await search({ q, ...given })).hits.map((hit) => hit.source.recid);

  beforeAll(async () => {
    index = await createTestIndex(url!);
    await writeBulk(index.client, { target: { alias: index.alias }, operations: RECORDS });
    await refresh(index.client, index.alias);
  });
  afterAll(async () => {
    await index[Symbol.asyncDispose]();
  });

  test('nothing asked: all, newest first, the whole document', async () => {
    const found = await search({});
    expect(found.total).toBe(8);
    expect(found.hits.map((hit) => hit.source.recid)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(found.hits[7]).toMatchObject({ id: '1:oai:example.org:1', source: RECORDS[0]!.index });
  });

  describe('a DOI, however written, finds its record', () => {
    test.each([
      ['10.5281/zenodo.1', [1]],
      ['https://doi.org/10.5281/ZENODO.1', [1]],
      ['doi:10.5281/zenodo.1', [1]],
      ['doi:"10.5281/zenodo.1"', [1]],
      ['DOI: 10.5281/zenodo.1', [1]],
      ['forest 10.1016/S0735-1097(98)00347-7', []],
      ['doi:https://doi.org/10.5281/zenodo.1', [1]],
      ['"10.5281/zenodo.1"', [1]],
      ['doi:10.1071/wr99054', [6]],
      ['10.5281/zenodo.999', []],
      ['conceptdoi:10.5281/zenodo.100', [2, 1]],
      ['10.5281/zenodo.100', [2, 1]],
      ['related.identifier:10.1016/S0735-1097(98)00347-7', [2]],
      ['doi:10.5281/*', [5, 4, 3, 2, 1]],
    ])('%s', async (q, expected) => {
      expect(await recids(q, { sort: 'newest' })).toEqual(expected);
    });
  });

  describe('other identifiers', () => {
    test.each([
      ['0000-0002-1825-0097', [1, 5]],
      ['https://orcid.org/0000-0002-1825-0097', [1, 5]],
      ['creators.orcid:0000-0002-1825-0097', [1]],
      ['creators.orcid:https://orcid.org/0000-0002-1825-0097', [1]],
      ['oai:example.org:4', [4]],
      ['ark:/12148/btv1b8449691v', [7]],
      ['ror:https://ror.org/01swzsf04', [1]],
      ['https://zenodo.org/records/5', [5]],
      ['recid:5', [5]],
      ['grants.code:101057264', [7]],
      ['funder.ror:00k4n6c32', [7]],
      ['license:CC-BY-4.0', [1]],
    ])('%s', async (q, expected) => {
      expect(await recids(q)).toEqual(expected);
    });
  });

  describe('words in any language', () => {
    test.each([
      ['muller', [1, 6]],
      ['MÜLLER', [1, 6]],
      ['creators.name:müller', [1]],
      ['creators.name:"Müller, Jürgen"', [1]],
      ['creators.affiliation:geneve', [1]],
      ['harvest', [1, 6, 2]],
      ['sea ice', [1]],
      ['sea-ice', [1]],
      ['海氷', [3]],
      ['観測', [3]],
      ['氷', [3]],
      ['海水', []],
      ['山田', [3]],
      ['المكتبات', [4]],
      ['مكتبة', [4]],
      ['etude', [5]],
      ['études', [5]],
      ["l'etude", [5]],
      ['foret francaise', [5]],
      ['haus', [7]],
      ['haeuser', [7]],
      ['исследование', [8]],
      ['studies cover', [8]],
    ])('%s', async (q, expected) => {
      expect(await recids(q)).toEqual(expected);
    });
  });

  describe('syntax', () => {
    test.each([
      ['title:harvesting', [1]],
      ['description:harvest', [6, 2]],
      ['notes:harvesters', [2]],
      ['keywords:cryosphere', [1]],
      ['keywords:"sea ice"', [1]],
      ['subjects:ice', [1]],
      ['publication_date:[2024-01-01 TO *]', [1]],
      ['publication_date:[2023 TO 2024]', [2, 1]],
      ['publication_date:{* TO 2021-03-04}', [6, 5]],
      ['publication_date:2023', [2]],
      ['publication_date:2023-12', [2]],
      ['publication_date:2023-*', [2]],
      ['publication_date:>=2023-12-31', [2, 1]],
      ['publication_date:{2022 TO 2023}', []],
      ['publication_date:>2022', [2, 1]],
      ['publication_date:<=2021-03', [6, 5, 4]],
      ['publication_date:"2023-12-31"', [2]],
      ['updated:2024-01-02 AND year:2024', [1]],
      ['updated:[2024-01-02T03:04:05Z TO now-1d/d] AND year:2024', [1]],
      ['year:>2021', [3, 2, 1]],
      ['resource_type.type:dataset', [6, 4, 3, 1]],
      ['resource_type.type:Dataset AND title:forest', [6]],
      ['resource_type:article', [5, 2]],
      ['type:publication -subtype:article', [7]],
      ['communities:arctic-data OR communities:biosyslit', [2, 1]],
      ['communities:(arctic-data OR biosyslit)', [2, 1]],
      ['access_right:open', [1]],
      ['language:eng', [1]],
      ['version:1.0.2', [5]],
      ['version:1.*', [5]],
      ['NOT doi:*', [8, 7]],
      ['_exists_:doi AND NOT _exists_:creators.name', [6, 4, 2]],
      ['harv*', [6, 2, 1]],
      ['FORÊT*', [5]],
      ['forê*', [6, 5]],
      ['for?sts', []],
      ['invent?ry', [6]],
      ['inventory?', [6]],
      ['hervesting~1', [6, 2, 1]],
      ['title:/har[a-z]+ng/', [1]],
      ['"sea ice observations"', [1]],
      ['"observations sea"', []],
      ['"sea observations"~1', [1]],
      ['forest OR arctic', [6, 1]],
      ['(forest OR arctic) AND harvesting', [6, 1]],
      ['funder:european', [7]],
    ])('%s', async (q, expected) => {
      expect(await recids(q, { sort: 'newest' })).toEqual(expected);
    });
  });

  test('many words: one in five may be missing, all of them rank first', async () => {
    expect(await recids('harvesting sea ice observations of the antarctic')).toEqual([1]);
    expect(await recids('harvesting sea ice observations antarctic', {})).toEqual([]);
  });

  test('a word in the title counts more than in a description', async () => {
    expect(await recids('harvesting')).toEqual([1, 6, 2]);
    expect(await recids('description:harvesting^2 OR title:nothing')).toEqual([6, 2]);
  });

  test('a bare number finds the record of that number first', async () => {
    expect((await recids('1979'))[0]).toBe(1);
    const number = writeOf(1979, { title: 'Nothing in common' });
    await writeBulk(index.client, { target: { alias: index.alias }, operations: [number] });
    await refresh(index.client, index.alias);
    expect(await recids('1979')).toEqual([1979, 1]);
    await writeBulk(index.client, { target: { alias: index.alias }, operations: [{ delete: number.id, version: 2 }] });
    await refresh(index.client, index.alias);
  });

  test('filters: any of the values, of every field', async () => {
    const dataset = { type: ['dataset'] };
    expect(await recids('', { filters: dataset })).toEqual([6, 4, 3, 1]);
    expect(await recids('', { filters: { ...dataset, year: ['2022', '2024'] } })).toEqual([3, 1]);
    expect(await recids('', { filters: { communities: ['ARCTIC-data'], source: ['1'] } })).toEqual([1]);
    expect(await recids('', { filters: { source: ['2'] } })).toEqual([]);
    await expect(search({ filters: { tipe: ['dataset'] } })).rejects.toMatchObject({ name: 'QueryError', parameter: 'tipe' });
    await expect(search({ filters: { tipe: ['dataset'] } })).rejects.toThrow("'type'");
  });

  test('pages do not overlap, the total is exact', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => search({ page, size: 3 })));
    expect(pages.map((page) => page.total)).toEqual([8, 8, 8, 8]);
    expect(pages.flatMap((page) => page.hits.map((hit) => hit.source.recid))).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect((await search({ size: 0 })).hits).toEqual([]);
    expect((await search({ select: ['doi'], size: 1, q: 'doi:10.5281/zenodo.5' })).hits[0]?.source).toEqual({ doi: '10.5281/zenodo.5' });
  });

  test('beyond the first 10,000 hits: an error that names cursor', async () => {
    expect((await search({ page: 100, size: 100 })).hits).toEqual([]);
    await expect(search({ page: 101, size: 100 })).rejects.toMatchObject({ code: 'beyond-window', parameter: 'page' });
    await expect(search({ page: 101, size: 100 })).rejects.toThrow('cursor');
    await expect(search({ size: 1_001 })).rejects.toMatchObject({ parameter: 'size' });
    await expect(search({ page: 0 })).rejects.toMatchObject({ parameter: 'page' });
  });

  test.each(SORT_NAMES.flatMap((name) => [name, `-${name}`]))('sort=%s finds all', async (sort) => {
    expect((await recids('', { sort })).toSorted((a, b) => a! - b!)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('an unknown sort is an error', async () => {
    await expect(search({ sort: 'constructor' })).rejects.toMatchObject({ parameter: 'sort' });
    await expect(search({ sort: 'constructor' })).rejects.toThrow('newest');
    expect(await recids('', { sort: 'title', size: 2 })).toEqual([2, 6]);
    expect(await recids('', { sort: 'publication_date', size: 2 })).toEqual([6, 5]);
  });

  test('every field that a query may name is in the index', async () => {
    const known = await index.client.fieldCaps({ index: index.alias, fields: '*' });
    const named = QUERY_FIELD_NAMES.map((name) => queryField(name)!);
    const paths = named.flatMap((field) => (field.kind === 'text' ? [...field.words, ...field.exact] : field.paths));
    expect(paths.filter((path) => !(path.replace(/\^.*/, '') in known.fields))).toEqual([]);
  });

  test('every field takes a word, a phrase and an existence question', async () => {
    const examples = {
      date: '2024-01-01',
      number: '7',
      label: 'x',
      identifier: 'x',
      text: 'x',
      flag: 'true',
      type: 'x',
      award: 'x',
      choice: '',
      custom: 'x',
      version: 'x',
    };
    for (const name of QUERY_FIELD_NAMES) {
      const field = queryField(name)!;
      const value = (field.kind === 'choice' && Object.keys(field.choices!)[0]) || examples[field.kind];
      const { total } = await search({ q: `${name}:${value} OR ${name}:"${value}" OR ${name}:*`, size: 0 });
      expect(total).toBe((await search({ q: `_exists_:${name}`, size: 0 })).total);
    }
  });

  test('what Elasticsearch itself refuses is a QueryError, too', async () => {
    await expect(search({ q: 'title:/[a-/' })).rejects.toThrow(QueryError);
    await expect(search({ q: 'title:/(a{1,1000}){1,1000}/' })).rejects.toThrow(QueryError);
  });

  test('hostile queries are answered or refused, never fail', async () => {
    const pieces = [
      'sea',
      'title:',
      'year:',
      '10.5281/zenodo.1',
      '"',
      '(',
      ')',
      '[',
      ' TO ',
      ' AND ',
      ' OR ',
      'NOT ',
      'ha*',
      '~',
      '^2',
      '/',
      '\\',
      ':',
      '-',
      '2024',
      '水',
      '\u0000',
      '\ud800',
      '<script>',
    ];
    const failures: unknown[] = [];
    let seed = 42;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    for (let round = 0; round < 300; round += 1) {
      const q = Array.from({ length: 1 + Math.floor(random() * 9) }, () => pieces[Math.floor(random() * pieces.length)]).join('');
      const outcome = await search({ q, size: 1 }).catch((error: unknown) => error);
      if (outcome instanceof Error && !(outcome instanceof QueryError)) failures.push({ q, outcome });
    }
    expect(failures).toEqual([]);
  });

  test('a missing index and a server that is gone are typed errors', async () => {
    await expect(searchRecords(index.client, 'thresher-test-nowhere', {})).rejects.toThrow(IndexMissingError);
    const nowhere = await createSearchClient('http://127.0.0.1:1', { maxRetries: 0 });
    await expect(searchRecords(nowhere, 'x', {})).rejects.toThrow(SearchUnavailableError);
  });
});
