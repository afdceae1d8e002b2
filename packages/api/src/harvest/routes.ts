import { countDocuments } from '@thresher/search';
import { listWebhooks } from '@thresher/store/changes';
import {
  listSuspects,
  pageFailures,
  quarantinedFailures,
  readBoard,
  readQuarantined,
  readRunDetail,
  refusedDocuments,
} from '@thresher/store/harvest';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { AdminCheck } from '../http/admin.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { ref } from '../http/schema-ref.ts';
import { addHarvestEvents } from './events-route.ts';
import { mustBeSource, SourceParams } from './find-source.ts';
import { HarvestFailures, HarvestReport, HarvestRunDetail, HarvestSuspects, HarvestWebhooks } from './report.ts';
import { toFailures, toReport, toRunDetail, toSuspects, toWebhooks } from './to-report.ts';

const FAILURES_SHOWN = 100;
const SUSPECTS_SHOWN = 200;
const tags = ['harvest'];
const unavailable = problemResponse('PostgreSQL does not answer');
const Id = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** The ledger, read only. */
export function addHarvestRoutes(app: Api, deps: Pick<ApiDeps, 'db' | 'search' | 'log'> & { readonly checkAdmin: AdminCheck }): void {
  const { db, search } = deps;
  const readReport = async (): Promise<HarvestReport> => {
    const [board, documents] = await Promise.all([readBoard(db, search !== null), countOrNull(search)]);
    return toReport(board, documents);
  };
  const report = {
    tags,
    summary: 'Sources and their last runs, with their counts',
    response: { 200: ref(HarvestReport), 503: unavailable },
  };
  app.get('/api/harvest', { schema: report }, readReport);
  addHarvestEvents(app, { ...deps, readReport });

  const detail = {
    tags,
    summary: 'One run with its windows',
    params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }),
    response: { 200: ref(HarvestRunDetail), 404: problemResponse('There is no such run'), 503: unavailable },
  };
  app.get('/api/harvest/runs/:id', { schema: detail }, async (request) => {
    const run = await readRunDetail(db, request.params.id, search !== null);
    if (run === null) throw new ApiProblem(404, 'unknown-run', `there is no run ${request.params.id}: /api/harvest lists them`);
    return toRunDetail(run, run);
  });
  addProblemRoutes(app, deps);
}

/** What of a source failed or vanished, and the webhooks. */
function addProblemRoutes(
  app: Api,
  { db, search, checkAdmin }: Pick<ApiDeps, 'db' | 'search'> & { readonly checkAdmin: AdminCheck },
): void {
  const unknown = problemResponse('There is no such source');
  const failures = {
    tags,
    summary: 'Records that could not be read, pages that could not be transformed, documents that were refused',
    params: SourceParams,
    response: { 200: ref(HarvestFailures), 404: unknown, 503: unavailable },
  };
  app.get('/api/harvest/sources/:source/failures', { schema: failures }, async (request) => {
    const source = await mustBeSource(db, request.params.source);
    return toFailures(source.name, {
      quarantined: await quarantinedFailures(db, source.id, FAILURES_SHOWN),
      pages: await pageFailures(db, source.id, search !== null, FAILURES_SHOWN),
      refused: await refusedDocuments(db, source.id, FAILURES_SHOWN),
    });
  });

  const raw = {
    tags,
    summary: 'A record in quarantine, as its bytes came',
    params: Type.Object({ ...SourceParams.properties, page: Id, position: Id }),
    response: {
      200: { description: 'The bytes as they came', content: { 'text/plain': { schema: { type: 'string' } } } },
      404: problemResponse('There is no such record in quarantine'),
      503: unavailable,
    },
  };
  app.get('/api/harvest/sources/:source/quarantine/:page/:position', { schema: raw }, async (request, reply) => {
    const { source: name, page, position } = request.params;
    const source = await mustBeSource(db, name);
    const bytes = await readQuarantined(db, source.id, `${page}/${position}`);
    if (bytes === undefined)
      throw new ApiProblem(404, 'unknown-record', `there is no record ${page}/${position} in the quarantine of ${source.name}`);
    return reply.type('text/plain; charset=utf-8').send(bytes);
  });

  const suspects = {
    tags,
    summary: 'Records that a complete run no longer listed',
    params: SourceParams,
    response: { 200: ref(HarvestSuspects), 404: unknown, 503: unavailable },
  };
  app.get('/api/harvest/sources/:source/suspects', { schema: suspects }, async (request) => {
    const source = await mustBeSource(db, request.params.source);
    return toSuspects(source.name, await listSuspects(db, source.id, { states: ['held', 'suspect'], limit: SUSPECTS_SHOWN }));
  });

  const webhooks = {
    tags,
    summary: 'Webhooks and their queued messages',
    description: 'For the operator.',
    response: { 200: ref(HarvestWebhooks), '4XX': problemResponse('Not the operator'), 503: unavailable },
  };
  app.get('/api/harvest/webhooks', { schema: webhooks }, async (request, reply) => {
    checkAdmin(request, reply);
    reply.header('cache-control', 'no-store');
    return toWebhooks(await listWebhooks(db));
  });
}

/** The dashboard has more to show than this one number. */
async function countOrNull(search: ApiDeps['search']): Promise<number | null> {
  return search === null ? null : countDocuments(search.client, search.alias).catch(() => null);
}
