import { readFacts } from '@thresher/datacite';
import { writeFacts } from '@thresher/store/write';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { harvested, version } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';
import type { RecordExtras } from './record-extras.ts';

const FUNDING = `<fundingReferences><fundingReference><funderName>A funder without an award</funderName></fundingReference>
  <fundingReference><funderName>European Commission</funderName><awardNumber>101</awardNumber></fundingReference></fundingReferences>`;

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
  const [told] = await api.store([
    harvested(101, `${version('Glaciers of the moon', '2020-01-01', 100)}${FUNDING}`),
    harvested(201, version('A record of OAI-PMH', '2020-01-01', 200)),
  ]);
  const facts = readFacts({
    metadata: {
      description: '<p onclick="x()">Ice &amp; <b>dust</b><script>alert(1)</script></p>',
      languages: [{ id: 'eng' }, { id: 'cym' }],
      funding: [
        {
          funder: { name: 'European Commission' },
          award: { number: '101', title: { en: 'Tidal' }, acronym: 'TIDAL', program: 'HORIZON.2.6' },
        },
      ],
      references: [{ reference: 'Moon (1990)', identifier: '10.5072/moon', scheme: 'doi' }, { reference: 'Sun' }],
    },
    custom_fields: {
      'journal:journal': { title: 'Annals of Tides', volume: '7', issue: '' },
      'dwc:family': ['Fucaceae', 'Laminariaceae'],
      'dwc:scientificName': ['Fucus serratus'],
      'dwc:catalogNumber': ['A 1', 'A 2'],
      'code:codeRepository': 'https://example.org/code',
    },
    stats: { all_versions: { views: 5 }, this_version: { views: 2 } },
  });
  await writeFacts(api.database.db, api.sourceId, [{ oaiIdentifier: told!.oaiIdentifier, facts }], new Date('2026-09-05T03:00:00Z'));
});
afterAll(() => api[Symbol.asyncDispose]());

test('the record page gets sanitised HTML, references, taxa and custom fields, with their dates', async () => {
  const reply = await api.app.inject('/page-data/records/101');
  expect(reply.json<RecordExtras>()).toEqual({
    description_html: '<p>Ice &amp; <b>dust</b></p>',
    facts_at: '2026-09-05T03:00:00.000Z',
    stats_at: '2026-09-05T03:00:00.000Z',
    languages: ['eng', 'cym'],
    awards: [null, { acronym: 'TIDAL', program: 'HORIZON.2.6', title: 'Tidal', url: null }],
    references: [
      { reference: 'Moon (1990)', identifier: '10.5072/moon', scheme: 'doi' },
      { reference: 'Sun', identifier: null, scheme: null },
    ],
    appeared: [{ as: 'journal', members: { title: 'Annals of Tides', volume: '7' } }],
    taxa: [{ family: 'Fucaceae', scientificName: 'Fucus serratus' }, { family: 'Laminariaceae' }],
    custom_fields: [
      { field: 'code:codeRepository', values: ['https://example.org/code'] },
      { field: 'dwc:catalogNumber', values: ['A 1', 'A 2'] },
    ],
  });
});

test('nothing is made up of a record that only OAI-PMH has spoken of, and there is no page of one that does not exist', async () => {
  const { description_html, facts_at, taxa } = (await api.app.inject('/page-data/records/201')).json<RecordExtras>();
  expect([description_html, facts_at, taxa]).toEqual([null, null, []]);
  expect((await api.app.inject('/page-data/records/999')).statusCode).toBe(404);
});
