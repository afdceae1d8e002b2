import { CHANGE_TYPES, concerns, historyBegins, listSteps } from '@thresher/store/changes';
import type { Db, Micros } from '@thresher/store/database';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { linkHeader } from '../http/page-links.ts';
import { ref } from '../http/schema-ref.ts';
import { type Change, ChangePage } from './change.ts';
import { BEGINNING, isContinuable, type Position, readSince, writeCursor } from './cursor.ts';
import { isoMicros, toChanges } from './to-changes.ts';

const Query = Type.Object({
  since: Type.Optional(
    Type.String({ description: 'A cursor of an earlier answer, or an instant: 2026-01-31T00:00:00Z. Left out: from the very beginning' }),
  ),
  size: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 100,
      description: 'Steps of records that are looked at; one may be several changes',
    }),
  ),
  type: Type.Optional(
    Type.Array(Type.Unsafe<Change['type']>({ type: 'string', enum: [...CHANGE_TYPES] }), { description: 'Only changes of these types' }),
  ),
  community: Type.Optional(
    Type.Array(Type.String(), { description: 'Only what concerns records that are, were or become members of one of these' }),
  ),
});

/** A page that shows few types of changes reads up to this many steps until it has something to show; the cursor advances in any case. */
const STEPS_LOOKED_AT = 20_000;

/** `GET /api/changes`: all changes of records in this database, in order. */
export function addChangeRoutes(app: Api, { db }: Pick<ApiDeps, 'db'>): void {
  const schema = {
    tags: ['changes'],
    summary: 'What changed',
    description:
      'Created, updated, deleted and restored records, and communities joined and left, in the order in which this mirror saw them. Keep `cursor` and come back with it: nothing is skipped, even while others write meanwhile.',
    querystring: Query,
    response: {
      200: ref(ChangePage),
      400: problemResponse('A parameter is wrong'),
      410: problemResponse('Changes after since have been deleted for their age: begin again without since'),
      503: problemResponse('PostgreSQL does not answer'),
    },
  };
  app.get('/api/changes', { schema }, async (request, reply) => {
    const { since, size = 100, type, community } = request.query;
    const origin = request.origin;
    const read = await readChanges(db, {
      from: positionOf(since, await historyBegins(db)),
      size,
      origin,
      types: type ?? null,
      communities: community ?? null,
    });
    const self = requestUrl(request);
    const next = new URL(self);
    next.searchParams.set('since', read.cursor);
    const links = { self: self.href, next: next.href };
    reply.header('link', linkHeader(links)).header('cache-control', 'no-cache');
    return { ...read, links };
  });
}

function positionOf(since: string | undefined, begins: Micros): Position {
  if (since === undefined) return { place: BEGINNING, begunWith: begins };
  const position = readSince(since, begins);
  if (position !== null) return position;
  throw new ApiProblem(
    400,
    'wrong-parameter',
    'since is neither a cursor of an earlier answer nor an instant such as 2026-01-31T00:00:00Z',
    {
      parameter: 'since',
    },
  );
}

interface Wanted {
  readonly from: Position;
  readonly size: number;
  readonly origin: string;
  /** Null: all. */
  readonly types: readonly string[] | null;
  readonly communities: readonly string[] | null;
}

async function readChanges(db: Db, { from, size, origin, types, communities }: Wanted): Promise<Omit<ChangePage, 'links'>> {
  const { begunWith } = from;
  for (let looked = 0, { place } = from; ;) {
    const limit = Math.min(1_000, looked === 0 ? size : size * 10);
    const { steps, settledUntil } = await listSteps(db, { after: place, limit, communities });
    // After the steps: what is deleted while they are read is noticed too.
    const begins = await historyBegins(db);
    if (!isContinuable({ place, begunWith }, begins)) throw tooOld(begins);
    place = steps.at(-1) ?? place;
    looked += steps.length;
    const changes = steps.flatMap((step) =>
      toChanges(step, writeCursor({ place: step, begunWith }, begins), origin).filter((change) =>
        concerns(change, step, types, communities),
      ),
    );
    const more = steps.length === limit;
    if (changes.length > 0 || !more || looked >= STEPS_LOOKED_AT)
      return { changes, cursor: writeCursor({ place, begunWith }, begins), more, settled_until: isoMicros(settledUntil) };
  }
}

const tooOld = (begins: Micros): ApiProblem =>
  new ApiProblem(
    410,
    'expired-cursor',
    `changes before ${isoMicros(begins)} have been deleted for their age, so this place cannot be continued from without gaps: begin again without since`,
    { parameter: 'since' },
  );
