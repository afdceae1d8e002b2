import { hash } from 'node:crypto';
import type { MappingIssue, RecordMetadata } from '@thresher/datacite';
import { writeMetadata } from '../database/metadata-json.ts';

/** What of a record counts as its content: a change of it, and of nothing else, makes a revision. */
export interface RecordContent {
  readonly deleted: boolean;
  readonly setSpecs: readonly string[];
  readonly metadata: RecordMetadata | null;
}

/**
 * SHA-256 (hex) of the content. Stands still when the mapping orders its fields otherwise or gains a field that is
 * null or empty, and when sets or communities come in another order, which means nothing.
 *
 * @param metadataJson what `writeMetadata` makes of the metadata, if that is known already; the description comes next to it
 */
export function metadataHash(
  { deleted, setSpecs, metadata }: RecordContent,
  metadataJson: string | null = metadata && writeMetadata(metadata),
): string {
  const json = metadata === null || isSorted(metadata.communities) ? metadataJson : writeMetadata(withSorted(metadata));
  const sets = [...new Set(setSpecs)].sort();
  const description = metadata?.description ?? null;
  const parts = [
    `"deleted":${deleted}`,
    ...(description === null ? [] : [`"description":${JSON.stringify(description)}`]),
    ...(json === null ? [] : [`"metadata":${json}`]),
    ...(sets.length === 0 ? [] : [`"setSpecs":${JSON.stringify(sets)}`]),
  ];
  return hash('sha256', `{${parts.join()}}`);
}

const withSorted = (metadata: RecordMetadata): RecordMetadata => ({ ...metadata, communities: [...metadata.communities].sort() });

const isSorted = (list: readonly string[]): boolean => list.every((it, n) => n === 0 || list[n - 1]! <= it);

/** SHA-256 (hex) of the issues; null when there are none. */
export function issuesHash(issues: readonly MappingIssue[]): string | null {
  return issues.length === 0 ? null : hash('sha256', canonicalJson(issues));
}

/** JSON with sorted keys and without properties that are null, undefined or empty lists. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  let json = '';
  for (const key of Object.keys(value).sort()) {
    const part = (value as Record<string, unknown>)[key];
    if (!isEmpty(part)) json += `${json && ','}"${key}":${canonicalJson(part)}`;
  }
  return `{${json}}`;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
