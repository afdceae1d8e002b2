import type { RecordMetadata } from '@thresher/datacite';
import type { IncomingRecord } from './harvested-record.ts';
import { metadataHash } from './metadata-hash.ts';
import { writeMetadata } from '../database/metadata-json.ts';

/** Zenodo's sets of communities: `user-<slug>`, as the mapping reads them. */
const slugOf = (setSpec: string): string | null => /^user-(.+)$/s.exec(setSpec)?.[1] ?? null;

/** Whether two lists name the same sets, in whatever order. */
export function sameSets(a: readonly string[], b: readonly string[]): boolean {
  const other = new Set(b);
  return new Set(a).size === other.size && a.every((setSpec) => other.has(setSpec));
}

/**
 * The metadata of a record that moved from some sets to others: the communities of those it left go, even where a link
 * in the metadata still names them, and those it joined come, in front as the mapping has them.
 */
export function withSets(metadata: RecordMetadata | null, before: readonly string[], after: readonly string[]): RecordMetadata | null {
  if (metadata === null || sameSets(before, after)) return metadata;
  const slugs = (setSpecs: readonly string[]) => setSpecs.flatMap((setSpec) => slugOf(setSpec) ?? []);
  const left = new Set(slugs(before.filter((setSpec) => !after.includes(setSpec))));
  const others = metadata.communities.filter((slug) => !left.has(slug));
  return { ...metadata, communities: [...new Set([...slugs(after), ...others])] };
}

/**
 * A deleted header that names no sets, with those its record was in last: a client that follows one of them learns of the deletion
 * only so.
 */
export function withLastSets(incoming: IncomingRecord, setSpecs: readonly string[]): IncomingRecord {
  if (!incoming.deleted || incoming.setSpecs.length > 0 || setSpecs.length === 0) return incoming;
  const content = { deleted: true, setSpecs, metadata: null };
  return { ...incoming, ...content, metadataHash: metadataHash(content, null), elementHash: null };
}

/** A harvested record whose sets are replaced by those that a newer list has. */
export function withKnownSets(incoming: IncomingRecord, setSpecs: readonly string[]): IncomingRecord {
  if (incoming.deleted || sameSets(incoming.setSpecs, setSpecs)) return incoming;
  const content = { deleted: false, setSpecs, metadata: withSets(incoming.metadata, incoming.setSpecs, setSpecs) };
  const metadataJson = content.metadata && writeMetadata(content.metadata);
  return { ...incoming, ...content, metadataJson, metadataHash: metadataHash(content, metadataJson), elementHash: null };
}
