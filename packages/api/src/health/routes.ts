import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { addInstallationMetrics } from './installation-metrics.ts';
import { checkReadiness } from './readiness.ts';

/** `/healthz`: the process runs. `/readyz`: it can answer. `/metrics`: what it has done. */
export function addHealthRoutes(app: Api, deps: ApiDeps): void {
  const Health = Type.Object({ status: Type.String(), version: Type.String(), uptime_seconds: Type.Number() }, { description: 'It runs' });
  app.get(
    '/healthz',
    { schema: { tags: ['operation'], summary: 'Whether the process runs', response: { 200: Health } } },
    async (_, reply) => {
      reply.header('cache-control', 'no-store');
      return { status: 'ok', version: deps.version, uptime_seconds: Math.round(process.uptime()) };
    },
  );
  addReadiness(app, deps);
  addInstallationMetrics(deps.metrics, deps);
  const metrics = {
    tags: ['operation'],
    summary: 'Prometheus metrics',
    response: { 200: { description: 'Text format 0.0.4', content: { 'text/plain': { schema: { type: 'string' } } } } },
  };
  app.get('/metrics', { schema: metrics }, async (_, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(deps.metrics.contentType)
      .send(await deps.metrics.metrics()),
  );
}

function addReadiness(app: Api, deps: ApiDeps): void {
  const State = Type.String({ description: 'ok, or not configured' });
  const Ready = Type.Object(
    { status: Type.String(), checks: Type.Object({ postgres: State, elasticsearch: State }) },
    { description: 'They can' },
  );
  const schema = {
    tags: ['operation'],
    summary: 'Whether requests can be answered',
    response: { 200: Ready, 503: problemResponse('`reasons` lists what is missing') },
  };
  app.get('/readyz', { schema }, async (_, reply) => {
    reply.header('cache-control', 'no-store');
    const { postgres, elasticsearch } = await checkReadiness(deps);
    const checks = { postgres: postgres.state, elasticsearch: elasticsearch.state };
    const warming = deps.isWarm?.() === false ? 'the API is warming up' : null;
    const reasons = [postgres.fault, elasticsearch.fault, warming].filter((fault) => fault !== null);
    if (reasons.length > 0) throw new ApiProblem(503, 'not-ready', reasons.join('; '), { reasons, checks });
    return { status: 'ready', checks };
  });
}
