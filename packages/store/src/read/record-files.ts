import type { RdmAward, RdmCustomField, RdmReference } from '@thresher/datacite';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../database/db.ts';
import type { RecordStatsTable } from '../database/record-schema.ts';
import { statNames } from '../write/stat-names.ts';
import { noteUnindexed } from '../write/unindexed.ts';

/** A file of a record, as the REST API of its source describes it. */
export interface RecordFile {
  readonly key: string;
  readonly fileId: string | null;
  /** Bytes. */
  readonly size: number | null;
  /** Algorithm and digest: `md5:…`. */
  readonly checksum: string | null;
  readonly url: string | null;
  /** As the source states it in InvenioRDM's JSON; null or absent if it did not. */
  readonly mimetype?: string | null;
}

/** Zenodo's statistics: those with `version_` count one version, the others all of them. Null: the source does not report. */
export type RecordStats = Readonly<Record<(typeof statNames)[number], number | null>>;

/** Files and statistics of a record, which OAI-PMH does not carry. */
export interface FilesAndStats {
  /** Null where the source does not show them. */
  readonly files: readonly RecordFile[] | null;
  /** Null where the source does not show them. */
  readonly stats: RecordStats | null;
}

/** The same as stored, with the time of the request. */
export interface FetchedRecord extends FilesAndStats {
  readonly recordId: number;
  /** HTTP status of the last answer. */
  readonly status: number;
  readonly fetchedAt: Date;
}

export interface FetchCandidate {
  readonly recordId: number;
  /** Its id at the source: a number, or InvenioRDM's `2g0v8-2f254`. */
  readonly localId: string;
  readonly oaiIdentifier: string;
}

/** Which records of a source to fetch files and statistics of. */
export interface FetchChoice {
  readonly sourceId: number;
  /** Records fetched since then, and not changed since they were, are left out. */
  readonly fetchedBefore: Date;
  /** Only members of these sets; empty: all. */
  readonly setSpecs: readonly string[];
  /** Only these records; null: all. */
  readonly recordIds: readonly number[] | null;
}

/** The end of an OAI identifier of InvenioRDM, outside of Zenodo. */
const INVENIO_ID = ':([a-z0-9]{5}-[a-z0-9]{5})$';

/**
 * The next records to fetch after a number, by ascending recordId, at most `limit`. Deleted ones are not asked for. What a JSON
 * dump brought is as of the instant of the dump: only a record that changed at its source since then (with an hour for clocks) is asked for.
 */
export async function recordsToFetch(
  db: Kysely<Database>,
  { sourceId, fetchedBefore, setSpecs, recordIds }: FetchChoice,
  afterId: number,
  limit: number,
): Promise<FetchCandidate[]> {
  const ofSets =
    setSpecs.length === 0
      ? sql``
      : sql`and exists (select from public.record_set m where m.record_id = r.id and m.set_spec = any(${setSpecs}))`;
  const ofThese = recordIds === null ? sql`` : sql`and r.id = any(${recordIds})`;
  const { rows } = await sql<FetchCandidate>`
    select r.id as "recordId", coalesce(r.recid::text, substring(r.oai_identifier from ${INVENIO_ID})) as "localId", r.oai_identifier as "oaiIdentifier"
    from public.record r left join public.record_stats s on s.record_id = r.id
    where r.source_id = ${sourceId} and r.id > ${afterId} and not r.deleted and (r.recid is not null or r.oai_identifier ~ ${INVENIO_ID}) ${ofSets} ${ofThese}
      and (s.record_id is null or s.fetched_at < ${fetchedBefore} or (s.fetched_at < r.changed_at
        and (r.facts_at is null or r.datestamp is null or s.fetched_at < r.datestamp + interval '1 hour')))
    order by r.id limit ${limit}`.execute(db);
  return rows;
}

/**
 * Files and statistics that the source showed of a record in a form that says nothing else; if they are stored already, only the time of
 * asking is noted.
 */
export async function saveFetched(
  db: Kysely<Database>,
  recordId: number,
  wanted: FilesAndStats,
  at: Date,
): Promise<'new' | 'changed' | 'unchanged'> {
  return db.transaction().execute(async (trx) => {
    const [stored] = await readFetched(trx, [recordId]);
    if (stored !== undefined && stored.status === 200 && isSame(stored, wanted)) {
      await trx.updateTable('record_stats').set({ fetched_at: at }).where('record_id', '=', recordId).execute();
      return 'unchanged';
    }
    await writeStats(trx, recordId, wanted, at);
    await writeFiles(trx, recordId, wanted.files ?? []);
    // A revision without history: the record is unchanged and only its document differs. Its hash is removed, so that the next JSON is written.
    const { rows: records } = await sql<{ id: number; revision: number }>`
      update public.record set revision = revision + 1, facts_hash = null where id = ${recordId} and not deleted returning id, revision`.execute(
      trx,
    );
    await noteUnindexed(trx, records);
    return stored === undefined ? 'new' : 'changed';
  });
}

const isSame = (a: FilesAndStats, b: FilesAndStats): boolean => comparable(a) === comparable(b);
const comparable = ({ files, stats }: FilesAndStats): string =>
  JSON.stringify([
    files?.map(({ key, fileId, size, checksum, url }) => [key, fileId, size, checksum, url]),
    stats === null ? null : statNames.map((name) => stats[name]),
  ]);

async function writeStats(trx: Transaction<Database>, recordId: number, { files, stats }: FilesAndStats, at: Date): Promise<void> {
  const values = {
    status: 200,
    ...statsOf((name) => stats?.[name] ?? null),
    file_count: files?.length ?? null,
    total_size: files === null ? null : files.reduce((sum, file) => sum + (file.size ?? 0), 0),
    fetched_at: at,
    changed_at: at,
  };
  await trx
    .insertInto('record_stats')
    .values({ record_id: recordId, ...values })
    .onConflict((conflict) => conflict.column('record_id').doUpdateSet({ ...values, revision: sql<number>`record_stats.revision + 1` }))
    .execute();
}

async function writeFiles(trx: Transaction<Database>, recordId: number, files: readonly RecordFile[]): Promise<void> {
  await trx.deleteFrom('record_file').where('record_id', '=', recordId).execute();
  if (files.length === 0) return;
  await sql`
    insert into public.record_file (record_id, position, key, file_id, size, checksum, url)
    select ${recordId}, place - 1, file ->> 'key', file ->> 'fileId', (file ->> 'size')::bigint, file ->> 'checksum', file ->> 'url'
    from jsonb_array_elements(${JSON.stringify(files)}::jsonb) with ordinality as t (file, place)`.execute(trx);
}

/** When files and statistics of any record of a source were last fetched; null: never. */
export async function lastFetchedAt(db: Kysely<Database>, sourceId: number): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(s.fetched_at) as at from public.record_stats s join public.record r on r.id = s.record_id
    where r.source_id = ${sourceId}`.execute(db);
  return rows[0]?.at ?? null;
}

/** Stores that the source was asked and did not show the record, with the HTTP status. Earlier files and statistics stay. */
export async function noteNotShown(db: Kysely<Database>, recordId: number, status: number, at: Date): Promise<void> {
  await sql`
    insert into public.record_stats as s (record_id, status, fetched_at, changed_at, revision) values (${recordId}, ${status}, ${at}, ${at}, 0)
    on conflict (record_id) do update set status = excluded.status, fetched_at = excluded.fetched_at,
      changed_at = case when s.status = excluded.status then s.changed_at else excluded.changed_at end`.execute(db);
}

/** What the index holds of a record in addition to its metadata. */
export interface IndexFacts {
  readonly views: number | null;
  readonly downloads: number | null;
  readonly uniqueViews: number | null;
  readonly uniqueDownloads: number | null;
  readonly fileTypes: string[];
  readonly fileNames: string[];
  readonly fileSizes: number[];
  readonly languages: string[];
  readonly references: RdmReference[];
  readonly customFields: Pick<RdmCustomField, 'field' | 'json'>[];
  readonly awards: Pick<RdmAward, 'acronym' | 'program'>[];
  /** ISO 8601. */
  readonly createdAt: string | null;
  readonly versionIndex: number | null;
  readonly swhid: string | null;
  /** `YYYY-MM-DD`. */
  readonly embargoUntil: string | null;
  /** Of the statistics: see `SentRecord`. 0 without any. */
  readonly statsRevision: number;
}

/** What the index holds of records in addition to their metadata, by record; records of which only OAI-PMH has spoken are missing. */
export async function readIndexFacts(db: Kysely<Database>, recordIds: readonly number[]): Promise<Map<number, IndexFacts>> {
  const { rows } = await sql<{ id: number } & IndexFacts>`
    select r.id, s.views, s.downloads, s.unique_views as "uniqueViews", s.unique_downloads as "uniqueDownloads", array(
      select distinct f.file_type from public.record_file f where f.record_id = r.id and f.file_type is not null order by 1) as "fileTypes",
      array(select f.key from public.record_file f where f.record_id = r.id order by f.position) as "fileNames",
      array(select f.size::float8 from public.record_file f where f.record_id = r.id and f.size is not null order by f.position) as "fileSizes",
      array(select l.language from public.record_language l where l.record_id = r.id order by l.position) as languages,
      array(select json_build_object('reference', f.reference, 'identifier', f.identifier, 'scheme', f.scheme)
        from public.record_reference f where f.record_id = r.id and r.facts_at is not null order by f.position) as "references",
      array(select json_build_object('field', c.field, 'json', c.json)
        from public.record_custom_field c where c.record_id = r.id order by c.field, c.position) as "customFields",
      array(select json_build_object('acronym', a.acronym, 'program', a.program) from public.record_award a where a.record_id = r.id
        and (a.acronym is not null or a.program is not null) order by a.position) as awards,
      to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
      r.version_index as "versionIndex", r.swhid, to_char(r.embargo_until, 'YYYY-MM-DD') as "embargoUntil",
      coalesce(s.revision, 0) as "statsRevision"
    from public.record r left join public.record_stats s on s.record_id = r.id
    where r.id = any(${recordIds}) and (r.facts_at is not null or s.record_id is not null)`.execute(db);
  return new Map(rows.map(({ id, ...facts }) => [id, facts]));
}

/** Files and statistics of these records, those that were ever asked for, by ascending recordId. */
export async function readFetched(db: Kysely<Database>, recordIds: readonly number[]): Promise<FetchedRecord[]> {
  if (recordIds.length === 0) return [];
  const { rows } = await sql<{ fetched: FetchedJson | null }>`
    select ${fetchedColumn} as fetched from unnest(${recordIds}::bigint[]) r (id) order by r.id`.execute(db);
  return rows.flatMap(({ fetched }) => (fetched === null ? [] : toFetched(fetched)));
}

/** Files and statistics as a column next to `r.id`; null if they were never requested. */
export const fetchedColumn: RawBuilder<unknown> = sql`(
  select jsonb_build_object('asked', to_jsonb(s), 'files', (
    select jsonb_agg(jsonb_build_object('key', f.key, 'fileId', f.file_id, 'size', f.size, 'checksum', f.checksum, 'url', f.url, 'mimetype', f.mimetype) order by f.position)
    from public.record_file f where f.record_id = s.record_id))
  from public.record_stats s where s.record_id = r.id)`;

/** The value of that column. */
export interface FetchedJson {
  readonly asked: Omit<RecordStatsTable, 'fetched_at' | 'changed_at'> & { readonly fetched_at: string };
  readonly files: readonly RecordFile[] | null;
}

export function toFetched({ asked, files }: FetchedJson): FetchedRecord {
  return {
    recordId: asked.record_id,
    status: asked.status,
    fetchedAt: new Date(asked.fetched_at),
    stats: statNames.every((name) => asked[name] === null) ? null : statsOf((name) => asked[name]),
    files: asked.file_count === null ? null : (files ?? []),
  };
}

/** Statistics by name. */
export const statsOf = (value: (name: (typeof statNames)[number]) => number | null): RecordStats =>
  Object.fromEntries(statNames.map((name) => [name, value(name)])) as RecordStats;
