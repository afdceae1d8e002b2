import { expect } from 'vitest';
import { COMMUNITY } from './rdm-json.ts';
import { type Answer, type Check, hasMembers, statuses } from './zenodo-asking.ts';

/** Of communities, files, vocabularies, feeds and pages. The first that fits a row is its. */
export const LIST_CHECKS: readonly Check[] = [
  [
    'communityByUuid',
    /^GET \/api\/communities\/\{uuid\}/,
    async ({ feature }, { get, search }) => {
      const url = feature.slice(4);
      const [byUuid, bySlug] = [COMMUNITY.id, 'coastal-ecology'].map((name) => get(url.replace('{uuid}', name)));
      expect((await byUuid!).statusCode).toBe(200);
      const [found, expected] = [(await byUuid!).json<Answer>(), (await bySlug!).json<Answer>()];
      expect([found.hits?.total, found.id, found.slug]).toEqual([expected.hits?.total, expected.id, expected.slug]);
      const records = await search('communities=coastal-ecology');
      for (const parameters of [`communities=${COMMUNITY.id}`, `q=parent.communities.ids:${COMMUNITY.id}`])
        expect((await search(parameters)).hits!.total).toBe(records.hits!.total);
    },
  ],
  [
    'communityShape',
    /^community \./,
    async ({ feature }, asking) => {
      const { get } = asking;
      for (const name of ['coastal-ecology', 'biosyslit'])
        await hasMembers(asking, `/api/communities/${name}`, feature, feature.slice('community .'.length));
      expect((await get('/api/communities/coastal-ecology')).json()).toMatchObject({
        id: COMMUNITY.id,
        metadata: {
          title: 'Ecology of the coast',
          type: { id: 'organization', title: { en: 'Organization' } },
          website: 'https://coast.example',
          organizations: [{ name: 'Harbour Board' }],
          description: 'All that lives between the tides',
          curation_policy: '<p>Mud only.</p>',
          page: '<h1>The coast</h1>',
        },
      });
    },
  ],
  [
    'communityCounts',
    /^list_communities/,
    async (_, { get }) => {
      const { aggregations } = (await get('/api/communities')).json<Answer>();
      expect(aggregations).toMatchObject({
        type: { buckets: [{ key: 'organization', doc_count: 1 }] },
        funder: { buckets: [{ key: '00k4n6c32', doc_count: 1 }] },
        organization: { buckets: [{ key: 'Harbour Board', doc_count: 1 }] },
      });
    },
  ],
  [
    'communityFilter',
    /^GET \/api\/communities\?(?:type|sort)=/,
    async ({ feature }, { get }) => {
      const reply = (await get(feature.slice(4))).json<Answer>();
      const type = /type=(\w+)/.exec(feature)?.[1];
      const total = type === undefined ? (await get('/api/communities')).json<Answer>().hits!.total : type === 'organization' ? 1 : 0;
      expect(reply.hits!.total).toBe(total);
      if (type !== undefined) expect(reply.warnings).toEqual([expect.objectContaining({ parameter: 'type' })]);
    },
  ],
  [
    'communityAtSource',
    /^GET \/api\/communities\/(?:\{slug\}\/logo|featured|[\w-]+\/featured)$/,
    async ({ feature, expected }, { get }) => {
      const reply = await get(feature.slice(4).replace('{slug}', 'coastal-ecology'));
      expect(statuses(expected)).toContain(reply.statusCode);
      if (reply.statusCode === 200) expect(reply.json()).toMatchObject({ hits: { total: 0 }, warnings: [{}] });
      else expect(reply.headers.location).toBe('https://zenodo.org/api/communities/coastal-ecology/logo');
    },
  ],
  [
    'login',
    /\(needs authentication on Zenodo\)$/,
    async ({ feature, expected }, { get }) => {
      const reply = await get(feature.split(' ')[1]!);
      expect(statuses(expected)).toContain(reply.statusCode);
      expect(reply.json()).toMatchObject({ status: reply.statusCode, detail: expect.stringContaining('needs a login') });
    },
  ],
  [
    'feeds',
    /^feed (?:community|of a search) \.json$/,
    async ({ feature }, { get }) => {
      const url = feature.includes('community')
        ? '/feeds/communities/coastal-ecology.json'
        : '/feeds/records.json?q=mudflats&all_versions=1';
      const reply = await get(url);
      expect(reply.headers['content-type']).toContain('application/feed+json');
      expect(reply.json()).toMatchObject({
        version: 'https://jsonfeed.org/version/1.1',
        items: expect.arrayContaining([
          expect.objectContaining({ id: 'https://doi.org/10.5281/zenodo.7235959', title: 'Mudflats of the estuary', tags: ['mudflat'] }),
        ]),
      });
    },
  ],
  [
    'sorts',
    /^sort=|records\?.*sort=/,
    async ({ feature }, { get, search }) => {
      const parameters = feature.replace(/^.*\?/, '');
      const found = await search(parameters);
      expect([feature, found.status]).toEqual([feature, 200]);
      if (parameters.includes('conference')) expect(found.warnings).toHaveLength(1);
      if (feature.startsWith('GET ')) expect((await get(feature.slice(4))).statusCode).toBe(200);
    },
  ],
  [
    'lenientParameters',
    /^(?:\??all_versions|parameter )/,
    async ({ feature }, { get, api }) => {
      const parameters = feature
        .replace(/^parameter /, '')
        .replace(/^\?/, '')
        .split(' ')[0]!;
      const reply = await api.app.inject(`/api/records?${parameters}`);
      expect(reply.statusCode).toBe(200);
      const asked = parameters.startsWith('all_versions') ? '/api/records?all_versions=true' : '/api/records';
      expect(reply.json<Answer>().hits!.total).toBe((await get(asked)).json<Answer>().hits!.total);
    },
  ],
  [
    'filesShape',
    /^files (?:entries\[\])?[a-z]*\.\w+$/,
    async ({ feature }, asking) => {
      const { get } = asking;
      const [, inEntry, path] = /^files (entries\[\]\.)?\.?(.*)$/.exec(feature)!;
      for (const recid of [10016335, 7235959])
        await hasMembers(asking, `/api/records/${recid}/files`, feature, inEntry === undefined ? path! : `entries.0.${path}`);
      const entries = (await get('/api/records/7235959/files')).json<{ entries: readonly object[] }>();
      expect(entries.entries).toMatchObject([
        { key: 'data.csv', size: 2_000_000, mimetype: 'text/csv', checksum: 'md5:e4' },
        { key: 'a b.bin', mimetype: 'application/x-mud' },
      ]);
    },
  ],
  [
    'files',
    /^GET \/api\/records\/\{id\}\/files/,
    async ({ feature, expected }, { get }) => {
      for (const recid of ['10016335', '7235959'])
        expect(statuses(expected)).toContain((await get(feature.slice(4).replace('{id}', recid).replace('{key}', 'data.csv'))).statusCode);
    },
  ],
  [
    'exports',
    /^export\//,
    async ({ feature }, { get }) => {
      expect((await get(`/api/records/20251738/${feature}`)).statusCode).toBe(200);
    },
  ],
  [
    'vocabularies',
    /^GET \/api\/vocabularies\//,
    async ({ feature, expected }, { get }) => {
      const reply = await get(feature.slice(4));
      expect(statuses(expected)).toContain(reply.statusCode);
      const { hits } = reply.json<Answer>();
      if (hits !== undefined && !feature.includes('?')) expect(hits.total).toBeGreaterThan(0);
    },
  ],
  [
    'sets',
    /^GET \/api\/oaipmh\/sets\//,
    async ({ feature, expected }, { get }) => {
      expect(statuses(expected)).toContain((await get(feature.slice(4))).statusCode);
    },
  ],
  [
    'pages',
    /^page address/,
    async ({ feature, expected }, { get }) => {
      expect(statuses(expected)).toContain((await get(feature.replace('page address ', ''))).statusCode);
    },
  ],
];
