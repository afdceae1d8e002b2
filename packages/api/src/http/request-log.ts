import { redactTarget } from '@thresher/runtime';
import { Counter, Histogram, SECONDS } from '@thresher/runtime/metrics';
import type { ApiDeps } from '../deps.ts';
import type { Api } from './instance.ts';

/** One line in the log and one observation for each answer, under the route's pattern: there are endless record URLs. */
export function addRequestLog(app: Api, { metrics }: Pick<ApiDeps, 'metrics'>): void {
  const registers = [metrics];
  const seconds = new Histogram({
    name: 'thresher_http_request_duration_seconds',
    help: 'Time from a request to the last byte of its answer, by route and class of status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const aborted = new Counter({
    name: 'thresher_http_aborted_total',
    help: 'Requests whose client went away before it was answered.',
    labelNames: ['route'],
    registers,
  });
  app.addHook('onRequestAbort', async (request) => {
    aborted.inc({ route: request.routeOptions.url ?? 'none' });
    request.log.info({ method: request.method, url: redactTarget(request.url), ip: request.ip }, 'request aborted');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, ip, url } = request;
    const ms = Math.round(reply.elapsedTime);
    const route = request.routeOptions.url ?? 'none';
    seconds.observe(
      { method: METHODS.has(method) ? method : 'other', route, status: `${Math.trunc(reply.statusCode / 100)}xx` },
      reply.elapsedTime / 1000,
    );
    request.log.info({ method, url: redactTarget(url), status: reply.statusCode, ms, ip }, 'request');
  });
}

const METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);
