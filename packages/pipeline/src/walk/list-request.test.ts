import { createOaiClient, type Transport } from '@thresher/oai';
import { describe, expect, it } from 'vitest';
import { readList } from './list-request.ts';

const seconds = 'YYYY-MM-DDThh:mm:ssZ';
const window = { from: new Date('2024-01-01T00:00:00Z'), until: new Date('2024-01-31T23:59:59Z') };
const record = (id: number, datestamp: string): string =>
  `<record><header><identifier>oai:x:${id}</identifier><datestamp>${datestamp}</datestamp></header><metadata><a xmlns="urn:a"/></metadata></record>`;
const page = (inside: string, responseDate = '2020-01-01T00:00:00Z'): string =>
  `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>${responseDate}</responseDate><request>http://x/oai</request>${inside}</OAI-PMH>`;

async function answerTo(status: number, body: string, headers: Record<string, string> = {}) {
  const transport: Transport = () =>
    Promise.resolve({ status, headers: { 'content-type': 'text/xml', ...headers }, body: Buffer.from(body) });
  const client = createOaiClient({ baseURL: 'http://127.0.0.1/oai', userAgent: 'test', transport });
  const { signal } = new AbortController();
  const send = () => client.request({ verb: 'ListRecords', metadataPrefix: 'oai_dc' }, signal);
  return readList(client, send, window, seconds, signal);
}

describe('readList', () => {
  it('counts records, those outside the window too, and takes the life of a token by our own clock', async () => {
    const list = `<ListRecords>${record(1, '2024-01-05T00:00:00Z')}${record(2, '2019-01-05T00:00:00Z')}
      <resumptionToken completeListSize="9" expirationDate="2020-01-01T00:02:00Z">t</resumptionToken></ListRecords>`;
    const before = Date.now();
    const { event } = await answerTo(200, page(list));
    expect(event).toMatchObject({ kind: 'page', records: 2, outside: 1, first: 'oai:x:1', token: 't', declared: 9 });
    const life = (event as { tokenExpiresAt: Date }).tokenExpiresAt.getTime() - before;
    expect(life).toBeGreaterThanOrEqual(120_000);
    expect(life).toBeLessThan(125_000);
  });

  it.each([
    [422, page('<error code="noRecordsMatch"/>'), { kind: 'noRecordsMatch' }],
    [404, page('<error code="noRecordsMatch"/>'), { kind: 'noRecordsMatch' }],
    [200, page('<error code="badResumptionToken">gone</error>'), { kind: 'badResumptionToken' }],
    [
      422,
      page('<error code="badArgument">metadataPrefix does not exist</error>'),
      { kind: 'refused', reason: 'the server answered badArgument: metadataPrefix does not exist' },
    ],
    [500, '<!DOCTYPE html><p>oops', { kind: 'serverError', retryAfterMs: null }],
    [403, '<html/>', { kind: 'forbidden' }],
    [404, '<html/>', { kind: 'refused' }],
    [200, '<!DOCTYPE html><p>hello', { kind: 'noReply' }],
    [200, '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record>', { kind: 'noReply' }],
  ])('HTTP %i %s', async (status, body, event) => {
    expect((await answerTo(status, body)).event).toMatchObject(event);
  });

  it('reads Retry-After on 429 and 503', async () => {
    expect((await answerTo(429, '', { 'retry-after': '7' })).event).toEqual({ kind: 'tooManyRequests', retryAfterMs: 7_000 });
    expect((await answerTo(503, '', { 'retry-after': '3' })).event).toMatchObject({ kind: 'serverError', retryAfterMs: 3_000 });
  });
});
