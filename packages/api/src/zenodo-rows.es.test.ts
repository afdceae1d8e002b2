import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { saveFetched, statsOf, refreshAnalytics } from '@thresher/store/read';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, harvested, version } from '../test/harvested.ts';
import { rdmRecord } from '../test/rdm-json.ts';
import { createStockedApi, type StockedApi } from '../test/stocked-api.ts';
import { askingOf, type Check, type Row } from '../test/zenodo-asking.ts';
import { FEATURES } from '../test/zenodo-features.ts';
import { LIST_CHECKS } from '../test/zenodo-list-checks.ts';
import { RECORD_CHECKS } from '../test/zenodo-record-checks.ts';
import type { Term } from './vocabularies/term.ts';

const shared = process.env['THRESHER_SHARED'];
const file = shared === undefined ? null : join(shared, 'cases/2026-11/zenodo-api.tsv');
const isThere = file !== null && existsSync(file);

const rows: readonly Row[] = (isThere ? readFileSync(file, 'utf8') : '').split('\n').flatMap((line, number) => {
  const [, feature, expected] = line.split('\t');
  return number === 0 || feature === undefined || expected === undefined ? [] : [{ feature, expected }];
});

let api: StockedApi;
beforeAll(async () => {
  api = await createStockedApi({ size: 20 });
  const sets = { setSpecs: ['user-coastal-ecology', 'user-biosyslit'] };
  const [first] = await api.store([10016335, 20251738, 20469512].map((recid) => harvested(recid, EVERYTHING, sets)));
  await api.storeJson([rdmRecord(7235959), rdmRecord(7235960, EMBARGOED)]);
  const data = {
    key: 'data.csv',
    fileId: 'f1',
    size: 568,
    checksum: 'md5:e4',
    url: 'https://zenodo.org/api/records/10016335/files/data.csv/content',
  };
  await saveFetched(api.database.db, first!.recordId, { files: [data], stats: statsOf((name) => name.length) }, new Date());
  await refreshAnalytics(api.database.db, { force: true });
  // The first request would otherwise wait for all routes to be compiled.
  await api.app.ready();
});
afterAll(() => api[Symbol.asyncDispose]());

const EMBARGOED = {
  access: { record: 'public', files: 'restricted', embargo: { active: true, until: '2099-01-01', reason: null }, status: 'embargoed' },
};

const get = (url: string, accept?: string) => askingOf(api).get(url, accept);

const CHECKS: readonly Check[] = [...RECORD_CHECKS, ...LIST_CHECKS];
const checkOf = ({ feature }: Row) => CHECKS.find(([, pattern]) => pattern.test(feature));

describe.skipIf(!isThere)('rows of THRESHER_SHARED', () => {
  test('the file has rows, each of which has a check below', () => {
    expect(rows.length).toBeGreaterThan(190);
    expect(rows.filter((row) => checkOf(row) === undefined).map(({ feature }) => feature)).toEqual([]);
  });

  test.each(rows.flatMap((row) => (checkOf(row) === undefined ? [] : [{ name: row.feature, row }])))('$name', async ({ row }) => {
    const check = checkOf(row);
    await expect(check?.[2](row, askingOf(api)) ?? Promise.reject(new Error('there is no check'))).resolves.toBeUndefined();
  });
});

test('every feature of the page has a check, and each check a feature', () => {
  expect(new Set(CHECKS.map(([name]) => name))).toEqual(new Set(Object.keys(FEATURES)));
});

test.each([
  ['application/json', 'application/json', '"total":'],
  ['application/vnd.zenodo.v1+json', 'application/json', '"total":'],
  ['application/marcxml+xml', 'application/marcxml+xml', '<collection'],
  ['application/x-bibtex', 'application/x-bibtex', '@article'],
  ['application/x-datacite+xml', 'datacite+xml', '<resources>'],
  ['application/x-dc+xml', 'application/xml', '<dc:title>Tides'],
  ['application/json;charset=utf-8', 'application/json', '"total":'],
  ['application/vnd.inveniordm.v1+json; charset=UTF-8', 'application/json', '"custom_fields":'],
  ['application/dcat+xml', 'application/dcat+xml', '</rdf:Description>\n<rdf:Description'],
  ['application/vnd.geo+json', 'application/vnd.geo+json', '"type":"Point"'],
  ['application/geo+json', 'application/vnd.geo+json', '[6.05,46.23]'],
  ['text/x-bibliography; style=ieee', 'text/x-bibliography', 'Tides of Geneva'],
  ['text/html, application/xml;q=0.9, */*;q=0.8', 'application/json', '"total":'],
  ['application/pdf, application/x-bibtex;q=0.2', 'application/x-bibtex', '@article'],
])('a search with Accept: %s is %s', async (accept, mediaType, part) => {
  for (const url of ['/api/records?all_versions=true', '/api/communities/biosyslit/records?all_versions=true']) {
    const reply = await get(url, accept);
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, expect.stringContaining(mediaType)]);
    expect(reply.body).toContain(part);
  }
});

test.each(['image/png', 'application/pdf;q=1, text/html'])('a search with Accept: %s is 406', async (accept) => {
  const reply = await get('/api/records', accept);
  expect([reply.statusCode, reply.json()]).toEqual([
    406,
    expect.objectContaining({ detail: expect.stringContaining('application/x-bibtex') }),
  ]);
});

test('citations of a list have a style, and are not made for more than a hundred', async () => {
  const cited = async (query: string) => (await get(`/api/records?q=recid:10016335&${query}`, 'text/x-bibliography')).body;
  expect(await cited('style=ieee')).not.toBe(await cited('style=apa'));
  expect((await get('/api/records?size=101', 'text/x-bibliography')).json()).toMatchObject({ status: 400, parameter: 'size' });
});

test.each([
  '/api/records/10.5281/zenodo.10016335/draft',
  '/api/records/1/access/users',
  '/api/user/invitations',
  '/api/communities/x/invitations',
])('%s is refused with what it needs, and writing there as everywhere', async (url) => {
  expect((await get(url)).json()).toMatchObject({ status: 403, type: 'urn:thresher:problem:login-needed' });
  expect((await api.app.inject({ method: 'POST', url })).statusCode).toBe(405);
});

test('formats have the names of Zenodo, in any case, and an unknown one is refused with the names there are', async () => {
  const [ours, theirs] = [await get('/api/records/10016335/export/dcat-ap'), await get('/api/records/10016335/export/DCAT-AP')];
  expect(theirs.body).toBe(ours.body);
  const wrong = await get('/api/records/10016335?format=docx');
  expect(wrong.json()).toMatchObject({ status: 400, parameter: 'format', detail: expect.stringContaining('codemeta') });
});

test('a badge shows the DOI, and there is none for what is not here', async () => {
  const reply = await get('/badge/DOI/10.5281/zenodo.10016335.svg');
  expect(reply.headers['content-type']).toContain('image/svg+xml');
  expect(reply.body).toContain('>10.5281/zenodo.10016335</text>');
  expect((await get('/badge/DOI/10.5281/zenodo.4.svg')).statusCode).toBe(404);
  expect((await get('/badge/DOI/10.5281/zenodo.10016335.png')).statusCode).toBe(404);
});

interface Terms {
  readonly hits: { readonly hits: readonly { readonly id: string; readonly tags: readonly string[] }[]; readonly total: number };
}
const terms = async (url: string): Promise<Terms['hits']> => (await get(url)).json<Terms>().hits;

test.each([
  ['relationtypes?suggest=is%20ident', ['isidenticalto']],
  ['creatorsroles?q=data%20cur', ['datacurator']],
  ['titletypes?size=2&page=2', ['translated-title', 'other']],
  ['datetypes?q=id:valid', ['valid']],
  ['removalreasons?q=nothing', []],
  ['languages?q=Ainu%20japan', ['ain']],
  ['licenses?q=0bsd', ['0bsd']],
  ['resourcetypes?q=title.en:plot', ['image-plot']],
  ['resourcetypes?q=props.type:lesson&tags=depositable', ['lesson']],
  ['languages?q=Ainu%20japan&tags=individual', ['ain']],
  ['languages?q=Ainu%20japan%20AND%20tags:constructed', []],
  ['resourcetypes?q=tags:"depositable"%20AND%20plot', ['image-plot']],
  ['languages?q=Ainu%20japan&tags=constructed', []],
  ['contributorsroles?q=translator', ['translator']],
  ['relationtypes?q=OR', ['isoriginalformof']],
  ['licenses?q=id:(mit-0 OR zlib-acknowledgement)', ['mit-0', 'zlib-acknowledgement']],
  ['subjects?q=scheme:gemet', ['GEMET:sea', 'GEMET:aerosols', 'GEMET:heat waves']],
  ['subjects?q=scheme:"GEMET" AND subject:se', ['GEMET:sea']],
  ['subjects?q=scheme:MeSH AND sea', []],
  ['subjects?suggest=GEMET:se', ['GEMET:sea']],
  ['subjects?suggest=MeSH,GEMET:heat', ['GEMET:heat waves']],
  ['subjects?suggest=MeSH:sea', []],
  ['funders?q=00k4n6c32 OR 10.13039/501100000780', ['10.13039/501100000780', '00k4n6c32']],
  ['awards?q=MUDLARK', ['00k4n6c32::101']],
  ['awards?q=acronym:"mudlark"&funders=10.13039/501100000780', ['00k4n6c32::101']],
  ['awards?q=mudlark&funders=021nxhr62', []],
  ['funders?q=identifiers.identifier:"10.13039/501100000780"', ['10.13039/501100000780']],
  ['funders?q="https://ror.org/00k4n6c32"', ['00k4n6c32']],
])('vocabulary %s', async (query, ids) => {
  const { hits } = await terms(`/api/vocabularies/${decodeURIComponent(query)}`);
  expect(hits.map((hit) => hit.id)).toEqual(ids);
});

test('an award has acronym and programme, a type its parts, and a tag that there is not is refused', async () => {
  expect((await get('/api/awards/00k4n6c32::101')).json()).toMatchObject({ acronym: 'MUDLARK', program: 'HORIZON.2.6' });
  expect((await get('/api/vocabularies/resourcetypes/publication-article')).json()).toMatchObject({
    title: { en: 'Journal article' },
    props: { type: 'publication', subtype: 'publication-article' },
  });
  for (const vocabulary of ['licenses', 'languages', 'resourcetypes', 'titletypes'])
    expect((await get(`/api/vocabularies/${vocabulary}?tags=none`)).json()).toMatchObject({ status: 400, parameter: 'tags' });
});

test.each([
  ['vocabularies/relationtypes?sort=title&size=3', ['cites', 'collects', 'compiles']],
  ['vocabularies/datetypes?sort=title&size=2&page=2', ['collected', 'copyrighted']],
  ['licenses?sort=title&q=mpl 2', ['mpl-2.0', 'mpl-2.0-no-copyleft-exception']],
  ['licenses?tags=recommended&sort=title', ['apache-2.0', 'cc-by-4.0', 'cc-by-sa-4.0', 'cc0-1.0', 'gpl-3.0-or-later', 'mit']],
])('%s', async (query, ids) => {
  const { hits } = await terms(`/api/${query}`);
  expect(hits.map((hit) => hit.id)).toEqual(ids);
});

test.each([
  'funders?sort=name',
  'names?sort=name',
  'affiliations?sort=name',
  'subjects?sort=subject',
  'awards?sort=title',
  'licenses?sort=title',
])('%s is by title, whatever its case and accents, on each page', async (query) => {
  const names = async (more: string) => {
    const { hits } = (await get(`/api/${query}${more}`)).json<{ hits: { hits: { name: string }[] } }>().hits;
    return hits.map((hit) =>
      hit.name
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]/g, '')
        .toLowerCase(),
    );
  };
  const all = await names('&size=1000');
  expect(all.length).toBeGreaterThan(1);
  expect(all.map(bare)).toEqual(all.map(bare).toSorted());
  expect(await names('&size=1&page=2')).toEqual([all[1]]);
});

/** Without the signs that the order does not regard. */
const bare = (name: string): string => name.replace(/[-_./:,;()[\]{}&+'"@#]+/g, ' ');

test('licences have the titles of SPDX, whatever records call them, and are found by them with their counts', async () => {
  const title = 'Creative Commons Attribution 4.0 International';
  const { hits } = (await get('/api/licenses?q=creative commons attribution 4.0 international')).json<{ hits: { hits: Term[] } }>().hits;
  expect(hits[0]).toMatchObject({ id: 'cc-by-4.0', title: { en: title }, name: title, metadata: { title } });
  expect(hits[0]!.records).toBeGreaterThan(0);
  expect((await get('/api/licenses/mpl-2.0')).json()).toMatchObject({ title: { en: 'Mozilla Public License 2.0' }, records: 0 });
  const { hits: all } = (await get('/api/licenses?size=1000')).json<{ hits: { hits: Term[] } }>().hits;
  // The few that the list of ids has and the list of titles has not.
  expect(all.filter(({ id, title: { en } }) => en.toLowerCase() === id).length).toBeLessThan(20);
});

test('a field that records do not carry of a term is named in a warning', async () => {
  expect((await get('/api/funders?q=country:BE')).json()).toMatchObject({
    hits: { hits: [] },
    warnings: [{ parameter: 'q', detail: expect.stringMatching(/^country: /) }],
  });
});

test('a sort of terms by what is not harvested says so, and one that does not exist is refused', async () => {
  for (const sort of ['newest', 'oldest'])
    expect((await get(`/api/licenses?size=1&sort=${sort}`)).json()).toMatchObject({
      hits: { hits: [{ id: 'cc-by-4.0' }] },
      warnings: [{ parameter: 'sort' }],
    });
  expect((await get('/api/licenses?sort=bestmatch')).json()).not.toHaveProperty('warnings');
  expect((await get('/api/licenses?sort=')).statusCode).toBe(200);
  expect((await get('/api/vocabularies/languages?sort=size')).json()).toMatchObject({ status: 400, parameter: 'sort' });
});

test.each([
  ['funder=00k4n6c32', 1],
  ['funder=10.13039/501100000780', 1],
  ['funder=https://ror.org/00k4n6c32', 1],
  ['funder=European Commission', 1],
  ['funder=029chgv08', 0],
  ['funder=00k4n6c32&visibility=restricted', 0],
  ['funder=00k4n6c32&visibility=public', 1],
])('communities with %s', async (query, total) => {
  const reply = (await get(`/api/communities?${query}`)).json<Terms & { aggregations: object; warnings: object[] }>();
  expect([reply.hits.total, reply.warnings]).toEqual([total, [expect.objectContaining({ parameter: 'funder' })]]);
});

test('sets have pages, and links that lead on', async () => {
  const all = (await get('/api/oaipmh/sets')).json<Terms>().hits;
  const first = (await get('/api/oaipmh/sets?size=1&page=2')).json<Terms & { links: Record<string, string> }>();
  expect([first.hits.total, first.hits.hits]).toEqual([all.hits.length, [all.hits[1]]]);
  expect(first.links).toMatchObject({ prev: expect.stringContaining('page=1'), next: expect.stringContaining('after=') });
  expect((await get('/api/oaipmh/sets?size=1&page=9999')).json()).toMatchObject({ hits: { hits: [] } });
});

test('sets by a part of their names, and from the end', async () => {
  const specs = async (query: string) =>
    (await get(`/api/oaipmh/sets?${query}`)).json<{ hits: { hits: { spec: string }[] } }>().hits.hits.map(({ spec }) => spec);
  const all = await specs('size=1000');
  expect(await specs('q=COASTAL-eco')).toEqual(['user-coastal-ecology']);
  expect(await specs('q=nobody')).toEqual([]);
  const users = all.filter((spec) => spec.includes('user-'));
  expect(users.length).toBeGreaterThan(2);
  expect(await specs('q=user-&size=1000&sort_direction=desc')).toEqual(users.toReversed());
  expect(await specs('q=user-&sort_direction=desc&size=1&page=2')).toEqual([users.at(-2)]);
});

test('a list of sets by words goes on by pages, and not by its last set', async () => {
  expect((await get('/api/oaipmh/sets?q=user&size=1')).json()).toMatchObject({
    links: { next: expect.stringMatching(/q=user.*page=2|page=2.*q=user/) },
  });
  expect((await get('/api/oaipmh/sets?q=user&after=user-a')).json()).toMatchObject({ status: 400, parameter: 'after' });
});

test('all licences and languages are listed, used ones first, each once, and each leads to itself', async () => {
  const licences = await terms('/api/licenses?size=1000');
  expect(licences.hits[0]!.id).toBe('cc-by-4.0');
  expect(new Set(licences.hits.map((hit) => hit.id)).size).toBe(licences.total);
  expect(licences.total).toBeGreaterThan(500);
  const data = await terms('/api/licenses?size=1000&tags=data');
  expect(data.total).toBeLessThan(licences.total);
  expect(data.hits.every((hit) => hit.tags.includes('data'))).toBe(true);
  expect((await terms('/api/vocabularies/languages')).total).toBeGreaterThan(7_000);
  for (const id of ['other-at', 'notspecified']) expect((await get(`/api/licenses/${id}`)).json()).toMatchObject({ id, tags: ['all'] });
  expect((await get('/api/vocabularies')).statusCode).toBe(403);
  for (const id of ['apache-2.0', 'MIT']) expect((await get(`/api/licenses/${id}`)).json()).toMatchObject({ id: id.toLowerCase() });
  expect((await get('/api/vocabularies/nothing')).statusCode).toBe(404);
  expect((await get('/api/vocabularies/titletypes/nothing')).statusCode).toBe(404);
});

test('a file, an archive of files and a set are answered by their names', async () => {
  expect((await get('/api/records/10016335/files/data.csv')).json()).toMatchObject({ key: 'data.csv', mimetype: 'text/csv', size: 568 });
  expect((await get('/api/records/10016335/files/x.csv')).statusCode).toBe(404);
  expect((await get('/api/records/10016335/files-archive')).headers.location).toBe('https://zenodo.org/api/records/10016335/files-archive');
  expect((await get('/api/oaipmh/sets/user-biosyslit')).json()).toMatchObject({ spec: 'user-biosyslit' });
  expect((await get('/api/oaipmh/sets/user-nobody')).statusCode).toBe(404);
});

interface Versioned {
  readonly id: number;
  readonly metadata: { readonly relations: { readonly version: readonly object[] } };
}
const placeOf = ({ metadata }: Versioned) => metadata.relations.version;

test('the place among the versions is in the record, in searches and in the list of versions, as clients read it', async () => {
  await api.store([
    // Of two of one day the one with the higher number is the later; the date goes before the number.
    harvested(8100455, version('Harbour charts 1', '2018-03-01', 8100400)),
    harvested(8100417, version('Harbour charts 3', '2019-11-30', 8100400)),
    harvested(8100402, version('Harbour charts 2', '2019-11-30', 8100400)),
    harvested(8200009, version('Pier log, first', '2021-05', 8200001)),
    harvested(8200011, version('Pier log, second', '2021-06', 8200001)),
    harvested(8300001, '<titles><title>Alone</title></titles>'),
  ]);
  const place = (index: number, count: number, concept: string | null, last: number) => [
    {
      index,
      is_last: index === count - 1,
      count,
      parent: { pid_type: 'recid', pid_value: concept },
      last_child: { pid_type: 'recid', pid_value: String(last) },
    },
  ];
  const expected = new Map([
    [8100455, place(0, 3, '8100400', 8100417)],
    [8100402, place(1, 3, '8100400', 8100417)],
    [8100417, place(2, 3, '8100400', 8100417)],
    [8200009, place(0, 2, '8200001', 8200011)],
    [8200011, place(1, 2, '8200001', 8200011)],
    [8300001, place(0, 1, null, 8300001)],
  ]);
  for (const [id, relations] of expected) expect(placeOf((await get(`/api/records/${id}`)).json<Versioned>())).toEqual(relations);
  const found = (await get('/api/lookup?ids=8100402,8200011')).json<{ results: { record: Versioned }[] }>().results;
  expect(found.map(({ record }) => placeOf(record))).toEqual([expected.get(8100402), expected.get(8200011)]);
  for (const [concept, member, ids] of [
    [8100400, 8100455, [8100417, 8100402, 8100455]],
    [8200001, 8200009, [8200011, 8200009]],
  ] as const)
    for (const url of [
      `/api/records?q=conceptrecid:${concept}&all_versions=true&sort=-publication_date`,
      `/api/records/${member}/versions`,
    ]) {
      const { hits } = (await get(url)).json<{ hits: { hits: Versioned[] } }>().hits;
      expect(hits.map((hit) => [hit.id, placeOf(hit)])).toEqual(ids.map((id) => [id, expected.get(id)]));
    }
});

test('a list of versions has pages, formats and links', async () => {
  const versions = '/api/records/8200009/versions';
  expect((await get(`${versions}?size=1&page=2`)).json()).toMatchObject({
    hits: { hits: [{ id: 8200009 }], total: 2 },
    links: { prev: expect.stringContaining('page=1') },
  });
  expect((await get(`${versions}?size=1&page=3`)).json()).toMatchObject({ hits: { hits: [], total: 2 } });
  expect((await get(versions, 'application/x-bibtex')).body.match(/@/g)).toHaveLength(2);
  const rdm = (await get(versions, 'application/vnd.inveniordm.v1+json')).json<Terms>();
  expect(rdm.hits.hits).toMatchObject([
    { id: '8200011', versions: { index: 2 } },
    { id: '8200009', versions: { index: 1 } },
  ]);
  expect((await get(versions, 'image/png')).statusCode).toBe(406);
});
