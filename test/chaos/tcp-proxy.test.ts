import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { openTcpProxy } from './tcp-proxy.ts';

/** A server that says everything again, and a way to it. */
async function openEcho() {
  const stack = new AsyncDisposableStack();
  const received: Socket[] = [];
  const server = createServer((socket) => {
    received.push(socket);
    socket.on('error', () => {}).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const proxy = stack.use(await openTcpProxy(() => ({ host: '127.0.0.1', port })));
  const open = async (): Promise<Socket> => {
    const socket = stack.adopt(connect(proxy.port, '127.0.0.1'), (one) => void one.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  return { proxy, open, received, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

it('passes bytes both ways, and resets connections', async () => {
  await using way = await openEcho();
  const socket = await way.open();
  expect(await echo(socket, 'hello')).toBe('hello');
  const closed = Promise.withResolvers<void>();
  socket.once('close', () => closed.resolve());
  way.proxy.cut();
  await closed.promise;
  expect(await echo(await way.open(), 'again')).toBe('again');
});

it('a connection that fell silent stays silent while new ones work', async () => {
  await using way = await openEcho();
  const socket = await way.open();
  await echo(socket, 'hello');
  way.proxy.silence();
  let heard = 0;
  socket.on('data', () => heard++).write('lost');
  expect(await echo(await way.open(), 'new')).toBe('new');
  expect([heard, socket.destroyed]).toEqual([0, false]);
});

it('the server sees the end of a connection whose client is stopped', async () => {
  await using way = await openEcho();
  const socket = await way.open();
  await echo(socket, 'hello');
  const [seen] = way.received;
  const ended = once(seen!, 'close');
  way.proxy.cutBehind();
  await ended;
  expect(seen!.destroyed).toBe(true);
});
