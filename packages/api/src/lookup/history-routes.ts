import { countHistory, recordHistory } from '@thresher/store/changes';
import type { Db } from '@thresher/store/database';
import type { StoredRecordView } from '@thresher/store/read';
import { type Static, Type } from 'typebox';
import type { Api } from '../http/instance.ts';
import { ApiProblem, problemResponse } from '../problems/problem.ts';
import { fieldDifferences } from '../shapes/field-differences.ts';
import { recordPath } from '../shapes/links.ts';
import { LOOKUP_PROBLEMS } from './lookup-problems.ts';
import { lookUp } from './look-up.ts';

const { Array: List, Integer, Object: Shape, String: Text } = Type;

const Pieces = List(Shape({ text: Text(), changed: Type.Boolean() }));

const Difference = Shape({
  field: Text({ description: 'Of the normalised record: title, creators' }),
  label: Text(),
  removed: List(Text(), { description: 'Values that only the first has; of one long text the part that differs' }),
  added: List(Text(), { description: 'Values that only the second has' }),
  note: Type.Unsafe<'order' | 'details' | null>({
    enum: ['order', 'details', null],
    description: 'What differs if no value does: the order of the values, or details that are not shown',
  }),
  words: Type.Union([Shape({ before: Pieces, after: Pieces }), Type.Null()], {
    description:
      'If one text became another: its pieces, in turn common to both and changed; null if they have little in common. Long common pieces are cut',
  }),
});

const Revision = Shape({
  revision: Integer(),
  from: Text({ description: 'When this mirror saw it' }),
  until: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Null for the present revision' }),
  deleted: Type.Boolean(),
  paths: List(Text(), { description: 'What this revision changed, as paths into the normalised record; empty for the oldest' }),
  differences: List(Difference, { description: 'From the revision before' }),
});
export type Revision = Static<typeof Revision>;

const params = Shape({ id: Text({ description: 'Any name of a record, as for /api/records/{id}' }) });

/** Revisions in one answer. Each has the metadata of its time, which are read and compared. */
const MOST_REVISIONS = 100;

/** `/api/records/{id}/history` and `/api/records/{id}/compare`: what changed in a record, and what differs between two. */
export function addHistoryRoutes(app: Api, { db }: { readonly db: Db }): void {
  const history = {
    tags: ['records'],
    summary: 'The revisions of a record that this mirror saw, the latest first',
    params,
    querystring: Shape({ size: Type.Optional(Integer({ minimum: 1, maximum: MOST_REVISIONS, default: 25 })) }),
    response: {
      200: Shape({ revisions: List(Revision), total: Integer({ description: 'Revisions in all' }) }),
      ...LOOKUP_PROBLEMS,
      400: problemResponse('A parameter is wrong'),
    },
  };
  app.get('/api/records/:id/history', { schema: history }, async (request) => {
    const { record } = await lookUp(db, request.params.id, request.origin);
    return readRevisions(db, record, request.query.size ?? 25);
  });
  const compare = {
    tags: ['records'],
    summary: 'What differs between two records, such as two versions',
    params,
    querystring: Shape({ with: Text({ description: 'Any name of the other record', maxLength: 2_000 }) }),
    response: {
      200: Shape({ before: Text({ description: 'The record in the path' }), after: Text(), differences: List(Difference) }),
      ...LOOKUP_PROBLEMS,
      400: problemResponse('The other record is not named'),
    },
  };
  app.get('/api/records/:id/compare', { schema: compare }, async (request) => {
    const [one, other] = [await lookUp(db, request.params.id, request.origin), await lookUp(db, request.query.with, request.origin)];
    return {
      before: recordPath(one.record),
      after: recordPath(other.record),
      differences: fieldDifferences(metadataOf(one.record), metadataOf(other.record)).map(mutable),
    };
  });
}

/** The metadata of a record that is compared. Throws an `ApiProblem` if there are none. */
export function metadataOf({ metadata, oaiIdentifier }: StoredRecordView): NonNullable<StoredRecordView['metadata']> {
  if (metadata !== null) return metadata;
  throw new ApiProblem(404, 'unknown-record', `the metadata of ${oaiIdentifier} could not be read, so there is nothing to compare`);
}

/** The last revisions of a record with what each changed, the present one first, and how many there are in all. */
export async function readRevisions(
  db: Db,
  record: StoredRecordView,
  limit: number,
): Promise<{ readonly revisions: Revision[]; readonly total: number }> {
  // One more, since each revision is compared with the one before.
  const past = await recordHistory(db, record.recordId, limit);
  const { revision, deleted, metadata, changedAt } = record;
  const all = [
    { revision, deleted, metadata, from: changedAt, until: null },
    ...past.map((one) => ({ ...one, from: one.changedAt.toISOString(), until: one.replacedAt.toISOString() })),
  ];
  const revisions = all.slice(0, limit).map((one, place) => {
    const before = all[place + 1];
    const isComparable = before !== undefined && before.metadata !== null && one.metadata !== null;
    return {
      revision: one.revision,
      from: one.from,
      until: one.until,
      deleted: one.deleted,
      paths: [...(past[place]?.changedPaths ?? [])],
      differences: isComparable ? fieldDifferences(before.metadata!, one.metadata!).map(mutable) : [],
    };
  });
  return { revisions, total: 1 + (await countHistory(db, record.recordId)) };
}

/** The schema's types have no readonly lists. */
const mutable = (one: ReturnType<typeof fieldDifferences>[number]): Static<typeof Difference> => ({
  ...one,
  removed: [...one.removed],
  added: [...one.added],
  words: one.words && { before: [...one.words.before], after: [...one.words.after] },
});
