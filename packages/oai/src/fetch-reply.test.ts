import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { queryObjects } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchReply } from './fetch-reply.ts';
import { createDispatcher, undiciTransport } from './transport.ts';
import type { Transport } from './transport.ts';

const XML = Buffer.from(`<?xml version="1.0"?><OAI-PMH>${'é'.repeat(5000)}</OAI-PMH>`);

/** Paths of a server that answers in every way a server should not. */
const ROUTES: Readonly<Record<string, RequestListener>> = {
  '/plain': (_, response) => response.setHeader('Content-Type', 'text/xml; charset=utf-8').end(XML),
  '/headers': (request, response) => response.end(JSON.stringify(request.headers)),
  '/gzip': (_, response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(XML)),
  '/secret-gzip': (_, response) => response.end(gzipSync(XML)),
  '/bomb': (_, response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(Buffer.alloc(3_000_000))),
  '/broken-gzip': (_, response) =>
    response.setHeader('Content-Encoding', 'gzip').end(Buffer.concat([gzipSync(XML).subarray(0, 20), Buffer.alloc(50, 7)])),
  '/cut-gzip': (_, response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(XML).subarray(0, -10)),
  '/large': (_, response) => response.end(Buffer.alloc(2_000_000, 32)),
  '/cut-length': (_, response) =>
    void response.setHeader('Content-Length', XML.length).write(XML.subarray(0, 100), () => response.destroy()),
  '/cut-chunks': (_, response) => void response.write(XML.subarray(0, 100), () => response.destroy()),
  '/reset': (request) => request.socket.resetAndDestroy(),
  '/close': (request) => request.socket.destroy(),
  '/never': () => {},
  '/stalls': (_, response) => void response.write('<?xml'),
  '/error': (_, response) => response.writeHead(422).end('<OAI-PMH/>'),
  '/to-plain': (_, response) => response.writeHead(302, { location: '/plain?verb=Identify' }).end('moved'),
  '/circle': (_, response) => response.writeHead(301, { location: '/circle' }).end(),
  '/to-file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/not-modified': (_, response) => response.writeHead(304).end(),
};

const server = createServer((request, response) => ROUTES[request.url!.split('?')[0]!]!(request, response));
const dispatcher = createDispatcher(1000, { allowed: ['127.0.0.1'] });
const network = undiciTransport(dispatcher);
let origin = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await dispatcher.destroy();
  server.closeAllConnections();
  server.close();
});

const limits = { userAgent: 'thresher/test', timeoutMs: 500, maxBytes: 1_000_000 };
const get = (path: string, transport: Transport = network, signal?: AbortSignal) =>
  fetchReply(transport, `${origin}${path}?verb=Identify`, limits, signal);

test('the body arrives as it was sent', async () => {
  const reply = await get('/plain');
  expect([Buffer.from(reply.bytes).equals(XML), reply.wireBytes, reply.charset, reply.status]).toEqual([true, XML.length, 'utf-8', 200]);
});

test('the request names the client and the encodings that it can unpack', async () => {
  const headers = JSON.parse(Buffer.from((await get('/headers')).bytes).toString()) as Record<string, string>;
  expect(headers).toMatchObject({ 'user-agent': 'thresher/test', 'accept-encoding': 'gzip, deflate, br, zstd' });
});

test.each(['/gzip', '/secret-gzip'])('%s is unpacked, and its length on the wire told', async (path) => {
  const reply = await get(path);
  expect([Buffer.from(reply.bytes).equals(XML), reply.wireBytes]).toEqual([true, gzipSync(XML).length]);
});

test('a status that is not a success is a reply', async () => {
  expect(await get('/error')).toMatchObject({ status: 422, wireBytes: 10 });
  expect(await get('/not-modified')).toMatchObject({ status: 304, wireBytes: 0 });
});

test('redirects are followed', async () => {
  expect(await get('/to-plain')).toMatchObject({ status: 200, url: `${origin}/plain?verb=Identify` });
});

test.each([
  ['/bomb', 'too-large', /^the answer of http.*\/bomb is larger than 1000000 bytes$/],
  ['/large', 'too-large', /is larger than 1000000 bytes$/],
  ['/cut-gzip', 'cut-off', /^the compressed answer of http.*\/cut-gzip was cut off$/],
  ['/broken-gzip', 'encoding', /^the compressed answer of http.*\/broken-gzip cannot be unpacked$/],
  ['/cut-length', 'cut-off', /\/cut-length was cut off after \d+ bytes$/],
  ['/cut-chunks', 'cut-off', /\/cut-chunks was cut off after \d+ bytes$/],
  ['/reset', 'connection', /^127\.0\.0\.1:\d+ closed the connection without an answer$/],
  ['/close', 'connection', /^127\.0\.0\.1:\d+ closed the connection without an answer$/],
  ['/never', 'timeout', /^no answer from http:\/\/127\.0\.0\.1:\d+\/never within 0\.5 s$/],
  ['/stalls', 'timeout', /\/stalls within 0\.5 s$/],
  ['/circle', 'redirect', /\/circle redirects more than 5 times$/],
  ['/to-file', 'redirect', /redirects to file:\/\/\/etc\/passwd, which is no web address$/],
])('%s: no reply, %s', async (path, reason, message) => {
  const error = await get(path).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: 'NoReplyError', reason });
  expect((error as Error).message).toMatch(message);
});

test('where nothing listens', async () => {
  const error = await fetchReply(network, 'http://127.0.0.1:1/oai', limits).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: 'NoReplyError', reason: 'connection', cause: { code: 'ECONNREFUSED' } });
  expect((error as Error).message).toBe('nothing listens at 127.0.0.1:1: the connection was refused');
});

test('an abort is not a failed request', async () => {
  const stop = new AbortController();
  const reason = new Error('stopping');
  setTimeout(() => stop.abort(reason), 20);
  await expect(get('/never', network, stop.signal)).rejects.toBe(reason);
  await expect(get('/plain', network, stop.signal)).rejects.toBe(reason);
});

test('https does not turn into http', async () => {
  const transport: Transport = async () => ({ status: 301, headers: { location: 'http://x.org/oai?a=1' }, body: new Uint8Array() });
  await expect(fetchReply(transport, 'https://x.org/oai', limits)).rejects.toThrow(
    'https://x.org/oai redirects from https to http (http://x.org/oai), which is refused',
  );
});

test('a transport may hand over its body in pieces; one that is shorter than promised is cut off', async () => {
  async function* pieces() {
    yield XML.subarray(0, 10);
    yield XML.subarray(10);
  }
  const transport =
    (length: number): Transport =>
    async () => ({ status: 200, headers: { 'content-length': String(length) }, body: pieces() });
  expect((await fetchReply(transport(XML.length), 'http://x.org/oai', limits)).bytes).toEqual(XML);
  await expect(fetchReply(transport(XML.length + 1), 'http://x.org/oai', limits)).rejects.toMatchObject({ reason: 'cut-off' });
});

test('a request that was answered leaves no timer behind', async () => {
  const { constructor: Timeout } = setTimeout(() => {}, 0);
  const timers = (): number => queryObjects(Timeout, { format: 'count' });
  const patient = { ...limits, timeoutMs: 60_000 };
  const signal = new AbortController().signal;
  await get('/plain');
  const before = timers();
  for (let n = 0; n < 20; n++) await fetchReply(network, `${origin}/plain`, patient, signal);
  expect(timers() - before).toBeLessThan(5);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
