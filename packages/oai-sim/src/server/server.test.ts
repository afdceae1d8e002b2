import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { createConnection } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../faults/faults.ts';
import { createRepository } from '../repository/repository.ts';
import { startServer } from './server.ts';
import type { RunningServer, ServerOptions } from './server.ts';

const LIST = '?verb=ListRecords&metadataPrefix=oai_datacite';

function serve(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  return startServer({ repository: createRepository({ size: 120 }), ...options });
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Rejects where the connection ends before the body does. */
  readonly body: Promise<Buffer>;
}

/** One exchange; rejects where no answer comes. */
function exchange(
  url: string,
  { body, ...options }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, ...options }, (response) => {
      const read = response.toArray().then((parts) => Buffer.concat(parts as Buffer[]));
      read.catch(() => undefined);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read });
    });
    outgoing.on('error', reject).end(body);
  });
}

test('serves on loopback, says its own address, counts, and stops', async () => {
  const server = await serve();
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oai2d$/);
  const identify = await (await fetch(`${server.url}?verb=Identify`)).text();
  expect(identify).toContain(`<baseURL>${server.url}</baseURL>`);
  const touched = await fetch(`${server.origin}/_sim/touch`, { method: 'POST', body: '{"fraction":1}' });
  expect(await touched.json()).toEqual({ changed: 120 });
  expect(await (await fetch(`${server.origin}/_sim/requests`)).json()).toMatchObject({ requests: 1, statuses: { 200: 1 } });
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow();
});

test('HEAD has headers and no body, POST with a body is read by its URL', async () => {
  await using server = await serve();
  const head = await exchange(server.url + LIST, { method: 'HEAD' });
  expect([head.status, Number(head.headers['content-length']) > 100_000, (await head.body).length]).toEqual([200, true, 0]);
  const post = await exchange(server.url, { method: 'POST', body: 'verb=Identify' });
  expect([post.status, String(await post.body)]).toEqual([422, expect.stringContaining('badVerb')]);
});

test('gzip only for those who ask, and only when it is on', async () => {
  await using on = await serve({ gzip: true });
  await using off = await serve();
  const packed = await exchange(on.url + LIST, { headers: { 'accept-encoding': 'gzip, br' } });
  expect([packed.headers['content-encoding'], gunzipSync(await packed.body).toString()]).toEqual([
    'gzip',
    expect.stringContaining('</OAI-PMH>'),
  ]);
  expect((await exchange(on.url + LIST)).headers['content-encoding']).toBeUndefined();
  expect((await exchange(off.url + LIST, { headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding']).toBeUndefined();
});

test('waits for its latency', async () => {
  await using server = await serve({ latencyMs: { min: 120, max: 150 } });
  const start = performance.now();
  await (await fetch(`${server.url}?verb=Identify`)).text();
  expect(performance.now() - start).toBeGreaterThanOrEqual(119);
});

test('keeps connections open', async () => {
  await using server = await serve();
  const { hostname, port } = new URL(server.url);
  const socket = createConnection(Number(port), hostname);
  const ask = (): boolean => socket.write('GET /oai2d?verb=Identify HTTP/1.1\r\nHost: x\r\n\r\n');
  let answers = 0;
  const done = new Promise<void>((resolve) =>
    socket.on('data', (data) => {
      answers += data.toString().split('</OAI-PMH>').length - 1;
      if (answers === 1) ask();
      if (answers === 2) resolve();
    }),
  );
  ask();
  await done;
  socket.destroy();
  expect(answers).toBe(2);
});

describe('faults of the connection', () => {
  const reply = async (fault: Fault): Promise<{ status: number; read: PromiseSettledResult<Buffer> }> => {
    await using server = await serve({ faults: [fault] });
    const { status, body } = await exchange(server.url + LIST);
    const [read] = await Promise.allSettled([body]);
    return { status, read };
  };

  test('cut-before-headers and cut-after-consumed: no answer', async () => {
    await expect(reply({ fault: 'cut-before-headers' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(reply({ fault: 'cut-after-consumed' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('cut-body: status 200, then the connection ends', async () => {
    const { status, read } = await reply({ fault: 'cut-body' });
    expect(status).toBe(200);
    expect(read.status).toBe('rejected');
  });

  test('stall: headers, then nothing, then the end', async () => {
    const start = performance.now();
    const { status, read } = await reply({ fault: 'stall', ms: 300 });
    expect(status).toBe(200);
    expect(read.status).toBe('rejected');
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  });

  test('slow-body: all of it, late', async () => {
    const start = performance.now();
    const { read } = await reply({ fault: 'slow-body', ms: 300 });
    expect(read.status === 'fulfilled' && read.value.includes('</OAI-PMH>')).toBe(true);
    expect(performance.now() - start).toBeGreaterThanOrEqual(280);
  });
});
