import type { MappingIssue, RdmFacts, RecordMetadata } from '@thresher/datacite';
import { issuesHash, metadataHash, type RecordContent } from './metadata-hash.ts';
import { writeMetadata } from '../database/metadata-json.ts';
import { isStorable, isStorableText, mend } from '../database/sql-values.ts';
import { compareDatestamps } from './compare-datestamps.ts';

/** The header of a record, as OAI-PMH sends it. */
export interface RecordHeader {
  readonly identifier: string;
  /** As the server sent it. */
  readonly datestamp: string;
  readonly setSpecs: readonly string[];
  readonly deleted: boolean;
}

/** What only the JSON of a record has. */
export interface FactsAsOf {
  /** As of when the source said so. */
  readonly asOf: Date;
  readonly facts: RdmFacts;
}

/** One record of a page, read and mapped. */
export interface HarvestedRecord {
  readonly header: RecordHeader;
  /** The instant that the header's datestamp means; null if it means none. */
  readonly datestamp: Date | null;
  /** Null for a deleted record, and where no known payload was found. */
  readonly metadata: RecordMetadata | null;
  readonly issues: readonly MappingIssue[];
  /** Of the element it was read from, where there was one: see `elementHash`. */
  readonly elementHash?: Buffer;
  /** Left out if it came as XML. */
  readonly json?: FactsAsOf;
}

/** The records of one page. */
export interface RecordsOfPage {
  readonly pageId: number;
  readonly records: readonly HarvestedRecord[];
}

/** A record ready to be compared and written. */
export interface IncomingRecord extends RecordContent {
  /** The page it came off. */
  readonly pageId: number;
  readonly oaiIdentifier: string;
  readonly datestamp: Date | null;
  readonly datestampText: string;
  readonly issues: readonly MappingIssue[];
  /** The metadata as `record.metadata` holds it. */
  readonly metadataJson: string | null;
  readonly metadataHash: string;
  readonly issuesHash: string | null;
  /** Null unless it came as InvenioRDM's JSON. */
  readonly json: FactsAsOf | null;
  /** Null where the element it was read from is not all that makes it so. */
  readonly elementHash: Buffer | null;
}

/** Bytes of UTF-8. A longer identifier does not fit the index that keeps identifiers unique. */
export const maxIdentifierBytes = 2_000;

export class IdentifierTooLongError extends Error {
  override name = 'IdentifierTooLongError';
  readonly identifier: string;
  constructor(identifier: string) {
    super('the OAI identifier is too long to be stored');
    this.identifier = identifier;
  }
}

/**
 * The records of pages, each identifier once: the newest datestamp wins, among equals the last on the latest page.
 * Throws IdentifierTooLongError.
 */
export function incomingRecords(pages: readonly RecordsOfPage[], now: Date): IncomingRecord[] {
  const newest = new Map<string, { readonly pageId: number; readonly record: HarvestedRecord }>();
  for (const { pageId, records } of pages.toSorted((a, b) => a.pageId - b.pageId)) {
    for (const record of records) {
      const { identifier } = record.header;
      if (Buffer.byteLength(identifier) > maxIdentifierBytes) throw new IdentifierTooLongError(identifier);
      const other = newest.get(identifier)?.record;
      if (!other || compareDatestamps(record.datestamp, other.datestamp, now) >= 0) newest.set(identifier, { pageId, record });
    }
  }
  return [...newest.values()].map(({ pageId, record }) => ({ pageId, ...toIncoming(record) }));
}

function toIncoming(record: HarvestedRecord): Omit<IncomingRecord, 'pageId'> {
  const metadataJson = record.metadata && writeMetadata(record.metadata);
  const rest = JSON.stringify([record.header, record.issues]);
  const storable = isStorable(metadataJson ?? '') && isStorable(rest) && isStorableText(record.metadata?.description ?? '');
  if (storable) return incomingRecord(record, metadataJson);
  const { header, metadata, issues } = record;
  const mended = { ...record, ...mend({ header, metadata, issues }) };
  return incomingRecord(mended, mended.metadata && writeMetadata(mended.metadata));
}

function incomingRecord(
  { header, datestamp, metadata, issues, elementHash, json }: HarvestedRecord,
  metadataJson: string | null,
): Omit<IncomingRecord, 'pageId'> {
  const content = {
    deleted: header.deleted,
    setSpecs: [...new Set(header.setSpecs)],
    metadata: header.deleted ? null : metadata,
    metadataJson: header.deleted ? null : metadataJson,
  };
  return {
    ...content,
    oaiIdentifier: header.identifier,
    datestamp,
    datestampText: header.datestamp,
    issues,
    metadataHash: metadataHash(content, content.metadataJson),
    issuesHash: issuesHash(issues),
    json: json ?? null,
    elementHash: elementHash ?? null,
  };
}
