import { PassThrough } from 'node:stream';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemDocument, problemResponse } from '../problems/problem.ts';
import { toProblem } from '../problems/to-problem.ts';
import type { HarvestReport } from './report.ts';
import { createReportFeed } from './report-feed.ts';

const EVERY_MS = 2_000;
const BEAT_MS = 15_000;
const MOST_CLIENTS = 32;
/** Bytes that a client has not taken in; then it is behind. */
const MOST_QUEUED = 256 * 1024;

/** `GET /api/harvest/events`: the report as server-sent events. The streams end when the server closes. */
export function addHarvestEvents(
  app: Api,
  { log, readReport }: Pick<ApiDeps, 'log'> & { readonly readReport: () => Promise<HarvestReport> },
): void {
  const feed = createReportFeed({
    read: readReport,
    describe(error) {
      const problem = toProblem(error);
      log.warn({ err: error }, 'the ledger cannot be read for the dashboard');
      return JSON.stringify(problemDocument(problem, ''));
    },
    everyMs: EVERY_MS,
    beatMs: BEAT_MS,
    mostClients: MOST_CLIENTS,
  });
  app.addHook('preClose', async () => feed.close());
  const schema = {
    tags: ['harvest'],
    summary: 'The report of /api/harvest as server-sent events',
    description:
      'Event `report`: `now`, `documents`, the `names` of all sources in order, and those `sources` that changed since the last event. ' +
      'Event `problem`: a problem document; the stream goes on. Read at most every 2 seconds, once for all clients.',
    response: {
      200: { description: 'Events until one side closes', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      503: problemResponse(`There are ${MOST_CLIENTS} clients already`),
    },
  };
  app.get('/api/harvest/events', { schema, exposeHeadRoute: false }, async (_, reply) => {
    const stream = new PassThrough();
    const leave = feed.join({
      send: (event, data) => void stream.write(`event: ${event}\ndata: ${data}\n\n`),
      beat: () => void stream.write(':\n\n'),
      isBehind: () => stream.readableLength + stream.writableLength + reply.raw.writableLength > MOST_QUEUED,
      end: () => void stream.end(),
    });
    if (leave === null)
      throw new ApiProblem(503, 'overloaded', `${MOST_CLIENTS} clients follow the harvests already: ask /api/harvest from time to time`);
    reply.raw.once('close', leave);
    // Proxies such as nginx would collect events otherwise.
    return reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(stream);
  });
}
