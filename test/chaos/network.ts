import type { ServerName } from '../../scripts/services/server.ts';
import type { ChaosServers } from './servers.ts';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** The ways of one process to the servers: their ports stay the same whatever happens to the servers. */
export interface Network extends AsyncDisposable {
  readonly proxies: Readonly<Record<ServerName, TcpProxy>>;
  url(name: ServerName): URL;
}

export async function openNetwork(servers: ChaosServers): Promise<Network> {
  const upstream = (name: ServerName) => () => ({ host: '127.0.0.1', port: Number(servers.url(name).port) });
  const [postgres, redis, elasticsearch] = await Promise.all([
    openTcpProxy(upstream('postgres')),
    openTcpProxy(upstream('redis')),
    openTcpProxy(upstream('elasticsearch')),
  ]);
  const proxies = { postgres, redis, elasticsearch };
  return {
    proxies,
    url(name) {
      const url = new URL(servers.url(name));
      url.port = String(proxies[name].port);
      return url;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([postgres, redis, elasticsearch].map((proxy) => proxy[Symbol.asyncDispose]()));
    },
  };
}
