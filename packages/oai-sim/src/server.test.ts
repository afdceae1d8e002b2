import { createConnection } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import type { Fault } from './faults.ts';
import { createRepository } from './repository.ts';
import { startServer } from './server.ts';
import type { RunningServer, ServerOptions } from './server.ts';

const LIST = '?verb=ListRecords&metadataPrefix=oai_datacite';

function serve(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  return startServer({ repository: createRepository({ size: 120 }), ...options });
}

test('serves on loopback, says its own address, counts, and stops', async () => {
  const server = await serve();
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oai2d$/);
  const identify = await (await fetch(`${server.url}?verb=Identify`)).text();
  expect(identify).toContain(`<baseURL>${server.url}</baseURL>`);
  const touched = await fetch(`${server.origin}/_sim/touch`, { method: 'POST', body: '{"fraction":1}' });
  expect(await touched.json()).toEqual({ changed: 120 });
  expect((await (await fetch(`${server.origin}/_sim/requests`)).json())).toMatchObject({ requests: 1, statuses: { 200: 1 } });
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow();
});

test('HEAD has headers and no body, POST with a body is read by its URL', async () => {
  await using server = await serve();
  const head = await request(server.url + LIST, { method: 'HEAD' });
  expect([head.statusCode, Number(head.headers['content-length']) > 100_000, await head.body.text()]).toEqual([200, true, '']);
  const post = await request(server.url, { method: 'POST', body: 'verb=Identify' });
  expect([post.statusCode, await post.body.text()]).toEqual([422, expect.stringContaining('badVerb')]);
});

test('gzip only for those who ask, and only when it is on', async () => {
  await using on = await serve({ gzip: true });
  await using off = await serve();
  const ask = async (server: RunningServer, headers: Record<string, string>): Promise<[unknown, Buffer]> => {
    const reply = await request(server.url + LIST, { headers });
    return [reply.headers['content-encoding'], Buffer.from(await reply.body.arrayBuffer())];
  };
  const [encoding, packed] = await ask(on, { 'accept-encoding': 'gzip, br' });
  expect([encoding, gunzipSync(packed).toString()]).toEqual(['gzip', expect.stringContaining('</OAI-PMH>')]);
  expect((await ask(on, {}))[0]).toBeUndefined();
  expect((await ask(off, { 'accept-encoding': 'gzip' }))[0]).toBeUndefined();
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
  let answers = 0;
  const done = new Promise<void>((resolve) => socket.on('data', (data) => {
    answers += data.toString().split('HTTP/1.1 200').length - 1;
    if (answers === 1) socket.write('GET /oai2d?verb=Identify HTTP/1.1\r\nHost: x\r\n\r\n');
    else resolve();
  }));
  socket.write('GET /oai2d?verb=Identify HTTP/1.1\r\nHost: x\r\n\r\n');
  await done;
  socket.destroy();
});

describe('faults of the connection', () => {
  const reply = async (fault: Fault): Promise<{ status: number; read: Promise<string> }> => {
    const server = await serve({ faults: [fault] });
    try {
      const { statusCode, body } = await request(server.url + LIST, { headersTimeout: 2000, bodyTimeout: 2000 });
      const read = body.text();
      await read.catch(() => undefined);
      return { status: statusCode, read };
    } finally {
      await server.close();
    }
  };

  test('cut-before-headers and cut-after-consumed: no answer', async () => {
    await expect(reply({ fault: 'cut-before-headers' })).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    await expect(reply({ fault: 'cut-after-consumed' })).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });

  test('cut-body: status 200, then the connection ends', async () => {
    const { status, read } = await reply({ fault: 'cut-body' });
    expect(status).toBe(200);
    await expect(read).rejects.toThrow();
  });

  test('stall: headers, then nothing, then the end', async () => {
    const start = performance.now();
    const { status, read } = await reply({ fault: 'stall', ms: 300 });
    expect(status).toBe(200);
    await expect(read).rejects.toThrow();
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  });

  test('slow-body: all of it, late', async () => {
    const start = performance.now();
    const { read } = await reply({ fault: 'slow-body', ms: 300 });
    expect(await read).toContain('</OAI-PMH>');
    expect(performance.now() - start).toBeGreaterThanOrEqual(280);
  });
});
