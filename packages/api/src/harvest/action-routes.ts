import { listWebhooks, retryDeliveries } from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import {
  askForRun,
  cancelRun,
  confirmHeld,
  coveredSets,
  dismissSuspects,
  findRun,
  findRunningRun,
  listSuspects,
  NotRepairableError,
  pauseSource,
  planReplay,
  planShortRun,
  resumeSource,
  type ScheduleKind,
  scheduleKinds,
  type Source,
} from '@thresher/store/harvest';
import { type Static, type TSchema, Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { AdminCheck } from '../http/admin.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { mustBeSource, SourceParams } from './find-source.ts';

const { Integer: Count, Object: Shape, String: Text } = Type;
const Id = Count({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const IdParams = Shape({ id: Id });
const RunBody = Shape({
  kind: Type.Unsafe<ScheduleKind>({
    type: 'string',
    enum: [...scheduleKinds],
    description: 'full: everything; incremental: what changed; enrich: files and statistics',
  }),
});
const PageBody = Shape({ page: Type.Optional({ ...Id, description: 'This page only; left out, all pages that failed' }) });
const SuspectsBody = Shape({
  identifiers: Type.Optional(Type.Array(Text({ maxLength: 4_000 }), { maxItems: 1_000, description: 'Only these OAI identifiers' })),
});

/**
 * What the operator may do to harvests, each by the function that the command of the same purpose calls. Nothing waits for the work:
 * the ledger says what is wanted, and the harvester and transformer processes do it.
 */
export function addHarvestActions(app: Api, deps: Pick<ApiDeps, 'db' | 'search'> & { readonly checkAdmin: AdminCheck }): void {
  addSourceActions(app, deps);
  addRetries(app, deps);
  addSuspectActions(app, deps);
}

interface ActionDeps extends Pick<ApiDeps, 'db' | 'search'> {
  readonly checkAdmin: AdminCheck;
}

/** The parts of the OpenAPI document that all actions share. 4XX: the guard refuses the request, or the action cannot be done now. */
function described<T extends TSchema>(summary: string, answer: T, status: 200 | 202 = 200) {
  return {
    tags: ['harvest'],
    summary,
    description: 'For the operator: with ADMIN_KEY as `Authorization: Bearer KEY`, or from the machine of the API if no key is configured.',
    response: {
      [status]: answer,
      '4XX': problemResponse('Not the operator (401, 403), nothing of that name (404), or it cannot be done now (409)'),
      503: problemResponse('PostgreSQL does not answer'),
    },
  };
}

function addSourceActions(app: Api, { db, checkAdmin }: ActionDeps): void {
  const Paused = Shape({ source: Text(), paused: Type.Boolean() });
  for (const [verb, paused, change, summary] of [
    ['pause', true, pauseSource, 'Send no further request to a source; its run keeps its place'],
    ['resume', false, resumeSource, 'End the pause of a source'],
  ] as const) {
    const schema = { ...described(summary, Paused), params: SourceParams };
    app.post(`/api/harvest/sources/:source/${verb}`, { schema, onRequest: guard(checkAdmin) }, async (request) => {
      const source = await mustBeSource(db, request.params.source);
      await change(db, source.id);
      request.log.info({ source: source.name, action: verb }, 'the operator acts');
      return { source: source.name, paused };
    });
  }

  const Cancelled = Shape({ run: Count(), state: Text() });
  const cancel = { ...described('Cancel a run; what has arrived stays', Cancelled), params: IdParams };
  app.post('/api/harvest/runs/:id/cancel', { schema: cancel, onRequest: guard(checkAdmin) }, async (request) => {
    const { id } = request.params;
    const run = await findRun(db, id);
    if (run === undefined) throw new ApiProblem(404, 'unknown-run', `there is no run ${id}: /api/harvest lists them`);
    if (!(await cancelRun(db, id))) throw notNow(`run ${id} has ended before: it is ${(await findRun(db, id))?.state ?? 'gone'}`);
    request.log.info({ run: id, action: 'cancel' }, 'the operator acts');
    return { run: id, state: 'cancelled' };
  });

  const Asked = Shape({ source: Text(), kind: Text() });
  const begin = { ...described('Begin a run of a source now, as its schedule would', Asked, 202), params: SourceParams, body: RunBody };
  app.post('/api/harvest/sources/:source/runs', { schema: begin, onRequest: guard(checkAdmin) }, async (request, reply) => {
    const source = await mustBeSource(db, request.params.source);
    const { kind } = request.body;
    const hindrance = await hindranceOf(db, source, kind);
    if (hindrance !== null) throw notNow(hindrance);
    await askForRun(db, source.id, kind);
    request.log.info({ source: source.name, action: 'run', kind }, 'the operator acts');
    return reply.code(202).send({ source: source.name, kind });
  });
}

/** Why the harvester would not begin a run now; null if it would. */
async function hindranceOf(db: Db, source: Source, kind: Static<typeof RunBody>['kind']): Promise<string | null> {
  if (source.paused_at !== null) return `${source.name} is paused: resume it first`;
  if (kind === 'enrich') return null;
  const running = await findRunningRun(db, source.id);
  if (running !== undefined) return `run ${running.id} of ${source.name} is not finished: wait for its end, or cancel it`;
  if (kind === 'full') return null;
  const covered = await coveredSets(db, { id: source.id, metadataPrefix: source.metadata_prefix, setSpecs: source.set_specs });
  const never = covered.find(({ until }) => until === null);
  return never === undefined
    ? null
    : `there is no complete harvest of ${never.set ?? source.name} to continue from: begin a full run first`;
}

function addRetries(app: Api, { db, search, checkAdmin }: ActionDeps): void {
  const Windows = Shape({ run: Count(), windows: Count() });
  const windows = { ...described('Walk the short and failed windows of the last run again', Windows, 202), params: SourceParams };
  app.post('/api/harvest/sources/:source/windows/retry', { schema: windows, onRequest: guard(checkAdmin) }, async (request, reply) => {
    const source = await mustBeSource(db, request.params.source);
    const found = await planShortRun(db, source).catch((error: unknown) => {
      throw error instanceof NotRepairableError ? notNow(error.message, error) : error;
    });
    if (found === null) throw notNow(`nothing of the last run of ${source.name} is short`);
    if (found.run.state === 'running') throw notNow(`run ${found.run.id} of ${source.name} is not finished: wait for its end`);
    request.log.info({ source: source.name, action: 'retry windows', run: found.run.id }, 'the operator acts');
    return reply.code(202).send({ run: found.run.id, windows: found.windows.length });
  });

  const Pages = Shape({ pages: Count() });
  const pages = {
    ...described('Map stored pages again that failed, or one page with records in quarantine', Pages, 202),
    params: SourceParams,
    body: PageBody,
  };
  app.post('/api/harvest/sources/:source/pages/retry', { schema: pages, onRequest: guard(checkAdmin) }, async (request, reply) => {
    const source = await mustBeSource(db, request.params.source);
    const { page } = request.body;
    const choice = { sourceId: source.id, ...(page === undefined ? { failed: true } : { pageId: page }) };
    const planned = await planReplay(db, choice, search !== null);
    if (planned.length === 0)
      throw notNow(
        page === undefined ? `no page of ${source.name} has failed` : `${source.name} has no page ${page} whose bytes are still stored`,
      );
    request.log.info({ source: source.name, action: 'retry pages', pages: planned.length }, 'the operator acts');
    return reply.code(202).send({ pages: planned.length });
  });

  const Messages = Shape({ messages: Count() });
  const webhook = { ...described('Send failed messages of a webhook again, and enable it', Messages, 202), params: IdParams };
  app.post('/api/harvest/webhooks/:id/retry', { schema: webhook, onRequest: guard(checkAdmin) }, async (request, reply) => {
    const { id } = request.params;
    if (!(await listWebhooks(db)).some((one) => one.id === id))
      throw new ApiProblem(404, 'unknown-webhook', `there is no webhook ${id}: /api/harvest/webhooks lists them`);
    const messages = await retryDeliveries(db, id);
    request.log.info({ webhook: id, action: 'retry', messages }, 'the operator acts');
    return reply.code(202).send({ messages });
  });
}

function addSuspectActions(app: Api, { db, checkAdmin }: ActionDeps): void {
  const Settled = Shape({ records: Count() });
  const confirm = {
    ...described('Delete records that are held back because too many vanished at once', Settled),
    params: SourceParams,
    body: SuspectsBody,
  };
  app.post('/api/harvest/sources/:source/suspects/confirm', { schema: confirm, onRequest: guard(checkAdmin) }, async (request) => {
    const source = await mustBeSource(db, request.params.source);
    const { identifiers } = request.body;
    const held = await listSuspects(db, source.id, { states: ['held'] });
    if (!held.some(({ oai_identifier: it }) => identifiers?.includes(it) ?? true))
      throw notNow(`none of these records of ${source.name} is held for a person: suspects are asked for at the source first`);
    const records = await confirmHeld(db, source.id, identifiers);
    request.log.info({ source: source.name, action: 'confirm suspects', records }, 'the operator acts');
    return { records };
  });
  const dismiss = { ...described('Dismiss suspects', Settled), params: SourceParams, body: SuspectsBody };
  app.post('/api/harvest/sources/:source/suspects/dismiss', { schema: dismiss, onRequest: guard(checkAdmin) }, async (request) => {
    const source = await mustBeSource(db, request.params.source);
    const records = await dismissSuspects(db, source.id, request.body.identifiers);
    if (records === 0) throw notNow(`${source.name} has no such suspects`);
    request.log.info({ source: source.name, action: 'dismiss suspects', records }, 'the operator acts');
    return { records };
  });
}

const notNow = (sentence: string, cause?: unknown): ApiProblem => new ApiProblem(409, 'not-now', sentence, {}, { cause });

/** Before the body is read, and before anything is looked up: who may not act learns nothing. */
const guard =
  (checkAdmin: AdminCheck) =>
  async (...[request, reply]: Parameters<AdminCheck>): Promise<void> =>
    checkAdmin(request, reply);
