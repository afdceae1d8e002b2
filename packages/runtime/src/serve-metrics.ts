import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

/** Where to listen, and what makes the process unfit for work. */
export interface MetricsPlace {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What the process lacks, a sentence each; none: it is ready. Must not throw. */
  readonly faults: () => Promise<readonly string[]>;
}

export interface MetricsServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves `/metrics`, `/healthz` (it runs) and `/readyz` (it can work; else 503 and the reasons) for a process that serves nothing else.
 * Throws if it cannot listen there.
 */
export async function serveMetrics(metrics: Metrics, { host, port, faults }: MetricsPlace): Promise<MetricsServer> {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    if (path === '/metrics') return send(response, 200, await metrics.metrics(), metrics.contentType);
    if (path === '/healthz') return send(response, 200, 'ok\n');
    if (path !== '/readyz') return send(response, 404, 'there are /metrics, /healthz and /readyz\n');
    const found = await faults();
    send(response, found.length === 0 ? 200 : 503, found.length === 0 ? 'ready\n' : `${found.join('\n')}\n`);
  };
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'only GET is possible\n');
    answer(request.url?.split('?')[0] ?? '', response).catch((error: unknown) => send(response, 500, `${(error as Error).message}\n`));
  });
  server.maxConnections = 50;
  server.listen(port, host);
  await once(server, 'listening');
  const at = server.address() as AddressInfo;
  return {
    url: `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
