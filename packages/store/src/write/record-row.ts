import type { RecordMetadata } from '@thresher/datacite';
import type { RecordFactColumns, RecordTable } from '../database/record-schema.ts';
import { toSqlDate, toSqlInt } from '../database/sql-values.ts';

/** The columns of `record` that are a function of the metadata, but for `metadata` itself; all null without metadata. */
export type MetadataColumns = Omit<
  RecordTable,
  | keyof RecordFactColumns
  | 'id'
  | 'source_id'
  | 'oai_identifier'
  | 'recid'
  | 'datestamp'
  | 'datestamp_text'
  | 'deleted'
  | 'metadata'
  | 'metadata_hash'
  | 'issues_hash'
  | 'wire_hash'
  | 'page_id'
  | 'sets_page_id'
  | 'deletion_reason'
  | 'is_latest_version'
  | 'latest_version_changed_at'
  | 'revision'
  | 'first_seen_at'
  | 'changed_at'
>;

export function metadataColumns(metadata: RecordMetadata | null): MetadataColumns {
  return {
    doi: metadata?.doi ?? null,
    concept_doi: metadata?.conceptDoi ?? null,
    identifier: metadata?.identifier ?? null,
    identifier_type: metadata?.identifierType ?? null,
    title: metadata?.title ?? null,
    publisher: metadata?.publisher?.name ?? null,
    publisher_identifier: metadata?.publisher?.publisherIdentifier ?? null,
    publisher_identifier_scheme: metadata?.publisher?.publisherIdentifierScheme ?? null,
    publisher_scheme_uri: metadata?.publisher?.schemeUri ?? null,
    publisher_lang: metadata?.publisher?.lang ?? null,
    publication_year: toSqlInt(metadata?.publicationYear ?? null),
    publication_date: toSqlDate(metadata?.publicationDate?.start),
    publication_date_end: toSqlDate(metadata?.publicationDate?.end),
    publication_date_text: metadata?.publicationDate?.text ?? null,
    resource_type: metadata?.resourceType?.type ?? null,
    resource_subtype: metadata?.resourceType?.subtype ?? null,
    resource_type_general: metadata?.resourceType?.general ?? null,
    resource_type_text: metadata?.resourceType?.text ?? null,
    language: metadata?.language?.iso639_3 ?? null,
    language_iso639_1: metadata?.language?.iso639_1 ?? null,
    language_text: metadata?.language?.text ?? null,
    version: metadata?.version ?? null,
    access_right: metadata?.accessRight ?? null,
    description: metadata?.description ?? null,
    metadata_format: metadata?.format ?? null,
    kernel: metadata?.kernel ?? null,
    schema_version: metadata?.schemaVersion ?? null,
    datacentre_symbol: metadata?.datacentreSymbol ?? null,
  };
}

/** The names of those columns, for statements that set them all. */
export const metadataColumnNames: readonly string[] = [...Object.keys(metadataColumns(null)), 'metadata'];

/** The number after the last colon (`oai:zenodo.org:8435696`), where all that follows it is digits. */
export function recidOf(oaiIdentifier: string): number | null {
  const digits = /:(\d{1,15})$/.exec(oaiIdentifier)?.[1];
  return digits === undefined ? null : Number(digits);
}
