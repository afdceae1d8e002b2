import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openResources, sendWebhooks, startHarvester } from '@thresher/pipeline';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createWholeDatabase, log, simulate } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers with the statuses it is given, then with 200. */
async function receive(...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void request.toArray().then((parts) => {
      received.push({ headers: request.headers, body: Buffer.concat(parts as Buffer[]).toString() });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()).closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, close, [Symbol.asyncDispose]: close };
}

interface Message {
  readonly type: string;
  readonly data: { readonly changes: readonly { type: string; community: string | null; record: { oai_identifier: string } }[] };
}

/** The messages that arrived, checked with the reference implementation of Standard Webhooks. */
const verified = (secret: string, { headers, body }: Received): Message =>
  new Webhook(secret).verify(body, headers as Record<string, string>) as Message;

const told = (secret: string, received: readonly Received[]): string[] =>
  received.flatMap((one) =>
    verified(secret, one).data.changes.map(({ type, community, record }) =>
      [type, community, record.oai_identifier].filter(Boolean).join(' '),
    ),
  );

/** The receivers of these tests are on this machine. */
const env = { OUTBOUND_ALLOW: '127.0.0.1' };

async function open() {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createWholeDatabase(process.env['DATABASE_URL']));
  const sim = stack.use(await simulate({ seed: 81, size: 130, communities: ['corals', 'reefs', 'none'] }));
  const say = (...argv: string[]) => thresher({ databaseUrl: database.url, env }, ...argv);
  const add = async (...argv: string[]) =>
    JSON.parse((await say('webhook', 'add', ...argv, '--json')).out) as { id: number; secret: string };
  const send = (delaysMs: readonly number[] = []) =>
    sendWebhooks({ db: database.db, log, userAgent: 'test', allowed: ['127.0.0.1'], delaysMs }, new AbortController().signal);
  return { db: database.db, databaseUrl: database.url, sim, say, add, send, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('webhooks', { timeout: 60_000 }, () => {
  it('tell of every change once, signed, a hundred a message', async () => {
    await using desk = await open();
    await using receiver = await receive();
    const { secret } = await desk.add(receiver.url);
    await desk.say('harvest', desk.sim.url);
    expect((await desk.say('webhook', 'deliver')).code).toBe(0);
    const all = told(secret, receiver.received);
    expect(
      all
        .filter((line) => line.startsWith('created'))
        .map((line) => line.slice(8))
        .toSorted(),
    ).toEqual([...desk.sim.ledger().keys()].toSorted());
    for (const one of receiver.received) expect(verified(secret, one).data.changes.length).toBeLessThanOrEqual(100);
    expect(() => verified('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', receiver.received[0]!)).toThrow(/signature/i);
    const before = receiver.received.length;
    const [touched] = [...desk.sim.ledger().keys()] as [string];
    desk.sim.repository.touch([touched], Date.now());
    await desk.say('sync', desk.sim.url);
    await desk.say('webhook', 'deliver');
    await desk.say('webhook', 'deliver');
    expect(told(secret, receiver.received.slice(before))).toEqual([`updated ${touched}`]);
  });

  it('tell only what is wanted', async () => {
    await using desk = await open();
    await using receiver = await receive();
    const { secret } = await desk.add(receiver.url, '--events', 'joined,left', '--community', 'reefs');
    await desk.say('harvest', desk.sim.url);
    await desk.send();
    const members = [...desk.sim.repository.ledger()]
      .filter((entry) => entry.setSpecs.includes('user-reefs'))
      .map((entry) => `joined reefs ${entry.identifier}`);
    expect(told(secret, receiver.received).toSorted()).toEqual(members.toSorted());
  });

  it('are sent again, the same message under the same id, until they are taken', async () => {
    await using desk = await open();
    await using receiver = await receive(500, 302, 200);
    const { id, secret } = await desk.add(receiver.url, '--events', 'deleted');
    await desk.say('harvest', desk.sim.url);
    const { db } = desk;
    await db.insertInto('harvest.webhook_delivery').values({ webhook_id: id, body: '{"type":"x"}', changes: 1 }).execute();
    expect(await desk.send([0, 0, 0])).toEqual({ delivered: 1, failed: 2 });
    expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(1);
    expect(receiver.received.map((one) => verified(secret, one).type)).toEqual(['x', 'x', 'x']);
    expect((await desk.say('webhook', 'log', String(id))).out).toMatch(/msg_\S+ .* delivered +1 +3 +200/);
  });

  it('are given up in the end, and sent once more when a person says so', async () => {
    await using desk = await open();
    await using receiver = await receive(500, 500);
    const { id } = await desk.add(receiver.url);
    await desk.db.insertInto('harvest.webhook_delivery').values({ webhook_id: id, body: '{}', changes: 1 }).execute();
    expect(await desk.send([0])).toEqual({ delivered: 0, failed: 2 });
    expect((await desk.say('webhook', 'list')).out).toMatch(/ 0 +1 +active\n$/);
    expect((await desk.say('webhook', 'retry', String(id))).err).toContain('1 messages are sent again');
    expect(await desk.send()).toEqual({ delivered: 1, failed: 0 });
  });

  it('stop where the receiver wants no more, and where it is removed', async () => {
    await using desk = await open();
    await using receiver = await receive(410);
    const { id } = await desk.add(receiver.url);
    await desk.say('harvest', desk.sim.url);
    await desk.send();
    expect(receiver.received).toHaveLength(1);
    expect((await desk.say('webhook', 'list')).out).toContain('the receiver answers 410: it wants no more');
    expect(await desk.send()).toEqual({ delivered: 0, failed: 0 });
    expect((await desk.say('webhook', 'remove', String(id))).code).toBe(0);
    expect(await desk.say('webhook', 'log', String(id))).toMatchObject({ code: 2, err: expect.stringContaining('thresher webhook list') });
  });

  it('wait for nobody: one that does not answer keeps no other waiting', async () => {
    await using desk = await open();
    await using receiver = await receive();
    const gone = await receive();
    await gone.close();
    await desk.add(gone.url);
    const { secret } = await desk.add(receiver.url);
    await desk.say('harvest', desk.sim.url);
    const round = await desk.send([60_000]);
    expect(round.failed).toBeGreaterThan(0);
    expect(told(secret, receiver.received).filter((line) => line.startsWith('created'))).toHaveLength(130);
    expect((await desk.say('webhook', 'log', '1')).out).toMatch(/no answer: .*ECONNREFUSED/);
  });

  it('several processes send each message once', async () => {
    await using desk = await open();
    await using receiver = await receive();
    const { secret } = await desk.add(receiver.url);
    await desk.say('harvest', desk.sim.url);
    await Promise.all(Array.from({ length: 4 }, () => desk.send()));
    const all = told(secret, receiver.received);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((line) => line.startsWith('created'))).toHaveLength(130);
  });

  it('are sent by the harvester process', async () => {
    await using desk = await open();
    await using receiver = await receive();
    const { secret } = await desk.add(receiver.url, '--events', 'created');
    await desk.say('harvest', desk.sim.url);
    const stop = new AbortController();
    await using resources = openResources({ ...env, DATABASE_URL: desk.databaseUrl }, log);
    const harvester = startHarvester(resources, stop.signal);
    while (told(secret, receiver.received).length < 130) await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort(new Error('the test is over'));
    await harvester.catch(() => {});
    expect(told(secret, receiver.received)).toHaveLength(130);
  });

  it('are refused where they make no sense', async () => {
    await using desk = await open();
    expect(await desk.say('webhook', 'add', 'ftp://example.org')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is not an http or https URL'),
    });
    expect(await desk.say('webhook', 'add', 'http://127.0.0.1/x', '--events', 'moved')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no event "moved", only created'),
    });
  });
});
