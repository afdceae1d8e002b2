import { createRepository, createSim, createTransport, type Fault, type RepositoryOptions } from '@thresher/oai-sim';
import { expect, test } from 'vitest';
import { createOaiClient } from './client.ts';
import type { ProbeAnswer, ProbeAnswers, ProbeName } from './probe-facts.ts';
import { profileFromAnswers, type ProbeProfile } from './probe-profile.ts';
import { nextProbe } from './probe-questions.ts';
import { describeToken } from './probe-token.ts';
import type { Transport } from './transport.ts';

const now = new Date('2026-09-01T12:00:00Z');

/** Asks all there is to ask. */
async function probe(transport: Transport, metadataPrefix?: string): Promise<{ profile: ProbeProfile; asked: ProbeName[] }> {
  await using client = createOaiClient({ baseURL: 'http://sim.test/oai2d', userAgent: 'test', transport });
  const answers: Partial<Record<ProbeName, ProbeAnswer>> = {};
  for (let next = nextProbe(answers, { metadataPrefix }); next !== null; next = nextProbe(answers, { metadataPrefix })) {
    const reply = await client.request(next.request).catch((error: unknown) => error as Error);
    answers[next.name] =
      reply instanceof Error ? { reply: null, failure: reply.message, latencyMs: 1 } : { reply, failure: null, latencyMs: 1 };
  }
  return { profile: profileFromAnswers(answers, { metadataPrefix }, now), asked: Object.keys(answers) as ProbeName[] };
}

const simulated = (options: RepositoryOptions = {}, faults: readonly Fault[] = [], ratePerMinute?: number): Transport =>
  createTransport(
    createSim({
      repository: createRepository({ seed: 5, size: 400, ...options }),
      faults,
      ...(ratePerMinute === undefined ? {} : { ratePerMinute }),
    }),
    () => now.getTime(),
  );

test('a repository that behaves like Zenodo', async () => {
  const { profile, asked } = await probe(simulated({}, [], 30));
  expect(asked).toHaveLength(12);
  expect(profile).toEqual({
    repositoryName: 'Zenodo',
    baseURL: 'http://sim.test/oai2d',
    protocolVersion: '2.0',
    earliestDatestamp: '2014-02-03T14:41:33Z',
    deletedRecord: 'no',
    metadataFormats: ['oai_dc', 'datacite', 'oai_datacite', 'datacite4', 'oai_datacite4'],
    metadataPrefix: 'oai_datacite',
    sets: true,
    pageSize: 50,
    completeListSize: 400,
    bytesPerRecord: expect.any(Number),
    latencyMs: 1,
    token: { length: expect.any(Number), form: 'signed text, as of Invenio', lifeSeconds: 120, hasCursor: true, repeatable: false },
    granularity: { declared: 'YYYY-MM-DDThh:mm:ssZ', accepted: 'YYYY-MM-DDThh:mm:ssZ' },
    fromHonoured: true,
    untilHonoured: true,
    inclusive: true,
    dayUntil: 'the beginning of the day',
    order: 'none',
    errors: {
      noRecordsMatch: { status: 422, code: 'noRecordsMatch' },
      unknownFormat: { status: 422, code: 'badArgument' },
      unknownIdentifier: { status: 422, code: 'idDoesNotExist' },
    },
    contentEncoding: null,
    compressionDeclared: [],
    ratePerMinute: 30,
    retryAfterOnSuccess: true,
    settings: { tokensRepeatable: false, selective: true, ratePerMinute: 30 },
  });
  expect(profile.bytesPerRecord).toBeGreaterThan(1_000);
});

test('tokens that hold the place can be sent again', async () => {
  const { profile } = await probe(simulated({ tokens: 'stateless' }));
  expect(profile.token).toMatchObject({ repeatable: true });
  expect(profile).toMatchObject({ ratePerMinute: null, retryAfterOnSuccess: false, settings: { tokensRepeatable: true, selective: true } });
});

test('a server that does not look at from', async () => {
  const { profile } = await probe(simulated({}, [{ fault: 'from-ignored', times: 100 }]));
  expect(profile).toMatchObject({ fromHonoured: false, settings: { selective: false } });
});

test('a repository of days', async () => {
  const { profile, asked } = await probe(simulated({ granularity: 'day', tokens: 'stateless', deletedRecord: 'persistent' }));
  expect(asked).not.toContain('day');
  expect(profile).toMatchObject({
    granularity: { declared: 'YYYY-MM-DD', accepted: 'YYYY-MM-DD' },
    fromHonoured: true,
    untilHonoured: true,
    inclusive: true,
    dayUntil: null,
    deletedRecord: 'persistent',
    settings: { tokensRepeatable: true, selective: true },
  });
  expect(profile.settings).not.toHaveProperty('granularity');
});

test('a list of one page leaves open what only tokens tell', async () => {
  const { profile, asked } = await probe(simulated({ size: 20 }));
  expect(asked).not.toContain('follow');
  expect(profile).toMatchObject({ pageSize: null, token: null, settings: { selective: true } });
  expect(profile.settings).not.toHaveProperty('tokensRepeatable');
});

test('an empty repository', async () => {
  const { profile } = await probe(simulated({ size: 0 }));
  expect(profile).toMatchObject({ pageSize: null, fromHonoured: null, untilHonoured: null, inclusive: null, settings: {} });
});

test('a second page that is lost says nothing about tokens', async () => {
  const { profile, asked } = await probe(simulated({}, [{ fault: 'cut-before-headers', at: { page: 2 }, times: 5 }]));
  expect(asked).not.toContain('again');
  expect(profile.token).toMatchObject({ repeatable: null });
  expect(profile.settings).not.toHaveProperty('tokensRepeatable');
});

const document = (content: string, at = '2024-01-01T00:00:00Z') =>
  `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>${at}</responseDate><request/>${content}</OAI-PMH>`;
const identify = document('<Identify><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>');
const header = (id: number, at: string) => `<header><identifier>oai:x:${id}</identifier><datestamp>${at}</datestamp></header>`;
const error = (code: string) => document(`<error code="${code}"/>`);

/** Refuses seconds, whatever it declares; a day as until is the whole day; errors come as 200. */
const refusesSeconds: Transport = async (url) => {
  const query = new URL(url).searchParams;
  const headers = header(1, '2023-05-01T10:00:00Z') + header(2, '2023-05-02T11:00:00Z');
  const answer = (): string => {
    if (query.get('verb') === 'Identify') return identify;
    if (query.get('verb') === 'ListSets') return error('noSetHierarchy');
    if (query.get('verb') === 'ListMetadataFormats')
      return document('<ListMetadataFormats><metadataFormat><metadataPrefix>mods</metadataPrefix></metadataFormat></ListMetadataFormats>');
    if (query.get('verb') === 'GetRecord') return error('idDoesNotExist');
    if (query.get('metadataPrefix') !== 'mods') return error('cannotDisseminateFormat');
    if (query.get('from')?.includes('T')) return error('badArgument');
    if (query.get('from') === '1900-01-01') return error('noRecordsMatch');
    if (query.has('from')) return document(`<ListIdentifiers>${header(2, '2023-05-02T11:00:00Z')}</ListIdentifiers>`);
    return document(
      `<ListRecords>${headers.replaceAll('<header>', '<record><header>').replaceAll('</header>', '</header></record>')}</ListRecords>`,
    );
  };
  return { status: 200, headers: { 'content-encoding': 'identity' }, body: Buffer.from(answer()) };
};

test('a server that declares seconds and takes only days', async () => {
  const { profile, asked } = await probe(refusesSeconds);
  expect(asked).toEqual(['identify', 'formats', 'sets', 'list', 'from', 'fromDay', 'window', 'empty', 'prefix', 'record']);
  expect(profile).toMatchObject({
    metadataPrefix: 'mods',
    sets: false,
    granularity: { declared: 'YYYY-MM-DDThh:mm:ssZ', accepted: 'YYYY-MM-DD' },
    order: 'ascending',
    fromHonoured: true,
    untilHonoured: true,
    inclusive: true,
    errors: {
      noRecordsMatch: { status: 200, code: 'noRecordsMatch' },
      unknownFormat: { status: 200, code: 'cannotDisseminateFormat' },
      unknownIdentifier: { status: 200, code: 'idDoesNotExist' },
    },
    settings: { selective: true, granularity: 'YYYY-MM-DD' },
  });
});

test('nothing answers', async () => {
  const { profile } = await probe(async () => ({ status: 500, headers: {}, body: Buffer.from('<html>') }));
  expect(profile).toMatchObject({
    repositoryName: null,
    sets: null,
    settings: {},
    errors: { unknownFormat: { status: 500, code: 'HTTP 500' } },
  });
});

test('no question is asked twice, whatever the answers', () => {
  const answers: { -readonly [Name in keyof ProbeAnswers]: ProbeAnswers[Name] } = {};
  for (let count = 0, next = nextProbe(answers); next !== null; next = nextProbe(answers)) {
    expect(answers).not.toHaveProperty(next.name);
    answers[next.name] = { reply: null, failure: 'gone', latencyMs: 0 };
    expect(++count).toBeLessThanOrEqual(13);
  }
});

test.each([
  ['.eJwNzTEOgCAMBdC7.aQ1b2w.sig_-x', 'signed text, as of Invenio'],
  ['oai_dc/2020-01-01///100', 'readable: it carries its arguments'],
  [Buffer.from('{"metadataPrefix":"oai_dc"}').toString('base64'), 'base64 of its arguments'],
  ['1700000000123', 'a number'],
  ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'a UUID'],
  ['!x', 'opaque'],
])('the token %s is %s', (token, form) => {
  expect(describeToken(token, 'oai_dc', { responseDate: '', resumptionToken: null })).toEqual({
    length: token.length,
    form,
    lifeSeconds: null,
    hasCursor: false,
  });
});
