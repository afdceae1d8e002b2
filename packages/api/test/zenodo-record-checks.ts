import { expect } from 'vitest';
import { harvested } from './harvested.ts';
import { COMMUNITY } from './rdm-json.ts';
import { type Answer, type Asking, type Check, hasMembers, isOf, memberOf, type Row } from './zenodo-asking.ts';

/** For fields of a query a value that one of the records above has. */
const FOUND: Readonly<Record<string, string>> = {
  'resource_type.subtype': 'publication-dissertation',
  'metadata.resource_type.props.subtype': 'publication-dissertation',
  'metadata.resource_type.props.type': 'publication',
  'access.files': 'public',
  'access.record': 'public',
  'parent.communities.ids': COMMUNITY.id,
  'parent.communities.default': COMMUNITY.id,
  'creators.gnd': '118540238',
  'metadata.creators.person_or_org.family_name': 'smith',
  embargodate: '[2090-01-01 TO *]',
  'metadata.funding.award.title.en': 'tidal',
  subject: 'mudflat',
  'license.url': '"https://creativecommons.org/licenses/by/4.0/legalcode"',
  'versions.index': '3',
  'grants.acronym': 'mudlark',
  'grants.program': 'HORIZON.2.6',
  'journal.title': 'mud',
  'journal.pages': '1-9',
  'journal.issn': '1234-5679',
  'meeting.title': 'chep',
  'meeting.dates': '2020',
  'meeting.place': 'geneva',
  'meeting.session': '1',
  'meeting.session_part': '2',
  'part_of.pages': '10',
  'imprint.isbn': '978-3-16-148410-0',
  'imprint.publisher': 'zenodo',
  'thesis.university': 'mit',
  filename: 'data.csv',
  filetype: 'csv',
  size: '>1000000',
  'files.count': '2',
  'files.types': 'csv',
  'files.totalbytes': '>1000',
  '_files.size': '>1',
  'stats.views': '>1',
  'locations.place': 'geneva',
};

const fieldOf = (feature: string): string => /^q=([\w.]+):/.exec(feature)![1]!;

/** The field is known, and a value that is here is found. */
async function findsByField({ feature }: Row, { search }: Asking): Promise<void> {
  const q = feature.replace(/^q=/, '');
  expect(await search(`q=${encodeURIComponent(q)}`)).toMatchObject({ status: 200 });
  const field = /^[\w.]+(?=:)/.exec(q)?.[0] ?? '';
  if (FOUND[field] === undefined) return;
  const found = await search(`q=${encodeURIComponent(`${field}:${FOUND[field]}`)}`);
  expect([field, found.hits!.total > 0]).toEqual([field, true]);
  const nothing = await search(`q=${encodeURIComponent(`${field}:"no such value 4711" OR recid:20251738`)}`);
  expect([200, 400]).toContain(nothing.status);
}

/** Of records, searches and their headers. The first that fits a row is its. */
export const RECORD_CHECKS: readonly Check[] = [
  [
    'flat',
    /^flat \d+\./,
    async ({ feature, expected }, { get }) => {
      const [, recid, path] = /^flat (\d+)\.(.*)$/.exec(feature)!;
      const value = memberOf((await get(`/api/records/${recid}?format=flat`)).json(), path!);
      expect([value, isOf[expected]?.(value) ?? value === expected]).toEqual([value, true]);
    },
  ],
  [
    'angle',
    /^\/api\/records\/</,
    async ({ feature }, { api }) => {
      for (const name of [
        feature.replace('/api/records/', ''),
        '<10.5281/zenodo.20251738>',
        'https://zenodo.org/doi/10.5281/zenodo.20251738',
      ])
        expect((await api.app.inject(`/api/records/${encodeURIComponent(name)}`)).json()).toMatchObject({ id: 20251738 });
    },
  ],
  [
    'post',
    /^POST body \{record/,
    async (_, { get, api }) => {
      const payload = { record: 'https://zenodo.org/records/7235959', timeout: 300 };
      for (const url of ['/api/lookup', '/api/zenodo/records'])
        expect((await api.app.inject({ method: 'POST', url, payload })).json()).toEqual([
          (await get('/api/records/7235959?format=flat')).json(),
        ]);
    },
  ],
  [
    'kernel3',
    /datacite3/,
    async ({ feature }, { oai }) => {
      const prefix = /(?:oai_)?datacite3/.exec(feature)![0];
      const set = /set=(\S+)/.exec(feature)?.[1];
      const body = await oai(
        set === undefined
          ? `verb=GetRecord&identifier=oai:zenodo.org:20251738&metadataPrefix=${prefix}`
          : `verb=ListRecords&metadataPrefix=${prefix}&set=${set}`,
      );
      expect(body).toContain('<resource xmlns="http://datacite.org/schema/kernel-3"');
      expect(body).toContain('Tides of Geneva');
      expect(body).not.toMatch(/fundingReference|rightsIdentifier|nameType/);
    },
  ],
  [
    'token',
    /^token of another verb$/,
    async (_row, { oai, api }) => {
      await api.store(Array.from({ length: 210 }, (__, n) => harvested(5_000_000 + n, '<titles><title>Many</title></titles>')));
      const token = /<resumptionToken[^>]*>([^<]+)</.exec(await oai('verb=ListRecords&metadataPrefix=oai_dc'))![1];
      expect(await oai(`verb=ListIdentifiers&resumptionToken=${token}`)).toContain('code="badResumptionToken"');
      expect(await oai(`verb=ListRecords&resumptionToken=${token}`)).toContain('<ListRecords>');
    },
  ],
  [
    'uncarried',
    /^q=(?:owners|parent\.access\.)/,
    async ({ feature }, { search }) => {
      const refused = await search(`q=${encodeURIComponent(feature.slice(2))}`);
      expect(refused).toMatchObject({ status: 400, errors: [{ field: 'q' }] });
      expect(refused.detail).toMatch(new RegExp(`^the field '${fieldOf(feature)}' cannot be searched: .*: use `));
    },
  ],
  [
    'fileFields',
    /^q=(?:size|filename|filetype|_?files\.)/,
    async (row, asking) => {
      const { search } = asking;
      await findsByField(row, asking);
      expect((await search(`q=${encodeURIComponent(row.feature.slice(2))}`)).warnings).toHaveLength(1);
    },
  ],
  ['factFields', /^q=(?:grants\.(?:acronym|program)|journal|meeting|part_of|imprint|thesis|versions\.index|stats)\b/, findsByField],
  ['metadataFields', /^q=/, findsByField],
  [
    'custom',
    /^custom=/,
    async ({ feature }, { search }) => {
      expect((await search(feature.replaceAll('[', '%5B').replaceAll(']', '%5D'))).hits).toMatchObject({ total: 0 });
      for (const value of ['[dwc:family]:Arenicolidae', '[dwc:family]:[arenicolidae] AND [code:codeRepository]:"https://code.example/mud"'])
        expect((await search(`custom=${encodeURIComponent(value)}`)).hits!.hits.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([
          7235959, 7235960,
        ]);
    },
  ],
  [
    'accept',
    /^search Accept:/,
    async ({ feature, expected }, { get }) => {
      const reply = await get('/api/records?size=5&all_versions=true&q=Geneva', feature.replace('search Accept: ', ''));
      expect(reply.headers['content-type']).toContain(expected);
      expect(reply.body).toContain('Tides of Geneva');
    },
  ],
  [
    'accept',
    /^record Accept:/,
    async ({ feature, expected }, { get }) => {
      const reply = await get('/api/records/20251738', feature.replace('record Accept: ', ''));
      expect(reply.headers['content-type']).toContain(expected);
    },
  ],
  [
    'status',
    /^status=/,
    async ({ feature }, { search }) => {
      expect(await search(feature)).toMatchObject({ status: 400, detail: 'status must be published', errors: [{ field: 'status' }] });
    },
  ],
  [
    'subtype',
    /^(?:filter )?subtype=/,
    async ({ feature }, { search }) => {
      const found = await search(feature.replace('filter ', ''));
      expect([feature, found.hits!.total > 0]).toEqual([feature, true]);
    },
  ],
  [
    'index',
    /^GET \/api\/$/,
    async (_, { get }) => {
      const { links } = (await get('/api/')).json<{ links: Record<string, string> }>();
      for (const url of Object.values(links).filter((one) => !/lookup|oai2d|docs$/.test(one)))
        expect([url, (await get(url.replace('http://localhost', ''))).statusCode]).toEqual([url, 200]);
    },
  ],
  [
    'grants',
    /^GET \/api\/grants/,
    async ({ feature }, { get }) => {
      // No record here names the grant of the row.
      expect((await get(feature.slice(4))).statusCode).toBe(feature.endsWith('/grants') ? 200 : 404);
      const [hit] = (await get('/api/grants')).json<Answer>().hits!.hits;
      expect((await get(`/api/grants/${hit!.id}`)).json()).toMatchObject({ id: hit!.id });
    },
  ],
  [
    'errors',
    /^errors list of detailed errors/,
    async (_, { get }) => {
      for (const [url, field] of [
        ['/api/records?size=x', 'size'],
        ['/api/records?q=owners:1', 'q'],
        ['/api/records?sort=x', 'sort'],
      ])
        expect((await get(url!)).json()).toMatchObject({
          errors: [{ field, message: expect.any(String), messages: [expect.any(String)] }],
        });
    },
  ],
  [
    'rateHeaders',
    /^header x-ratelimit-/,
    async ({ feature }, { get }) => {
      const name = feature.split(' ')[1]!;
      for (const url of ['/api/records', '/api/records/20251738', '/api/nowhere', '/oai2d?verb=Identify']) {
        const value = Number((await get(url)).headers[name]);
        if (name.endsWith('reset')) expect(Math.abs(value - Date.now() / 1000)).toBeLessThan(62);
        else expect(value).toBeGreaterThan(0);
      }
    },
  ],
  [
    'instants',
    /^timestamp \w+ as/,
    async ({ feature }, { get }) => {
      const member = feature.split(' ')[1]!;
      for (const format of ['json', 'inveniordm'])
        expect(memberOf((await get(`/api/records/7235959?format=${format}`)).json(), member)).toMatch(
          /^\d{4}-\d\d-\d\dT[\d:.]{8,15}\+00:00$/,
        );
      expect((await get('/api/records/20251738')).json()).toMatchObject({ created: null, updated: '2024-05-31T10:00:00+00:00' });
    },
  ],
  [
    'licences',
    /^(?:license|vocabularies\/licenses item) \./,
    async ({ feature }, asking) => {
      const member = feature.replace(/^.*? \./, '').replace('item .', '');
      for (const url of ['/api/vocabularies/licenses?q=cc-by-4.0', '/api/licenses?q=mit'])
        await hasMembers(asking, url, feature, `hits.hits.0.${member}`);
    },
  ],
  [
    'vocabularyQueries',
    /q=title:|\?q=id:/,
    async ({ feature, expected }, { get }) => {
      const url = feature.startsWith('GET ') ? feature.slice(4) : '/api/licenses?q=title:creative';
      const reply = await get(url);
      expect(reply.statusCode).toBe(200);
      if (expected === '>0') expect(reply.json<Answer>().hits!.total).toBeGreaterThan(0);
      expect((await get('/api/funders?q=id:00k4n6c32')).json()).toMatchObject({ hits: { hits: [{ name: 'European Commission' }] } });
    },
  ],
  [
    'publicationDates',
    /^aggregations\.publication_date$/,
    async (_, { search }) => {
      expect((await search('')).aggregations!['publication_date']!.buckets.length).toBeGreaterThan(0);
    },
  ],
  [
    'hitStats',
    /^search hit \.stats/,
    async (_, { search }) => {
      const { hits } = await search('q=recid:7235959');
      expect(hits!.hits).toMatchObject([{ stats: { views: 14, unique_downloads: 11, version_views: 4 } }]);
    },
  ],
];
