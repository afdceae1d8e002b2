import { CHANGE_TYPES, concerns, listSteps, type StepPlace } from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import { Type } from 'typebox';
import type { ApiDeps } from '../deps.ts';
import type { Api } from '../http/instance.ts';
import { requestUrl } from '../http/origin.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { linkHeader } from '../http/page-links.ts';
import { ref } from '../http/schema-ref.ts';
import { type Change, ChangePage } from './change.ts';
import { BEGINNING, readSince, writeCursor } from './cursor.ts';
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
    response: { 200: ref(ChangePage), 400: problemResponse('A parameter is wrong'), 503: problemResponse('PostgreSQL does not answer') },
  };
  app.get('/api/changes', { schema }, async (request, reply) => {
    const { since, size = 100, type, community } = request.query;
    const origin = request.origin;
    const read = await readChanges(db, { after: placeOf(since), size, origin, types: type ?? null, communities: community ?? null });
    const self = requestUrl(request);
    const next = new URL(self);
    next.searchParams.set('since', read.cursor);
    const links = { self: self.href, next: next.href };
    reply.header('link', linkHeader(links)).header('cache-control', 'no-cache');
    return { ...read, links };
  });
}

function placeOf(since: string | undefined): StepPlace {
  if (since === undefined) return BEGINNING;
  const place = readSince(since);
  if (place !== null) return place;
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
  readonly after: StepPlace;
  readonly size: number;
  readonly origin: string;
  /** Null: all. */
  readonly types: readonly string[] | null;
  readonly communities: readonly string[] | null;
}

async function readChanges(db: Db, { after, size, origin, types, communities }: Wanted): Promise<Omit<ChangePage, 'links'>> {
  for (let looked = 0, place = after; ;) {
    const limit = Math.min(1_000, looked === 0 ? size : size * 10);
    const { steps, settledUntil } = await listSteps(db, { after: place, limit, communities });
    place = steps.at(-1) ?? place;
    looked += steps.length;
    const changes = steps.flatMap((step) =>
      toChanges(step, writeCursor(step), origin).filter((change) => concerns(change, step, types, communities)),
    );
    const more = steps.length === limit;
    if (changes.length > 0 || !more || looked >= STEPS_LOOKED_AT)
      return { changes, cursor: writeCursor(place), more, settled_until: isoMicros(settledUntil) };
  }
}
