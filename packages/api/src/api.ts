import { redactTarget } from '@thresher/runtime';
import { randomUUID } from 'node:crypto';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import { closeCursor, cursorKey } from '@thresher/search';
import Fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { Change, ChangePage } from './changes/change.ts';
import { addChangeRoutes } from './changes/routes.ts';
import { createCiter } from './citations/cite.ts';
import { Community, CommunityPage } from './shapes/community.ts';
import { addCommunityRoutes } from './communities/routes.ts';
import { addApiIndex } from './api-index.ts';
import type { ApiDeps } from './deps.ts';
import { addFeedRoutes } from './feeds/routes.ts';
import { HarvestFailures, HarvestReport, HarvestRun, HarvestRunDetail, HarvestSuspects, HarvestWebhooks } from './harvest/report.ts';
import { addHarvestActions } from './harvest/action-routes.ts';
import { addHarvestRoutes } from './harvest/routes.ts';
import { addHealthRoutes } from './health/routes.ts';
import { addAccess } from './http/access.ts';
import { createAdminCheck } from './http/admin.ts';
import { answerClientError, answerExpectation } from './http/client-errors.ts';
import { compileOnce } from './http/compile-once.ts';
import { addEntityTags, tagEncodings } from './http/entity-tags.ts';
import { addHeaders } from './http/headers.ts';
import { addLoadLimit } from './http/load-limit.ts';
import { addLoginPaths } from './http/login-paths.ts';
import type { Api, SchemaTypes } from './http/instance.ts';
import { addOrigin, withoutHost } from './http/origin.ts';
import { addRequestLog } from './http/request-log.ts';
import { addMcpRoutes } from './mcp/routes.ts';
import { addOaiDescriptionRoutes } from './oai/description-routes.ts';
import { addOaiRoutes } from './oai/routes.ts';
import { addOpenApi, addOpenApiRoute } from './openapi.ts';
import { ApiProblem, Problem, PROBLEM_TYPE, problemDocument } from './problems/problem.ts';
import { toProblem } from './problems/to-problem.ts';
import { Extract, FlatRecord, RdmRecord } from './shapes/flat-record.ts';
import { addFilesRoutes } from './lookup/files-routes.ts';
import { addHistoryRoutes } from './lookup/history-routes.ts';
import { addLookupRoutes } from './lookup/lookup-routes.ts';
import { addRecordRoutes } from './lookup/record-routes.ts';
import { encodeRecordName } from './lookup/record-url.ts';
import { SearchHit, SearchPage } from './search/search-page.ts';
import { createOpenWalks } from './search/open-walks.ts';
import { addResultExportRoute } from './search/result-export-route.ts';
import { addSearchRoute } from './search/search-route.ts';
import { addSimilarRoute } from './search/similar-route.ts';
import { addSuggestRoute } from './search/suggest-route.ts';
import { RecordPage, ZenodoRecord } from './shapes/zenodo-record.ts';
import { Term, TermPage } from './vocabularies/term.ts';
import { addVocabularyRoutes } from './vocabularies/routes.ts';
import { addWebRoutes } from './web/routes.ts';

/** The API as a server that does not listen yet. Close it with `close()`; the dependencies stay open. */
export function buildApi(deps: ApiDeps): Api {
  const app = createServer(deps);
  app.server.on('checkExpectation', answerExpectation);
  addOrigin(app, deps.publicAddress);
  addHeaders(app);
  addEntityTags(app);
  void app.register(cors, {
    origin: '*',
    // A plain OPTIONS request does not come from a browser, and is answered as well.
    strictPreflight: false,
    methods: ['GET', 'HEAD', 'OPTIONS'],
    exposedHeaders: ['etag', 'link', 'x-request-id', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
    maxAge: 86_400,
  });
  void app.register(compress, { encodings: ['br', 'gzip'], threshold: 1024 });
  addRequestLog(app, deps);
  addLoadLimit(app, deps);
  addAccess(app, deps);
  addErrors(app);
  for (const schema of [
    Problem,
    ZenodoRecord,
    RecordPage,
    SearchHit,
    SearchPage,
    FlatRecord,
    Extract,
    RdmRecord,
    HarvestRun,
    HarvestReport,
    HarvestRunDetail,
    HarvestFailures,
    HarvestSuspects,
    HarvestWebhooks,
    Change,
    ChangePage,
    Community,
    CommunityPage,
    Term,
    TermPage,
  ])
    app.addSchema(schema);
  addOpenApi(app, deps);
  // The plugins above see only the routes that come after they are loaded.
  app.after(() => {
    tagEncodings(app);
    addRoutes(app, deps);
  });
  return app;
}

function addRoutes(app: Api, deps: ApiDeps): void {
  const close = async (cursor: string): Promise<void> => {
    if (deps.search !== null) await closeCursor(deps.search.client, cursor);
  };
  const walks = createOpenWalks({ keyOf: cursorKey, close });
  const cite = createCiter();
  const checkAdmin = createAdminCheck(deps.adminKey);
  addSearchRoute(app, { ...deps, walks, cite });
  addSuggestRoute(app, deps);
  addResultExportRoute(app, { ...deps, walks });
  addRecordRoutes(app, { ...deps, cite });
  addSimilarRoute(app, deps);
  addHistoryRoutes(app, deps);
  addFilesRoutes(app, deps);
  addLookupRoutes(app, deps);
  addCommunityRoutes(app, deps);
  addVocabularyRoutes(app, deps);
  addLoginPaths(app);
  addChangeRoutes(app, deps);
  addFeedRoutes(app, deps);
  addOaiRoutes(app, deps);
  addOaiDescriptionRoutes(app, deps);
  addHarvestRoutes(app, { ...deps, checkAdmin });
  addHarvestActions(app, { ...deps, checkAdmin });
  addMcpRoutes(app, { ...deps, checkAdmin });
  addHealthRoutes(app, deps);
  addApiIndex(app);
  addOpenApiRoute(app);
  addWebRoutes(app, { ...deps, cite, checkAdmin });
}

function createServer({ log, publicAddress }: ApiDeps): Api {
  return Fastify({
    loggerInstance: log,
    // `addRequestLog` writes one line instead of two.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // Without named proxies `X-Forwarded-*` is whatever the client wrote.
    trustProxy: publicAddress?.proxies === undefined ? false : [...publicAddress.proxies],
    rewriteUrl: ({ url = '/' }) => encodeRecordName(withoutHost(url)),
    // Long enough for any identifier that the store takes; percent-encoding triples it.
    routerOptions: { maxParamLength: 9_000, ignoreTrailingSlash: true },
    bodyLimit: 64 * 1024,
    clientErrorHandler: answerClientError,
    schemaController: { compilersFactory: compileOnce },
    // With strictNumbers, Ajv takes the text Infinity for a whole number and compares it with no maximum. To shorten the code of a
    // validator takes Ajv longer than all else that it does.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array', strictNumbers: false, code: { optimize: false } } },
    frameworkErrors: (error, request, reply) => void sendProblem(toProblem(error), request as FastifyRequest, reply as FastifyReply),
  }).withTypeProvider<SchemaTypes>();
}

/** No client reads this answer; it separates a closed connection from an internal error in log and metrics. */
const CLIENT_GONE = new ApiProblem(499, 'bad-request', 'the client closed the connection before it was answered');
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

function addErrors(app: Api): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = request.signal.aborted ? CLIENT_GONE : toProblem(error);
    if (problem.code === 'internal-error') request.log.error({ err: error, url: redactTarget(request.url) }, 'request failed');
    // Overload is counted by `thresher_http_shed_total`: a line for each request would add to it.
    else if (problem.status >= 500 && problem.code !== 'overloaded')
      request.log.warn({ reason: problem.message, url: redactTarget(request.url) }, 'request cannot be answered now');
    return sendProblem(problem, request, reply);
  });
  // Before the body is read, since it is not needed.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || READS.has(request.method)) return;
    reply.header('allow', 'GET, HEAD, OPTIONS');
    throw new ApiProblem(
      405,
      'read-only',
      `${request.method} is not possible: this is a read mirror; write to the repository that the records come from`,
    );
  });
  app.setNotFoundHandler((request) => {
    throw new ApiProblem(404, 'unknown-path', `there is nothing at ${request.url.split('?')[0]}: /api/openapi.json lists all paths`);
  });
}

function sendProblem(problem: ApiProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (problem.status === 503) reply.header('retry-after', '10');
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problemDocument(problem, request.id)));
}
