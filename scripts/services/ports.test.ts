import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, keepPort, keptPort, startOnFreePort } from './ports.ts';

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

test('a port that another program takes before the server does is left to it', async () => {
  const usual = await freePort(0);
  const tried: number[] = [];
  const server = await startOnFreePort(usual, async (port) => {
    tried.push(port);
    if (tried.length === 1) await listen(port);
    return listen(port);
  });
  expect(tried[0]).toBe(usual);
  expect(tried).toHaveLength(2);
  expect((server.address() as AddressInfo).port).toBe(tried[1]);
});

test('a server that fails while its port is free fails once', async () => {
  let tries = 0;
  const starting = startOnFreePort(0, async () => {
    tries++;
    throw new Error('no memory');
  });
  await expect(starting).rejects.toThrow('no memory');
  expect(tries).toBe(1);
});

test('it does not try forever', async () => {
  let tries = 0;
  const starting = startOnFreePort(0, async (port) => {
    tries++;
    await listen(port);
    throw new Error('ended while starting');
  });
  await expect(starting).rejects.toThrow('ended while starting');
  expect(tries).toBe(4);
});

test('the port of the last start comes first, then the usual one, then those after it', async () => {
  const [before, usual] = [await freePort(0), await freePort(0)];
  expect(await freePort(usual, before)).toBe(before);
  await listen(before);
  expect(await freePort(usual, before)).toBe(usual);
  await listen(usual);
  const next = await freePort(usual, before);
  expect(next).toBeGreaterThan(usual);
  expect(next).toBeLessThanOrEqual(usual + 9);
});

test('a port is kept in a file; a file with anything else keeps none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'port-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'port');
  expect(keptPort(file)).toBeUndefined();
  keepPort(file, 9_201);
  expect(keptPort(file)).toBe(9_201);
  for (const text of ['', 'none', '70000', '-1']) {
    writeFileSync(file, text);
    expect(keptPort(file)).toBeUndefined();
  }
});
