import { expect, test } from 'vitest';
import { createOaiClient } from './client.ts';
import { NotOaiError, OaiError, OaiHttpError, TokenLoopError, XmlError } from './errors.ts';
import type { ListArguments } from './request.ts';
import type { Transport } from './transport.ts';

const OAI = 'http://www.openarchives.org/OAI/2.0/';
const document = (content: string) =>
  `<OAI-PMH xmlns="${OAI}"><responseDate>2024-01-01T00:00:00Z</responseDate><request/>${content}</OAI-PMH>`;
const record = (id: string) =>
  `<record><header><identifier>${id}</identifier><datestamp>2024-01-01</datestamp></header><metadata><d/></metadata></record>`;
const list = (ids: string, token = '') =>
  document(
    `<ListRecords>${ids.split('').map(record).join('')}${token && `<resumptionToken>${token.trim()}</resumptionToken>`}</ListRecords>`,
  );

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** A repository whose answers are given by the query of the request; it remembers what it was asked. */
function repository(answers: Readonly<Record<string, Answer | string>>) {
  const asked: string[] = [];
  const transport: Transport = async (url, { headers }) => {
    const query = new URL(url).searchParams;
    const key = query.get('resumptionToken') ?? query.get('verb')!;
    asked.push(key);
    expect(headers['user-agent']).toBe('test');
    const answer = answers[key] ?? { status: 500, body: '<html>' };
    const { status = 200, headers: sent = {}, body } = typeof answer === 'string' ? { body: answer } : answer;
    return { status, headers: sent, body: Buffer.from(body) };
  };
  return { asked, client: createOaiClient({ baseURL: 'http://x.org/oai', userAgent: 'test', transport }) };
}

const FIRST: ListArguments = { verb: 'ListRecords', metadataPrefix: 'oai_dc' };

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

test('a list is walked page by page, each token used once', async () => {
  const { client, asked } = repository({ ListRecords: list('ab', 't1'), t1: list('', 't2'), t2: list('c', ' ') });
  const pages = await collect(client.listPages(FIRST));
  expect(pages.map(({ page }) => page.records.map(({ header }) => header.identifier))).toEqual([['a', 'b'], [], ['c']]);
  expect(asked).toEqual(['ListRecords', 't1', 't2']);
  expect(pages[0]!.page.records[0]!.metadata?.name).toBe('d');
  expect(pages[0]!.reply.wireBytes).toBe(Buffer.byteLength(list('ab', 't1')));
});

test('nothing is asked before it is wanted', async () => {
  const { client, asked } = repository({ ListRecords: list('a', 't1') });
  for await (const { page } of client.listPages(FIRST, { metadata: false })) {
    expect(page.records[0]!.metadata).toBeNull();
    break;
  }
  expect(asked).toEqual(['ListRecords']);
});

test('a token that comes back ends the walk with an error', async () => {
  const { client, asked } = repository({ ListRecords: list('a', 't1'), t1: list('b', 't2'), t2: list('c', 't1') });
  await expect(collect(client.listPages(FIRST))).rejects.toThrow(new TokenLoopError('t1'));
  expect(asked).toEqual(['ListRecords', 't1', 't2']);
});

test('noRecordsMatch is an empty list on the first request only', async () => {
  const nothing = { status: 422, body: document('<error code="noRecordsMatch"/>') };
  expect(await collect(repository({ ListRecords: nothing }).client.listPages(FIRST))).toEqual([]);
  const later = repository({ ListRecords: list('a', 't1'), t1: nothing });
  await expect(collect(later.client.listPages(FIRST))).rejects.toMatchObject({ code: 'noRecordsMatch' });
});

test.each([200, 404, 422, 500])('an error of the protocol is an OaiError, with HTTP %d too', async (status) => {
  const body = document('<error code="badResumptionToken">The value is invalid or expired.</error>');
  const { client } = repository({ ListRecords: { status, body }, Identify: { status, body }, GetRecord: { status, body } });
  const facts = { name: 'OaiError', code: 'badResumptionToken', serverMessage: 'The value is invalid or expired.', httpStatus: status };
  const message = 'the server answered badResumptionToken: The value is invalid or expired.';
  await expect(collect(client.listPages(FIRST))).rejects.toMatchObject({ ...facts, message });
  await expect(client.identify()).rejects.toMatchObject(facts);
  await expect(client.getRecord('a', 'oai_dc')).rejects.toMatchObject(facts);
});

test('a failing status without an OAI-PMH error is an HTTP error', async () => {
  const headers = { 'retry-after': '7' };
  const { client } = repository({
    ListRecords: { status: 500, body: '<html>Internal Server Error</html>', headers },
    Identify: { status: 503, body: document('<error code="badVerb"/>'), headers },
    ListSets: { status: 404, body: list('a') },
  });
  const error = await collect(client.listPages(FIRST)).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(OaiHttpError);
  expect(error).toMatchObject({ status: 500, retryAfterMs: null, bodyStart: '<html>Internal Server Error</html>' });
  expect((error as Error).message).toBe('http://x.org/oai?verb=ListRecords&metadataPrefix=oai_dc answered HTTP 500');
  await expect(client.identify()).rejects.toMatchObject({ name: 'OaiHttpError', status: 503, retryAfterMs: 7000 });
  await expect(collect(client.listSets())).rejects.toMatchObject({ name: 'OaiHttpError', status: 404 });
});

test('answers that are no OAI-PMH, and broken ones', async () => {
  const { client } = repository({ Identify: '<!doctype html><html>', ListRecords: list('ab').slice(0, -40) });
  await expect(client.identify()).rejects.toThrow(new NotOaiError('the endpoint answered an HTML page'));
  await expect(collect(client.listPages(FIRST))).rejects.toThrow(XmlError);
});

test('a list with an error next to it is a list', async () => {
  const both = document(`<error code="x"/><ListRecords>${record('a')}</ListRecords>`);
  const [first] = await collect(repository({ ListRecords: both }).client.listPages(FIRST));
  expect(first!.page.errors).toEqual([{ code: 'x', message: '' }]);
  expect(first!.page.records).toHaveLength(1);
});

test('sets are walked over their pages', async () => {
  const sets = (specs: string[], token: string) =>
    document(
      `<ListSets>${specs.map((spec) => `<set><setSpec>${spec}</setSpec></set>`).join('')}${token && `<resumptionToken>${token}</resumptionToken>`}</ListSets>`,
    );
  const { client, asked } = repository({ ListSets: sets(['a', 'b'], 't1'), t1: sets(['c'], '') });
  expect((await collect(client.listSets())).map(({ setSpec }) => setSpec)).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual(['ListSets', 't1']);
  const endless = repository({ ListSets: sets(['a'], 't1'), t1: sets(['b'], 't1') });
  await expect(collect(endless.client.listSets())).rejects.toThrow(TokenLoopError);
});

test('formats and single records', async () => {
  const { client } = repository({
    ListMetadataFormats: document(
      '<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat></ListMetadataFormats>',
    ),
    GetRecord: document(`<GetRecord>${record('a')}</GetRecord>`),
  });
  expect((await client.listMetadataFormats('a')).map(({ metadataPrefix }) => metadataPrefix)).toEqual(['oai_dc']);
  expect(await client.getRecord('a', 'oai_dc')).toMatchObject({ header: { identifier: 'a' }, metadata: { name: 'd' } });
});

test('a GetRecord without a usable record', async () => {
  const empty = repository({ GetRecord: document('<GetRecord/>') });
  await expect(empty.client.getRecord('a', 'oai_dc')).rejects.toThrow(new NotOaiError('the endpoint answered GetRecord without a record'));
  const nameless = repository({ GetRecord: document('<GetRecord><record><header/></record></GetRecord>') });
  await expect(nameless.client.getRecord('a', 'oai_dc')).rejects.toThrow('a header without an identifier');
});

test('request hands over any status without judging', async () => {
  const { client } = repository({ Identify: { status: 429, body: '', headers: { 'retry-after': '60', 'x-ratelimit-remaining': '0' } } });
  const reply = await client.request({ verb: 'Identify' });
  expect(reply).toMatchObject({ status: 429, retryAfterMs: 60_000, rateLimit: { remaining: 0 }, url: 'http://x.org/oai?verb=Identify' });
});

test('a baseURL that is none is refused at once', () => {
  expect(() => createOaiClient({ baseURL: 'x.org', userAgent: 'test' })).toThrow(TypeError);
});

test('OaiError without a code or message still says something', () => {
  expect(new OaiError([]).message).toBe('the server answered an error without a code');
});
