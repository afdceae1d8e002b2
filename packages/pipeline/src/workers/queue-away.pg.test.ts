import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createTestDatabase } from '@thresher/store/testing';
import { expect, test } from 'vitest';
import { createPageQueue } from '../queue/page-queue.ts';

/** A port of this machine, and who is connected to it. */
interface Port extends AsyncDisposable {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
}

/** Where connections are accepted, and then handed to `serve`. */
async function listen(serve: (socket: Socket) => void, at = 0): Promise<Port> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    serve(socket);
  }).listen(at, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, sockets, [Symbol.asyncDispose]: close };
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  await using taken = await listen(() => {});
  return taken.port;
}

/** A queue on PostgreSQL at that port. `failed` resolves with the first error. */
function openAt(port: number, databaseUrl = 'postgres://nobody@127.0.0.1/none') {
  const url = new URL(databaseUrl);
  url.port = String(port);
  const { promise: failed, resolve: onError } = Promise.withResolvers<Error>();
  const queue = createPageQueue({ redisUrl: undefined, databaseUrl: url.href, installation: 'away', onError, connectMs: 300 });
  return { queue, failed };
}

test('work that is stopped ends where nobody listens, at once and later', { timeout: 8_000 }, async () => {
  const port = await freePort();
  {
    const { queue } = openAt(port);
    await using _queue = queue;
    await using _worker = queue.work(async () => {}, 1);
  }
  const { queue, failed } = openAt(port);
  await using _queue = queue;
  await using _worker = queue.work(async () => {}, 1);
  expect(await failed).toMatchObject({ code: 'ECONNREFUSED' });
  await expect(queue.add([1])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('work that is stopped ends where connections are never answered, and leaves none', { timeout: 8_000 }, async () => {
  await using silence = await listen((socket) => socket.resume());
  {
    const { queue } = openAt(silence.port);
    await using _queue = queue;
    await using _worker = queue.work(async () => {}, 1);
  }
  {
    const { queue, failed } = openAt(silence.port);
    await using _queue = queue;
    await using _worker = queue.work(async () => {}, 1);
    expect((await failed).message).toMatch(/timeout/);
    await expect(queue.count()).rejects.toThrow(/timeout/);
  }
  await expect.poll(() => silence.sockets.size).toBe(0);
});

test('work begins as soon as PostgreSQL is there', { timeout: 20_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const { hostname, port: realPort } = new URL(database.url);
  const port = await freePort();
  const { queue, failed } = openAt(port, database.url);
  await using _queue = queue;
  const { promise: worked, resolve } = Promise.withResolvers<number>();
  await using _worker = queue.work(async (pageId) => resolve(pageId), 1);
  await failed;
  await expect(queue.add([1])).rejects.toThrow();
  await using _proxy = await listen((socket) => {
    const to = connect(Number(realPort || 5432), hostname);
    socket.pipe(to).on('error', () => socket.destroy());
    to.pipe(socket);
  }, port);
  await queue.add([2]);
  expect(await worked).toBe(2);
});
