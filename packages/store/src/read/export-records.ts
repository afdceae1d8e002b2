import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Db } from '../database/db.ts';
import { assertQuery } from '../database/read-only.ts';
import { openReadOnly } from '../database/read-only-session.ts';

/** Records whose datestamp lies in one month (UTC). */
export interface ExportMonth {
  /** `2024-05`; null for records whose datestamp is not a date. */
  readonly month: string | null;
  readonly records: number;
  /** Changes when any of these records does, when one joins them and when one leaves. */
  readonly fingerprint: string;
}

/** Which records: all that are not tombstones and could be mapped, or those among them with these ids. */
export interface ExportSelection {
  readonly recordIds?: readonly number[];
}

/** The months that records were last updated in, the oldest first. */
export async function exportMonths(db: Db, selection: ExportSelection = {}): Promise<ExportMonth[]> {
  const { rows } = await db.pool.query<ExportMonth>(
    `select to_char(r.datestamp at time zone 'UTC', 'YYYY-MM') as month, count(*) as records,
       md5(concat_ws(':', count(*), sum(r.id), sum(r.id * r.revision), extract(epoch from max(r.changed_at)),
         extract(epoch from max(s.changed_at)), sum(r.id::numeric * (s.views + s.downloads)))) as fingerprint
     from public.record r left join public.record_stats s on s.record_id = r.id where ${chosenRecords(selection)} group by 1 order by 1 nulls first`,
  );
  return rows;
}

/**
 * The records of a month as lines of JSON: the normalised record (`RecordMetadata`, without what is null or empty) with what the
 * header and this database say in front. In the order of their ids, as they are at one instant. See `copyLines`.
 */
export function copyRecords(
  db: Db,
  month: string | null,
  selection: ExportSelection,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  return copyLines(db, linesOf(head, 'analytics.whole_metadata(r.metadata, r.description)', month, selection), signal);
}

/** The same, with each text only once: a text in `descriptions` that equals `description` is null. Half the bytes. */
export function copyStored(
  db: Db,
  month: string | null,
  selection: ExportSelection,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  return copyLines(db, linesOf(`${head}, 'description', r.description`, 'r.metadata', month, selection), signal);
}

const head = `'source', s.name, 'oaiIdentifier', r.oai_identifier, 'recid', r.recid, 'datestamp', r.datestamp,
  'setSpecs', array(select t.set_spec from public.record_set t where t.record_id = r.id order by t.position),
  'revision', r.revision, 'firstSeenAt', r.first_seen_at, 'changedAt', r.changed_at`;

/** The facts of a record, without null and empty values; an object or list of a custom field as the source sent it. */
const facts = `jsonb_strip_nulls(jsonb_build_object(
    'factsAt', r.facts_at, 'createdAt', r.created_at, 'versionIndex', r.version_index, 'swhid', r.swhid, 'embargoUntil', r.embargo_until,
    'accessStatus', r.access_status, 'descriptionHtml', r.description_html, 'thesisUniversity', r.thesis_university, 'meetingTitle', r.meeting_title,
    'journal', nullif(jsonb_strip_nulls(jsonb_build_object('title', r.journal_title, 'volume', r.journal_volume, 'issue', r.journal_issue,
      'pages', r.journal_pages, 'issn', r.journal_issn)), '{}'),
    'imprint', nullif(jsonb_strip_nulls(jsonb_build_object('title', r.imprint_title, 'isbn', r.imprint_isbn, 'pages', r.imprint_pages,
      'place', r.imprint_place, 'edition', r.imprint_edition)), '{}'),
    'languages', (select jsonb_agg(l.language order by l.position) from public.record_language l where l.record_id = r.id),
    'files', (select jsonb_agg(jsonb_build_object('key', f.key, 'fileType', f.file_type, 'mimetype', f.mimetype, 'size', f.size,
      'checksum', f.checksum, 'url', f.url) order by f.position) from public.record_file f where f.record_id = r.id),
    'statistics', (select jsonb_build_object('asOf', s.fetched_at, 'views', s.views, 'uniqueViews', s.unique_views, 'downloads', s.downloads,
      'uniqueDownloads', s.unique_downloads, 'volume', s.volume, 'versionViews', s.version_views, 'versionUniqueViews', s.version_unique_views,
      'versionDownloads', s.version_downloads, 'versionUniqueDownloads', s.version_unique_downloads, 'versionVolume', s.version_volume)
      from public.record_stats s where s.record_id = r.id and s.views is not null),
    'citedReferences', (select jsonb_agg(jsonb_build_object('reference', f.reference, 'identifier', f.identifier, 'scheme', f.scheme) order by f.position)
      from public.record_reference f where f.record_id = r.id and r.facts_at is not null),
    'awards', (select jsonb_agg(jsonb_build_object('funderId', a.funder_id, 'funderName', a.funder_name, 'awardId', a.award_id,
      'number', a.award_number, 'title', a.title, 'titleLanguage', a.title_language,
      'acronym', a.acronym, 'program', a.program, 'url', a.url, 'doi', a.doi) order by a.position)
      from public.record_award a where a.record_id = r.id),
    'creatorRoles', (select jsonb_agg(jsonb_build_object('position', p.position, 'name', p.name, 'role', p.role) order by p.position)
      from public.record_creator_role p where p.record_id = r.id)))
  || coalesce((select jsonb_build_object('customFields', jsonb_agg(jsonb_build_object('field', c.field, 'value', c.value)
      || case when jsonb_typeof(c.json) in ('object', 'array') then jsonb_build_object('json', c.json) else '{}' end order by c.field, c.position))
      from public.record_custom_field c where c.record_id = r.id having count(*) > 0), '{}')`;

/** The same as members of a JSON object, each with a comma after it; nothing for a record of which only OAI-PMH has spoken. */
const factMembers = `case when r.facts_at is null and not exists (select from public.record_stats s where s.record_id = r.id) then ''
    else coalesce(nullif(substr(left((${facts})::text, -1), 2), '') || ', ', '') end`;

/** Joins texts instead of building JSON: twice as fast, since the record is most of the line. */
function linesOf(members: string, metadata: string, month: string | null, selection: ExportSelection): string {
  const from = `timestamptz '${month}-01T00:00:00Z'`;
  const within =
    month === null
      ? 'r.datestamp is null'
      : `r.datestamp >= ${from} and r.datestamp < (${from} at time zone 'UTC' + interval '1 month') at time zone 'UTC'`;
  return `
    select left(json_build_object(${members})::text, -1) || ', ' || ${factMembers} || substr(${metadata}::text, 2)
    from public.record r join analytics.source s on s.source_id = r.source_id
    where ${chosenRecords(selection)} and ${within} order by r.id`;
}

/** The rows of a query that somebody typed, as lines of JSON. See `copyLines`. Throws NotAQueryError. */
export function copyQuery(db: Db, query: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  assertQuery(query);
  return copyLines(db, `select row_to_json(q)::text from (\n${query}\n) q`, signal);
}

/** Numbers only, so they may stand in the text: COPY takes no parameters. */
export const chosenRecords = ({ recordIds }: ExportSelection): string =>
  `not r.deleted and r.metadata is not null${recordIds === undefined ? '' : ` and r.id = any ('{${recordIds.map((id) => Math.trunc(id)).join(',')}}'::bigint[])`}`;

/**
 * What a query of one text column gives, a line per row, as bytes in pieces that end anywhere. Read-only; `db` has to have
 * logged in as a role that can only read; times are UTC. JSON holds no control characters, so with two of them as
 * delimiter and quote COPY leaves its lines as they are. Throws NotReadOnlyError and
 * what PostgreSQL does.
 */
async function* copyLines(db: Db, query: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  await using session = await openReadOnly(db, { timeoutMs: 0, signal });
  session.busy = true;
  yield* copyFrom(session.client, query);
  session.busy = false;
}

/** The same on a connection that is open. */
export async function* copyFrom(client: PoolClient, query: string): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of client.query(copyTo(`copy (${query}\n) to stdout (format csv, delimiter e'\\x01', quote e'\\x02')`)))
    yield piece as Buffer;
}
