import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Where a proxy connects to: asked for each connection, as a server that is started again may have another port. */
export type Upstream = () => { readonly host: string; readonly port: number };

/** A way to a server that can be cut or fall silent. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Resets every connection. */
  cut(): void;
  /** The server sees the connections end; the client, which may be stopped, learns of it later. */
  cutBehind(): void;
  /** From now on nothing passes on the present connections, and neither side notices. New ones work. */
  silence(): void;
  /** As `silence`, and new connections pass nothing either, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  silent: boolean;
}

/** Listens on a free port of the loopback interface. */
export async function openTcpProxy(upstream: Upstream): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let frozen = false;
  const listener = createServer((client) => {
    const pair = { client, server: connect({ ...upstream(), noDelay: true }), silent: frozen };
    client.setNoDelay(true);
    pairs.add(pair);
    join(pair, () => pairs.delete(pair));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const silence = (): void => {
    for (const pair of pairs) pair.silent = true;
  };
  const cut = (): void => {
    for (const { client, server } of pairs) {
      server.resetAndDestroy();
      client.resetAndDestroy();
    }
  };
  return {
    port: (listener.address() as AddressInfo).port,
    cut,
    cutBehind() {
      for (const pair of pairs) pair.server.destroy();
    },
    silence,
    freeze() {
      frozen = true;
      silence();
    },
    thaw: () => void (frozen = false),
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const { client, server } of pairs) {
        server.destroy();
        client.destroy();
      }
      await once(listener, 'close');
    },
  };
}

function join(pair: Pair, ended: () => void): void {
  const { client, server } = pair;
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (bytes: Buffer) => {
      if (pair.silent || to.write(bytes)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      // The other side of a cut connection does not notice that one has gone.
      if (!pair.silent) to.destroy();
      if (client.destroyed && server.destroyed) ended();
    });
  };
  pass(client, server);
  pass(server, client);
}
