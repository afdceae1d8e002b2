import { Counter, Gauge } from '@thresher/runtime/metrics';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { Api } from './instance.ts';
import { isOperation } from './operation-paths.ts';

const MOST_IN_FLIGHT = 256;

/**
 * Answers 503 with `Retry-After` while a number of requests is in flight (256 unless specified), so that those are answered and
 * memory stays bounded. A request counts until its last byte is sent or its client is gone.
 */
export function addLoadLimit(app: Api, { metrics, mostInFlight = MOST_IN_FLIGHT }: Pick<ApiDeps, 'metrics' | 'mostInFlight'>): void {
  let inFlight = 0;
  const registers = [metrics];
  const shed = new Counter({
    name: 'thresher_http_shed_total',
    help: 'Requests that were answered with 503, since the limit of requests in flight was reached.',
    registers,
  });
  new Gauge({
    name: 'thresher_http_requests_in_flight',
    help: 'Requests that are being answered.',
    registers,
    collect() {
      this.set(inFlight);
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    if (isOperation(request)) return;
    if (inFlight >= mostInFlight) {
      shed.inc();
      throw new ApiProblem(503, 'overloaded', `${mostInFlight} requests are being answered: try again in some seconds`);
    }
    inFlight++;
    let counted = true;
    const release = (): void => {
      if (counted) inFlight--;
      counted = false;
    };
    // Fastify's hooks do not cover all ends of a connection.
    reply.raw.once('finish', release).once('close', release);
  });
}
