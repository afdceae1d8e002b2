import type { OaiSet } from './communities.ts';

export type MetadataPrefix = 'oai_datacite' | 'datacite' | 'oai_dc' | 'oai_datacite4' | 'datacite4';

/** The variable part of a record: everything that does not follow from its number. */
export interface RecordVersion {
  /** 0 as generated; each `touch` adds 1 and changes the metadata. */
  readonly metadataVersion: number;
  /** Milliseconds since 1970. */
  readonly datestamp: number;
  /** As served now, system sets first. */
  readonly setSpecs: readonly string[];
}

/**
 * Records by number, made on demand and always alike. Numbers run from 0; those from `size` on are records that do not
 * exist yet (`create` brings them in).
 */
export interface Corpus {
  readonly size: number;
  /** Whether records beyond `size` can be made. */
  readonly growing: boolean;
  readonly prefixes: readonly MetadataPrefix[];
  readonly sets: readonly OaiSet[];
  identifier(number: number): string;
  /** The number of an OAI identifier or record number; undefined if it never existed. */
  numberOf(identifier: string): number | undefined;
  datestamp(number: number): number;
  setSpecs(number: number): readonly string[];
  /** When a record was made, milliseconds since 1970; left out if the corpus does not know. */
  created?(number: number): number;
  /** The records among the first `total` that are versions of the same thing, the first version first. */
  versions?(number: number, total: number): readonly number[];
  /** The content of `<metadata>` as a byte string (see xml.ts). Zenodo's GetRecord shows a little more than its lists do. */
  metadata(number: number, version: RecordVersion, prefix: MetadataPrefix, via: 'list' | 'get'): string;
}
