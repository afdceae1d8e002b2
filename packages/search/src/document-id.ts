import { createHash } from 'node:crypto';

/** Elasticsearch refuses a longer `_id`. */
const MAX_BYTES = 512;

/** The `_id` of a record: source and OAI identifier, the latter as its SHA-256 if it is too long for an `_id`. */
export function documentId(sourceId: number | string, oaiIdentifier: string): string {
  const id = `${sourceId}:${oaiIdentifier}`;
  if (Buffer.byteLength(id) <= MAX_BYTES) return id;
  return `${sourceId}:sha256:${createHash('sha256').update(oaiIdentifier).digest('hex')}`;
}
