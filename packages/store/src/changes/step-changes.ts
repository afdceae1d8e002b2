import type { RecordStep, StepPlace } from './list-changes.ts';

export const CHANGE_TYPES = ['created', 'updated', 'deleted', 'restored', 'joined', 'left'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** One thing that happened to a record. */
export interface StepChange {
  readonly type: ChangeType;
  /** Slug, of `joined` and `left`. */
  readonly community: string | null;
  /** What an update changed, as paths into the record. */
  readonly paths: readonly string[];
}

/** The changes that a step means for a client that follows changes: one entry, and one more for each community joined or left. Pure. */
export function changesOf(step: RecordStep): StepChange[] {
  return [
    ...kindOf(step).map((type) => ({ type, community: null, paths: [...step.paths] })),
    ...moves(step).map(([type, community]) => ({ type, community, paths: [] })),
  ];
}

function kindOf({ before, after, paths }: RecordStep): ChangeType[] {
  if (before === null) return [after.deleted ? 'deleted' : 'created'];
  if (before.deleted !== after.deleted) return [after.deleted ? 'deleted' : 'restored'];
  return paths.every((path) => /^(?:setSpecs|communities(?:\/.*)?)$/.test(path)) && sameMembers(before, after) === false ? [] : ['updated'];
}

/** A deleted record leaves no community: its tombstone stays a member. */
function moves({ before, after }: RecordStep): (readonly ['joined' | 'left', string])[] {
  if (after.deleted) return [];
  const was = before === null || before.deleted ? [] : before.communities;
  return [
    ...after.communities.filter((slug) => !was.includes(slug)).map((slug) => ['joined', slug] as const),
    ...was.filter((slug) => !after.communities.includes(slug)).map((slug) => ['left', slug] as const),
  ];
}

function sameMembers(before: RecordStep['after'], after: RecordStep['after']): boolean {
  return before.communities.length === after.communities.length && before.communities.every((slug) => after.communities.includes(slug));
}

/** Whether a change has one of these types and concerns one of these communities. Null and an empty list match everything. */
export function concerns(
  change: StepChange,
  { before, after }: RecordStep,
  types: readonly string[] | null,
  communities: readonly string[] | null,
): boolean {
  const ofRecord = [...after.communities, ...(before?.communities ?? [])];
  const concerned = change.community === null ? ofRecord : [change.community];
  return (types === null || types.includes(change.type)) && (communities === null || concerned.some((slug) => communities.includes(slug)));
}

/** The place of a step as an opaque cursor, from which a client continues. */
export const stepCursor = ({ at, recordId, revision }: StepPlace): string => `${at}-${recordId}-${revision}`;
