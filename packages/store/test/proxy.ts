import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut as a firewall cuts it: no byte arrives any more, and neither side notices. */
export interface TestProxy extends AsyncDisposable {
  /** The server's URL by way of this proxy. */
  readonly url: string;
  readonly connections: () => number;
  /** Connections that exist now stay silent for good. New ones work. */
  dropFlows(): void;
  /** Nothing is forwarded until `thaw`, on new connections either. */
  freeze(): void;
  thaw(): void;
}

interface Flow {
  readonly ends: readonly [Socket, Socket];
  dropped: boolean;
}

/** Opens a proxy on a port of this machine; 0: a free one. */
export async function openProxy(serverUrl: string, usualPort: number, at = 0): Promise<TestProxy> {
  const url = new URL(serverUrl);
  const [host, port] = [url.hostname, Number(url.port || usualPort)];
  const flows = new Set<Flow>();
  let frozen = false;
  const regulate = ({ ends, dropped }: Flow): void => {
    for (const end of ends)
      if (dropped || frozen) end.pause();
      else end.resume();
  };
  const server = createServer({ pauseOnConnect: true }, (from) => {
    const to = connect(port, host).pause();
    const flow: Flow = { ends: [from, to], dropped: false };
    flows.add(flow);
    for (const [end, other] of [
      [from, to],
      [to, from],
    ] as const)
      end
        .on('data', (bytes) => other.write(bytes))
        .on('error', () => {})
        .on('close', () => {
          // Of a connection that was cut the other side does not hear.
          if (flow.dropped || frozen) return;
          flows.delete(flow);
          other.destroy();
        });
    regulate(flow);
  }).listen(at, '127.0.0.1');
  await once(server, 'listening');
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const turn = (to: boolean): void => {
    frozen = to;
    for (const flow of flows) regulate(flow);
  };
  return {
    url: url.href,
    connections: () => flows.size,
    dropFlows() {
      for (const flow of flows) {
        flow.dropped = true;
        regulate(flow);
      }
    },
    freeze: () => turn(true),
    thaw: () => turn(false),
    async [Symbol.asyncDispose]() {
      for (const { ends } of flows) for (const end of ends) end.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
