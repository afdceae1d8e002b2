import { createOaiClient } from '@thresher/oai';
import { describe, expect, test } from 'vitest';
import { createRepository } from '../repository/repository.ts';
import type { RequestCounts } from './request-log.ts';
import { createSim, handle } from './sim.ts';
import { ask, LIST, NOW } from '../../test/simulated.ts';
import { createTransport } from './transport.ts';

const repository = createRepository({ size: 230 });

describe('the rate limit', () => {
  const identify = (
    sim: ReturnType<typeof createSim>,
    at: number,
    agent = 'a',
  ): { status: number; headers: Readonly<Record<string, string>> } =>
    handle(
      { method: 'GET', url: '/oai2d?verb=Identify', headers: { host: 'x', 'user-agent': agent }, address: '127.0.0.1' },
      sim,
      NOW + at,
    );

  test('counts in a moving minute, per user agent and address, and refused requests do not count', () => {
    const sim = createSim({ repository, ratePerMinute: 3 });
    expect([0, 10_000, 20_000, 30_000, 59_000].map((at) => identify(sim, at).status)).toEqual([200, 200, 200, 429, 429]);
    expect([60_000, 60_500, 69_999, 70_000].map((at) => identify(sim, at).status)).toEqual([200, 429, 429, 200]);
    expect(identify(sim, 60_600, 'b').status).toBe(200);
  });

  test('shows in the headers of good and refused answers, Retry-After included', () => {
    const sim = createSim({ repository, ratePerMinute: 2 });
    const reset = String(Math.floor(NOW / 1000) + 61);
    expect(identify(sim, 0).headers).toMatchObject({
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': reset,
      'retry-after': '60',
    });
    expect(identify(sim, 20_000).headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'retry-after': '40' });
    expect(identify(sim, 30_000)).toMatchObject({
      status: 429,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': reset,
        'retry-after': '30',
      },
    });
  });

  test('refuses before the list is touched', () => {
    const sim = createSim({ repository, ratePerMinute: 1 });
    const { token } = ask(sim, LIST);
    expect(ask(sim, `verb=ListIdentifiers&resumptionToken=${token}`).status).toBe(429);
    const expected = ask(repository, `verb=ListIdentifiers&resumptionToken=${ask(repository, LIST).token}`).recids;
    expect(ask(sim, `verb=ListIdentifiers&resumptionToken=${token}`, NOW + 61_000).recids).toEqual(expected);
  });

  test('without one there are no such headers', () => {
    expect(Object.keys(identify(createSim({ repository }), 0).headers)).toEqual(['content-type']);
  });
});

test('latency is drawn from its range by the seed', () => {
  const delays = (): (number | undefined)[] => {
    const sim = createSim({ repository, latencyMs: { min: 50, max: 400 } });
    return Array.from({ length: 50 }, () => handle({ method: 'GET', url: '/oai2d?verb=Identify', headers: {} }, sim, NOW).delayMs);
  };
  expect(delays()).toEqual(delays());
  for (const delay of delays()) expect(delay).toSatisfy((ms: number) => ms >= 50 && ms <= 400);
  expect(new Set(delays()).size).toBeGreaterThan(40);
});

test('other paths are 404', () => {
  for (const url of ['/', '/oai2d/', '/oai', '/_sim'])
    expect(handle({ method: 'GET', url, headers: {} }, repository, NOW).status).toBe(404);
});

describe('/_sim/', () => {
  const post = (sim: ReturnType<typeof createSim>, action: string, body: unknown): { status: number; body: string } => {
    const answer = handle(
      { method: 'POST', url: `/_sim/${action}`, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) },
      sim,
      NOW,
    );
    return { status: answer.status, body: Buffer.from(answer.body).toString().trim() };
  };
  const get = (sim: ReturnType<typeof createSim>, question: string): string =>
    Buffer.from(handle({ method: 'GET', url: `/_sim/${question}`, headers: {} }, sim, NOW).body).toString();

  test('changes the repository and shows its ledger', () => {
    const sim = createSim({ repository: createRepository({ size: 60 }) });
    const lines = (): { identifier: string; datestamp: string; setSpecs: string[]; metadataVersion: number }[] =>
      get(sim, 'ledger')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as never);
    const [one, two] = lines();
    expect(post(sim, 'touch', { ids: [one?.identifier], at: '2026-10-01T00:00:00Z' }).body).toBe('{"changed":1}');
    expect(lines()[0]).toMatchObject({ identifier: one?.identifier, datestamp: '2026-10-01T00:00:00Z', metadataVersion: 1 });
    expect(post(sim, 'add-to-set', { ids: [two?.identifier], setSpec: 'user-new' }).body).toBe('{"changed":1}');
    expect(lines()[1]?.setSpecs).toContain('user-new');
    expect(post(sim, 'remove-from-set', { fraction: 1, setSpec: 'user-new' }).body).toBe('{"changed":1}');
    expect(post(sim, 'vanish', { ids: [one?.identifier] }).body).toBe('{"changed":1}');
    expect(lines().length).toBe(59);
    expect(post(sim, 'restore', { ids: [one?.identifier] }).body).toBe('{"changed":1}');
    expect(JSON.parse(post(sim, 'create', { count: 3 }).body)).toMatchObject({
      identifiers: [expect.any(String), expect.any(String), expect.any(String)],
    });
    expect(lines().length).toBe(63);
  });

  test('adds and clears faults', () => {
    const sim = createSim({ repository });
    expect(post(sim, 'faults', { faults: [{ fault: 'http-503', times: 5 }] }).body).toBe('{"added":1}');
    expect(ask(sim, LIST).status).toBe(503);
    post(sim, 'clear-faults', '');
    expect(ask(sim, LIST).status).toBe(200);
  });

  test('counts requests, not itself', () => {
    const sim = createSim({ repository, ratePerMinute: 2, faults: [{ fault: 'cut-before-headers', at: { request: 2 } }] });
    ask(sim, LIST);
    ask(sim, `${LIST}&set=software`);
    ask(sim, 'verb=Identify', NOW + 59_000);
    ask(sim, 'verb=Identify', NOW + 90_000);
    const counts = JSON.parse(get(sim, 'requests')) as RequestCounts;
    expect(counts).toEqual({
      requests: 4,
      resumed: 0,
      repeatedTokens: 0,
      statuses: { 200: 2, 0: 1, 429: 1 },
      verbs: { ListIdentifiers: 2, Identify: 2 },
      faults: { 'cut-before-headers': 1 },
      refused429: 1,
      maxInAnyMinute: 3,
      perMinute: { '2026-09-01T12:00Z': 3, '2026-09-01T12:01Z': 1 },
    });
  });

  test('says what is wrong with a request', () => {
    const sim = createSim({ repository });
    expect(post(sim, 'touch', {})).toEqual({ status: 400, body: '{"error":"ids or fraction needed"}' });
    expect(post(sim, 'touch', '{').status).toBe(400);
    expect(post(sim, 'touch', { ids: [], at: 'yesterday' }).body).toContain('at is not a time');
    expect(post(sim, 'add-to-set', { ids: [] }).body).toContain('setSpec needed');
    expect(post(sim, 'faults', { faults: [{ fault: 'no-such' }] })).toEqual({
      status: 400,
      body: '{"error":"no fault is called no-such"}',
    });
    expect(post(sim, 'nothing', {}).status).toBe(404);
    expect(handle({ method: 'GET', url: '/_sim/ledger', headers: {} }, createSim({ repository, admin: false }), NOW).status).toBe(404);
  });
});

test('the OAI client of this project walks it without a port', async () => {
  const sim = createSim({ repository: createRepository({ size: 230 }) });
  await using client = createOaiClient({ baseURL: 'http://sim.test/oai2d', userAgent: 'test', transport: createTransport(sim, () => NOW) });
  expect(await client.identify()).toMatchObject({
    repositoryName: 'Zenodo',
    deletedRecord: 'no',
    earliestDatestamp: '2014-02-03T14:41:33Z',
  });
  const found: string[] = [];
  for await (const { page } of client.listPages({ verb: 'ListRecords', metadataPrefix: 'oai_datacite' })) {
    expect(page.faults).toEqual([]);
    for (const record of page.records) {
      expect(record.metadata?.name).toBe('oai_datacite');
      found.push(record.header.identifier);
    }
  }
  expect(found.sort()).toEqual([...sim.repository.ledger()].map(({ identifier }) => identifier).sort());
});
