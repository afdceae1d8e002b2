import { hash } from 'node:crypto';
import type { MappingIssue, RecordMetadata } from '@thresher/datacite';

/** What of a record counts as its content: a change of it, and of nothing else, makes a revision. */
export interface RecordContent {
  readonly deleted: boolean;
  readonly setSpecs: readonly string[];
  readonly metadata: RecordMetadata | null;
}

/**
 * SHA-256 (hex) of the content. Stands still when the mapping orders its fields otherwise or gains a field that is
 * null or empty, and when sets or communities come in another order, which means nothing.
 */
export function metadataHash({ deleted, setSpecs, metadata }: RecordContent): string {
  const communities = [...(metadata?.communities ?? [])].sort();
  const content = metadata && { ...metadata, communities };
  return hash('sha256', canonicalJson({ deleted, setSpecs: [...new Set(setSpecs)].sort(), metadata: content }));
}

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
