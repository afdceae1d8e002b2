import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { uniqueName } from '../database/unique-name.ts';

/** A version of a concept, as a list of versions shows it. */
export interface RecordVersion {
  readonly oaiIdentifier: string;
  readonly uniqueName: string;
  /** As written. */
  readonly version: string | null;
  /** As written. */
  readonly publicationDate: string | null;
}

/** Another record that is here. */
export interface LinkedRecord {
  readonly uniqueName: string;
  readonly title: string | null;
}

/** Records at the other end of the links of a record. */
export interface RecordNeighbours {
  /** Records that the record names, by the DOI that it gives; for the DOI of a concept its latest version. */
  readonly here: ReadonlyMap<string, LinkedRecord>;
  /** Records that name the record or its concept, the newest first; other versions of it are left out. */
  readonly inbound: readonly (LinkedRecord & { readonly relationType: string | null; readonly year: number | null })[];
  /** Whether there are more inbound links than these. */
  readonly hasMoreInbound: boolean;
}

/** Zenodo's longest chains have some hundreds of versions. */
const MAX_VERSIONS = 1_000;
const MAX_INBOUND = 50;
/** A famous work is named by 100,000 records: only this number of links is read and sorted. */
const MAX_READ = 2_000;

/** All versions of a concept, the latest first, without their metadata. */
export async function listVersions(db: Kysely<Database>, conceptDoi: string): Promise<RecordVersion[]> {
  const { rows } = await sql<RecordVersion>`
    select r.oai_identifier as "oaiIdentifier", ${uniqueName} as "uniqueName", r.version,
      coalesce(r.publication_date_text, r.publication_year::text) as "publicationDate"
    from public.record r where r.concept_doi = ${conceptDoi} and not r.deleted
    order by r.publication_date desc nulls last, r.recid desc nulls last, r.id limit ${MAX_VERSIONS}`.execute(db);
  return rows;
}

type Self = { readonly recordId: number; readonly doi: string | null; readonly conceptDoi: string | null };

/** Records here that the record links to through `dois`, and those that link to it. */
export async function readNeighbours(db: Kysely<Database>, record: Self, dois: readonly string[]): Promise<RecordNeighbours> {
  const [here, inbound] = await Promise.all([namedRecords(db, dois), namingRecords(db, record)]);
  return {
    here: new Map(here.map(({ doi, ...one }) => [doi, one])),
    inbound: inbound.slice(0, MAX_INBOUND),
    hasMoreInbound: inbound.length > MAX_INBOUND,
  };
}

async function namedRecords(db: Kysely<Database>, dois: readonly string[]): Promise<(LinkedRecord & { readonly doi: string })[]> {
  if (dois.length === 0) return [];
  const { rows } = await sql<LinkedRecord & { doi: string }>`
    select distinct on (n.doi) n.doi, ${uniqueName} as "uniqueName", r.title
    from unnest(${[...new Set(dois)]}::text[]) n (doi)
    join public.record r on not r.deleted and (r.doi = n.doi or r.concept_doi = n.doi)
    order by n.doi, r.doi = n.doi desc, r.is_latest_version desc, r.id`.execute(db);
  return rows;
}

async function namingRecords(db: Kysely<Database>, { recordId, doi, conceptDoi }: Self): Promise<RecordNeighbours['inbound']> {
  const own = [doi, conceptDoi].filter((one) => one !== null);
  if (own.length === 0) return [];
  const { rows } = await sql<RecordNeighbours['inbound'][number]>`
    select ${uniqueName} as "uniqueName", r.title, l.relation_type as "relationType", r.publication_year as year
    from (select distinct record_id, relation_type from (
      select record_id, relation_type from public.record_related_identifier where doi = any(${own}::text[]) limit ${MAX_READ}) f) l
    join public.record r on r.id = l.record_id
    where not r.deleted and r.id <> ${recordId} and (${conceptDoi}::text is null or r.concept_doi is distinct from ${conceptDoi})
    order by r.publication_date desc nulls last, r.id desc, l.relation_type limit ${MAX_INBOUND + 1}`.execute(db);
  return rows;
}
