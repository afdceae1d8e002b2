import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settingsFrom } from './apply-sources.ts';
import { parseDuration, readSourceList } from './source-list.ts';

const faultsOf = (text: string): string[] =>
  readSourceList(text).faults.map(({ path, line, column, message }) => `${line}:${column} ${path} | ${message}`);

describe('readSourceList', () => {
  it('reads what a source may say', () => {
    const { sources, faults } = readSourceList(`
sources:
  - name: zenodo
    baseURL: https://zenodo.org/oai2d?verb=Identify
    sets: [user-a, "user-b", user-a]
    rate: 30/min
    concurrency: 4
    overlap: 2h
    membershipEvery: 1d
    enrichEvery: 7d
    schedules:
      incremental: { cron: "17 * * * *", timeZone: Europe/Zurich }
      full: "0 3 1 * *"
  - { name: other, baseURL: "http://localhost:8080/oai", metadataPrefix: oai_dc, overlap: 90 }
`);
    expect(faults).toEqual([]);
    expect(sources).toEqual([
      {
        name: 'zenodo',
        baseURL: 'https://zenodo.org/oai2d',
        metadataPrefix: 'oai_datacite',
        sets: ['user-a', 'user-b'],
        ratePerMinute: 30,
        concurrency: 4,
        overlapSeconds: 7_200,
        membershipEverySeconds: 86_400,
        enrichEverySeconds: 604_800,
        schedules: { incremental: { cron: '17 * * * *', timeZone: 'Europe/Zurich' }, full: { cron: '0 3 1 * *', timeZone: 'UTC' } },
      },
      {
        name: 'other',
        baseURL: 'http://localhost:8080/oai',
        metadataPrefix: 'oai_dc',
        sets: [],
        ratePerMinute: null,
        concurrency: null,
        overlapSeconds: 90,
        membershipEverySeconds: null,
        enrichEverySeconds: null,
        schedules: {},
      },
    ]);
  });

  it('reports every fault with its place', () => {
    expect(
      faultsOf(`sources:
  - name: "two words"
    baseURL: ftp://example.org
    rate: -3
    colour: red
  - baseURL: https://example.org/oai
    sets: user-a
    concurrency: 1.5
    overlap: soon
    schedules:
      incremental: { cron: "99 * * * *" }
      full: { cron: "0 3 * * *", timeZone: Mars }
      hourly: "0 * * * *"
  - name: third
    baseURL: https://example.org/oai
  - just text
`),
    ).toEqual([
      '2:5 sources[0].name | "two words" is not a name: letters, digits, dots, hyphens and underscores',
      '3:5 sources[0].baseURL | "ftp://example.org" is not the http or https URL of an OAI-PMH endpoint',
      '4:5 sources[0].rate | -3 is not requests per minute above 0, such as 30 or 30/min',
      '5:5 sources[0].colour | there is no "colour" here, only name, baseURL, metadataPrefix, sets, rate, concurrency, overlap, membershipEvery, enrichEvery, schedules',
      '6:5 sources[1].name | a source needs a name',
      '7:5 sources[1].sets | "user-a" is not a list of setSpecs',
      '8:5 sources[1].concurrency | 1.5 is not a whole number from 1 to 64',
      '9:5 sources[1].overlap | "soon" is not a duration such as 2h, 90m or 1d',
      expect.stringMatching(/^11:22 sources\[1\]\.schedules\.incremental\.cron \| "99 \* \* \* \*" is no cron expression/),
      expect.stringMatching(/^12:34 sources\[1\]\.schedules\.full\.timeZone \| "Mars" is no time zone/),
      '13:7 sources[1].schedules.hourly | there is no "hourly" here, only full, incremental, enrich',
      '15:5 sources[2].baseURL | another source has this baseURL and metadataPrefix too',
      '16:5 sources[3] | a source is a map: {name: …, baseURL: …}',
    ]);
  });

  it.each([
    ['nothing', '', /a list of sources is needed/],
    ['a list without its name', '- name: x', /a list of sources is needed/],
    ['no YAML', 'sources: [', /^1:11 {2}\| /],
    ['the same key twice', 'sources: []\nsources: []', /^2:1 /],
    [
      'two sources of one name',
      'sources:\n- {name: a, baseURL: https://a.org}\n- {name: a, baseURL: https://b.org}',
      /^3:4 sources\[1\]\.name \| another source is called a too/,
    ],
  ])('%s', (_, text, expected) => expect(faultsOf(text).join('\n')).toMatch(expected));

  it('reads webhooks, with sources or without', () => {
    const secret = `whsec_${'A'.repeat(32)}`;
    const { webhooks, sources, faults } = readSourceList(`
webhooks:
  - { url: https://example.org/a, events: [joined, created, joined], communities: [biosyslit], secret: ${secret} }
  - url: http://localhost:9000/b
`);
    expect({ sources, faults }).toEqual({ sources: [], faults: [] });
    expect(webhooks).toEqual([
      { url: 'https://example.org/a', types: ['created', 'joined'], communities: ['biosyslit'], secret },
      { url: 'http://localhost:9000/b', types: null, communities: null, secret: null },
    ]);
  });

  it('reports every fault of webhooks with its place', () => {
    expect(
      faultsOf(`sources: []
webhooks:
  - url: ftp://example.org
    events: [created, moved]
    community: a
  - communities: biosyslit
    secret: hunter2
  - url: https://example.org/a
  - { url: https://example.org/a, events: [] }
  - x
`),
    ).toEqual([
      '3:5 webhooks[0].url | "ftp://example.org" is not an http or https URL, to which messages are sent by POST',
      '4:5 webhooks[0].events | ["created","moved"] is not a list out of created, updated, deleted, restored, joined, left',
      '5:5 webhooks[0].community | there is no "community" here, only url, events, communities, secret',
      '6:5 webhooks[1].url | a webhook needs a url',
      '6:5 webhooks[1].communities | "biosyslit" is not a list of slugs such as biosyslit',
      '7:5 webhooks[1].secret | "hunter2" is not whsec_ and 24 to 64 bytes in base64',
      '9:7 webhooks[3].url | another webhook has this url too',
      '9:35 webhooks[3].events | [] is not a list out of created, updated, deleted, restored, joined, left',
      '10:5 webhooks[4] | a webhook is a map: {url: https://…, events: [created, joined]}',
    ]);
  });

  it('finds nothing wrong with the example that is shipped', () => {
    const { sources, faults } = readSourceList(readFileSync(new URL('../../../../sources.example.yaml', import.meta.url), 'utf8'));
    expect(faults).toEqual([]);
    expect(sources.map((source) => source.name)).toEqual(['zenodo', 'datacite-cern', 'arxiv', 'my-repository']);
    expect(sources[0]).toMatchObject({ ratePerMinute: 30, overlapSeconds: 7_200 });
  });
});

it('reads durations', () => {
  expect(['2h', '90 m', '1d', '45', 30, '1w'].map(parseDuration)).toEqual([7_200, 5_400, 86_400, 45, 30, 604_800]);
  expect(['', 'h', '-1h', '1.5h', '2 hours', -1, null, undefined, {}].map(parseDuration)).toEqual(Array(9).fill(undefined));
});

it('takes settings from the list, drops what it no longer says, and keeps what probe found out', () => {
  const entry = readSourceList('sources: [{name: a, baseURL: "https://a.org", rate: 30}]').sources[0]!;
  const before = {
    selective: false,
    tokensRepeatable: true,
    ratePerMinute: 60,
    overlapSeconds: 5,
    schedules: { full: { cron: '0 3 * * *', timeZone: 'UTC' } },
  };
  expect(settingsFrom(entry, before)).toEqual({ selective: false, tokensRepeatable: true, ratePerMinute: 30 });
});
