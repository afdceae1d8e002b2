import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { readWithin } from '../database/read-within.ts';
import { readMetadata, type StoredMetadata } from '../database/metadata-json.ts';
import { fetchedColumn, type FetchedJson, type RecordFile, toFetched } from './record-files.ts';
import type { StoredRecordView } from './record-view.ts';
import { asMicros, fromMicros, type Micros } from '../database/settled.ts';

/** A record as `/oai2d` serves it. Its metadata are also null if they were not wanted. */
export interface ProvidedRecord extends Pick<StoredRecordView, 'recordId' | 'oaiIdentifier' | 'deleted' | 'setSpecs' | 'metadata'> {
  /** When this copy last changed: the datestamp of the provider. */
  readonly changedAt: Micros;
  /** Null if they were not fetched, or were not asked for. */
  readonly files: readonly RecordFile[] | null;
  readonly origin: RecordOrigin;
}

/** The parts of a record that are read in addition to its header, in one statement. */
export interface ProvidedParts {
  readonly withMetadata: boolean;
  readonly withFiles: boolean;
}

/** Where a record was harvested, for the provenance that goes with it. */
export interface RecordOrigin {
  readonly baseUrl: string;
  /** `oai_datacite` … */
  readonly metadataPrefix: string;
  /** As sent. */
  readonly datestamp: string;
}

/** Records of a list: those whose change lies in [from, until) and that are in any of the sets. */
export interface ProvidedSelection {
  readonly from: Micros | null;
  readonly until: Micros;
  readonly setSpecs: readonly string[] | null;
}

export interface ProvidedPage extends ProvidedSelection, ProvidedParts {
  /** The last record of the previous page. */
  readonly after: { readonly changedAt: Micros; readonly recordId: number } | null;
  readonly limit: number;
}

interface Row {
  id: number;
  oai_identifier: string;
  changed_at: Micros;
  deleted: boolean;
  set_specs: string[];
  metadata: StoredMetadata | null;
  description: string | null;
  fetched: FetchedJson | null;
  base_url: string;
  metadata_prefix: string;
  datestamp_text: string;
}

/** One page of a list, by (changedAt, recordId). */
export async function listProvided(db: Kysely<Database>, page: ProvidedPage): Promise<ProvidedRecord[]> {
  const after = page.after === null ? sql`` : sql`and (r.changed_at, r.id) > (${fromMicros(page.after.changedAt)}, ${page.after.recordId})`;
  const { rows } = await sql<Row>`
    ${select(page)} where ${selected(page)} ${after} order by r.changed_at, r.id limit ${page.limit}
  `.execute(db);
  return rows.map(toProvided);
}

/**
 * How many records the whole list has; null where counting takes longer than that: a list of millions is better sent than
 * counted.
 */
export async function countProvided(db: Kysely<Database>, selection: ProvidedSelection, timeoutMs: number): Promise<number | null> {
  return readWithin(db, timeoutMs, async (trx) => {
    const { rows } = await sql<{ count: number }>`select count(*) as count from public.record r where ${selected(selection)}`.execute(trx);
    return rows[0]!.count;
  });
}

/** The record of that identifier; null if there is none that could be handed on. */
export async function findProvided(db: Kysely<Database>, oaiIdentifier: string, parts: ProvidedParts): Promise<ProvidedRecord | null> {
  const { rows } = await sql<Row>`
    ${select(parts)} where r.oai_identifier = ${oaiIdentifier} and ${isProvided} order by r.source_id limit 1
  `.execute(db);
  return rows[0] ? toProvided(rows[0]) : null;
}

/** When the first of the present records was changed; null if there is none. */
export async function earliestProvided(db: Kysely<Database>): Promise<Micros | null> {
  const { rows } = await sql<{ at: Micros | null }>`select ${asMicros(sql`min(changed_at)`)} as at from public.record`.execute(db);
  return rows[0]!.at;
}

/** Whether a record is in that set. */
export async function isSet(db: Kysely<Database>, spec: string): Promise<boolean> {
  const { rows } = await sql`select from public.record_set where set_spec = ${spec} limit 1`.execute(db);
  return rows.length > 0;
}

/**
 * The next sets that a record is in, in the database's own order; null begins. One probe of the index a set: `distinct`
 * would read every membership.
 */
export async function listSetSpecs(db: Kysely<Database>, after: string | null, limit: number): Promise<string[]> {
  const beyond = after === null ? sql`` : sql`where set_spec > ${after}`;
  const { rows } = await sql<{ set_spec: string }>`
    with recursive specs as (
      (select set_spec, 1 as number from public.record_set ${beyond} order by set_spec limit 1)
      union all
      select next.set_spec, specs.number + 1
      from specs cross join lateral (select s.set_spec from public.record_set s where s.set_spec > specs.set_spec order by s.set_spec limit 1) next
      where specs.number < ${limit}
    )
    select set_spec from specs order by number
  `.execute(db);
  return rows.map((row) => row.set_spec);
}

/** The sets below one: `a:b` and `a:b:c` of `a`. */
export async function listSubsets(db: Kysely<Database>, setSpec: string): Promise<string[]> {
  const next = (after: RawBuilder<unknown>) => sql`
    select s.set_spec collate "C" as set_spec from public.record_set s
    where position(':' in s.set_spec) > 0 and s.set_spec collate "C" > ${after} and s.set_spec collate "C" < ${`${setSpec};`}
    order by s.set_spec collate "C" limit 1`;
  // One probe of the index a set: `distinct` would read every membership, at each page of a list.
  const { rows } = await sql<{ set_spec: string }>`
    with recursive below as (
      (${next(sql`${`${setSpec}:`}`)})
      union all
      select found.set_spec from below cross join lateral (${next(sql`below.set_spec`)}) found
    )
    select set_spec from below
  `.execute(db);
  return rows.map((row) => row.set_spec);
}

function select({ withMetadata, withFiles }: ProvidedParts): RawBuilder<unknown> {
  return sql`
    select r.id, r.oai_identifier, ${asMicros(sql`r.changed_at`)} as changed_at, r.deleted, r.datestamp_text, o.base_url, o.metadata_prefix,
      array(select s.set_spec from public.record_set s where s.record_id = r.id order by s.position) as set_specs,
      ${withMetadata ? sql`r.metadata, r.description` : sql`null as metadata, null as description`},
      ${withFiles ? fetchedColumn : sql`null`} as fetched
    from public.record r join harvest.source o on o.id = r.source_id`;
}

/** A record whose metadata could not be mapped has nothing to serve. */
const isProvided = sql`(r.deleted or r.metadata is not null)`;

function selected({ from, until, setSpecs }: ProvidedSelection): RawBuilder<unknown> {
  const since = from === null ? sql`` : sql`and r.changed_at >= ${fromMicros(from)}`;
  const inSets =
    setSpecs === null
      ? sql``
      : sql`and exists (select from public.record_set t where t.record_id = r.id and t.set_spec = any(${setSpecs}::text[]))`;
  return sql`${isProvided} and r.changed_at < ${fromMicros(until)} ${since} ${inSets} and ${isFirstOfItsName}`;
}

/** If several sources have an identifier, the record of the first one is served. With one source there is nothing to look for. */
const isFirstOfItsName = sql`(
  (select count(*) from harvest.source) = 1
  or not exists (
    select from public.record other
    where other.oai_identifier = r.oai_identifier and other.source_id < r.source_id and (other.deleted or other.metadata is not null)))`;

function toProvided(row: Row): ProvidedRecord {
  return {
    recordId: row.id,
    oaiIdentifier: row.oai_identifier,
    changedAt: row.changed_at,
    deleted: row.deleted,
    setSpecs: row.set_specs,
    metadata: readMetadata(row.metadata, row.description),
    files: row.fetched && toFetched(row.fetched).files,
    origin: { baseUrl: row.base_url, metadataPrefix: row.metadata_prefix, datestamp: row.datestamp_text },
  };
}
