import type { RecordStep } from '@thresher/store';
import { recordPath } from '../records/links.ts';
import type { Change } from './change.ts';

/** What a step means to those who follow changes: one entry, and one for each community joined or left. Pure. */
export function toChanges(step: RecordStep, cursor: string, origin: string): Change[] {
  const record = {
    oai_identifier: step.oaiIdentifier,
    recid: step.recid,
    doi: step.doi,
    title: step.title,
    source: step.sourceName,
    link: `${origin}/api/records/${recordPath(step)}`,
  };
  const common = { at: isoMicros(step.at), cursor, record };
  return [
    ...kindOf(step).map((type) => ({ type, community: null, paths: [...step.paths], ...common })),
    ...moves(step).map(([type, community]) => ({ type, community, paths: [], ...common })),
  ];
}

function kindOf({ before, after, paths }: RecordStep): Change['type'][] {
  if (before === null) return [after.deleted ? 'deleted' : 'created'];
  if (before.deleted !== after.deleted) return [after.deleted ? 'deleted' : 'restored'];
  return paths.every((path) => /^(?:setSpecs|communities(?:\/.*)?)$/.test(path)) && sameMembers(before, after) === false ? [] : ['updated'];
}

/** Who is deleted leaves no community: the tombstone stays where it was. */
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

/** With six digits after the second, as the order of changes needs them. */
export function isoMicros(micros: number): string {
  const seconds = new Date(Math.floor(micros / 1_000_000) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}Z`;
}
