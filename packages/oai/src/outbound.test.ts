import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { fetchReply } from './fetch-reply.ts';
import { firstAnswers, type LookupAll, type OutboundRule } from './outbound.ts';
import { createDispatcher, undiciTransport } from './transport.ts';

interface Listening extends AsyncDisposable {
  readonly port: number;
  /** Headers of the requests that arrived. */
  readonly requests: IncomingHttpHeaders[];
}

/** A server that redirects to where it is asked to in `to`, and else answers with 200. */
async function listen(host: string, port = 0): Promise<Listening> {
  const requests: IncomingHttpHeaders[] = [];
  const server: Server = createServer((request: IncomingMessage, response) => {
    requests.push(request.headers);
    const to = new URL(request.url!, 'http://x').searchParams.get('to');
    response.writeHead(to === null ? 200 : 302, to === null ? {} : { location: to, 'set-cookie': 'session=1' }).end('ok');
  });
  await once(server.listen(port, host), 'listening');
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()).closeAllConnections());
  return { port: (server.address() as AddressInfo).port, requests, [Symbol.asyncDispose]: close };
}

const limits = { userAgent: 'test', timeoutMs: 5_000, maxBytes: 1_000 };

async function get(url: string, rule: OutboundRule): Promise<{ status: number } | { reason: string; message: string }> {
  const dispatcher = createDispatcher(1_000, rule);
  try {
    const { status } = await fetchReply(undiciTransport(dispatcher), url, limits);
    return { status };
  } catch (error) {
    const { reason, message } = error as { reason: string; message: string };
    return { reason, message };
  } finally {
    await dispatcher.destroy();
  }
}

/** Names with the addresses of each answer; the last answer stays. */
function resolver(names: Readonly<Record<string, readonly (readonly string[])[]>>): LookupAll {
  const asked: Record<string, number> = {};
  return (name, _, callback) => {
    const answers = names[name] ?? [];
    const answer = answers[Math.min((asked[name] = (asked[name] ?? 0) + 1), answers.length) - 1] ?? [];
    const found = answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    queueMicrotask(() => callback(null, found));
  };
}

test('a source on a loopback address is asked, and its redirects to another address or port are not followed', async () => {
  await using source = await listen('127.0.0.1');
  await using other = await listen('127.0.0.2');
  await using neighbour = await listen('127.0.0.1');
  await using six = await listen('::1');
  const base = `http://127.0.0.1:${source.port}/oai`;
  expect(await get(base, { trusted: [base] })).toEqual({ status: 200 });
  expect(await get(`${base}?to=/oai`, { trusted: [base] })).toEqual({ status: 200 });
  const targets = [
    `127.0.0.2:${other.port}`,
    `127.0.0.1:${neighbour.port}`,
    `[::1]:${six.port}`,
    `[::ffff:127.0.0.2]:${other.port}`,
    `[::ffff:7f00:1]:${neighbour.port}`,
    `[64:ff9b::7f00:1]:${neighbour.port}`,
    `localhost:${neighbour.port}`,
    `2130706434:${other.port}`,
    `0x7f.2:${other.port}`,
    `0.0.0.0:${neighbour.port}`,
    '169.254.169.254',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '100.100.100.200',
  ];
  for (const target of targets)
    expect(await get(`${base}?to=${encodeURIComponent(`http://${target}/x`)}`, { trusted: [base] }), target).toMatchObject({
      reason: 'address',
    });
  expect([other, neighbour, six].map(({ requests }) => requests.length)).toEqual([0, 0, 0]);
});

test('the sentence names the host, the kind of its address and the variable', async () => {
  await using source = await listen('127.0.0.1');
  const base = `http://127.0.0.1:${source.port}/oai`;
  expect(await get(`${base}?to=http://10.1.2.3/x`, { trusted: [base] })).toMatchObject({
    message: `${base} leads to a refused address: 10.1.2.3 is a private address: no request is sent there unless OUTBOUND_ALLOW names it`,
  });
  const lookup = resolver({ 'inner.example': [['192.168.7.7']] });
  expect(await get(`${base}?to=http://inner.example/x`, { trusted: [base], lookup })).toMatchObject({
    message: expect.stringContaining('inner.example has the address 192.168.7.7, which is a private address'),
  });
});

test.each([
  ['an address', () => '127.0.0.2'],
  ['a network', () => '127.0.0.0/8'],
  ['an address with its port', (port: number) => `127.0.0.2:${port}`],
])('the operator permits %s', async (_, entry) => {
  await using source = await listen('127.0.0.1');
  await using other = await listen('127.0.0.2');
  const base = `http://127.0.0.1:${source.port}/oai`;
  const url = `${base}?to=http://127.0.0.2:${other.port}/`;
  expect(await get(url, { trusted: [base], allowed: [entry(other.port)] })).toEqual({ status: 200 });
  expect(await get(url, { trusted: [base], allowed: ['127.0.0.2:1', '127.0.0.3', 'localhost'] })).toMatchObject({ reason: 'address' });
  expect(other.requests).toHaveLength(1);
});

test('the operator permits a name, with any address', async () => {
  await using six = await listen('::1');
  const lookup = resolver({ 'hooks.example': [['::1']], 'other.example': [['::1']] });
  const allowed = ['Hooks.example', `[::2]:${six.port}`];
  expect(await get(`http://hooks.example:${six.port}/`, { allowed, lookup })).toEqual({ status: 200 });
  expect(await get(`http://other.example:${six.port}/`, { allowed, lookup })).toMatchObject({ reason: 'address' });
  expect(await get(`http://other.example:${six.port}/`, { allowed: [`[::1]`], lookup })).toMatchObject({ reason: 'address' });
});

test('a name whose address changes is checked at each connection', async () => {
  await using allowed = await listen('127.0.0.1');
  await using target = await listen('127.0.0.2', allowed.port);
  const lookup = resolver({ 'turns.example': [['127.0.0.1'], ['127.0.0.2']], 'mixed.example': [['127.0.0.2', '127.0.0.1']] });
  const rule = { allowed: ['127.0.0.1'], lookup };
  const ask = (host: string) => get(`http://${host}:${allowed.port}/`, rule);
  expect(await ask('turns.example')).toEqual({ status: 200 });
  expect(await ask('turns.example')).toMatchObject({ reason: 'address' });
  expect(await ask('mixed.example')).toEqual({ status: 200 });
  expect([allowed.requests.length, target.requests.length]).toEqual([2, 0]);
});

test('a source may have a private address, but not after it had a public one', async () => {
  await using inside = await listen('127.0.0.1');
  const base = `http://inside.example:${inside.port}/oai`;
  expect(await get(base, { trusted: [base], lookup: resolver({ 'inside.example': [['127.0.0.1']] }) })).toEqual({ status: 200 });
  const isInside = firstAnswers();
  const [theirs, ours] = [
    { address: '137.138.52.235', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ];
  expect([isInside('a', [theirs]), isInside('a', [ours])]).toEqual([false, false]);
  expect([isInside('b', [ours, theirs]), isInside('b', [ours])]).toEqual([false, false]);
  expect([isInside('c', []), isInside('c', [ours]), isInside('c', [theirs])]).toEqual([true, true, true]);
});

test('user and password are sent to the origin they were given for, and to no other', async () => {
  await using source = await listen('127.0.0.1');
  await using other = await listen('127.0.0.2');
  const base = `http://me:s%3Acret@127.0.0.1:${source.port}/oai`;
  const rule = { trusted: [base], allowed: ['127.0.0.2'] };
  expect(await get(`${base}?to=/second`, rule)).toEqual({ status: 200 });
  const basic = `Basic ${Buffer.from('me:s:cret').toString('base64')}`;
  expect(source.requests.map(({ authorization }) => authorization)).toEqual([basic, basic]);
  const away = `http://you:pass@127.0.0.2:${other.port}/`;
  expect(await get(`${base}?to=${encodeURIComponent(away)}`, rule)).toEqual({ status: 200 });
  expect(other.requests).toHaveLength(1);
  expect(other.requests[0]).not.toHaveProperty('authorization');
  expect(other.requests[0]).not.toHaveProperty('cookie');
  expect(other.requests[0]).not.toHaveProperty('referer');
  const refused = await get(`${base}?to=http://10.0.0.1/`, rule);
  expect(JSON.stringify(refused)).not.toContain('cret');
});
