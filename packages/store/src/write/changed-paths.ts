import { canonicalJson, type RecordContent } from './metadata-hash.ts';

/** With more paths than this only the names of the changed properties are stored. */
const maxPaths = 50;

/**
 * What differs between two contents, as paths into the metadata: `title`, `creators/0/orcid`; a list that grew or
 * shrank is named as a whole (`creators`). In front of them `setSpecs`, `deleted`, and `metadata` when it came or went.
 */
export function changedPaths(before: RecordContent, after: RecordContent): string[] {
  const paths: string[] = [];
  if (before.deleted !== after.deleted) paths.push('deleted');
  if (!sameSet(before.setSpecs, after.setSpecs)) paths.push('setSpecs');
  if ((before.metadata === null) !== (after.metadata === null)) return [...paths, 'metadata'];
  const found = differences(withSortedCommunities(before), withSortedCommunities(after), '');
  return [...paths, ...(found.length > maxPaths ? [...new Set(found.map((path) => path.split('/')[0] ?? path))] : found)];
}

function withSortedCommunities({ metadata }: RecordContent): object | null {
  return metadata && { ...metadata, communities: [...metadata.communities].sort() };
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return canonicalJson([...new Set(a)].sort()) === canonicalJson([...new Set(b)].sort());
}

function differences(before: unknown, after: unknown, path: string): string[] {
  if (canonicalJson({ value: before }) === canonicalJson({ value: after })) return [];
  if (!isBranch(before) || !isBranch(after) || lengthOf(before) !== lengthOf(after)) return [path];
  return keysOf(before, after).flatMap((key) => differences(before[key], after[key], path ? `${path}/${key}` : key));
}

/** By name, since jsonb hands an object's keys back in its own order; those of a list as they are. */
function keysOf(before: object, after: object): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Array.isArray(before) ? keys : keys.sort();
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function lengthOf(value: unknown): number | null {
  return Array.isArray(value) ? value.length : null;
}
