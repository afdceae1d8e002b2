import { hash } from 'node:crypto';
import type { RdmCounts, RdmFacts } from '@thresher/datacite';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database/db.ts';
import { toSqlDate, toSqlInt, toStorable } from '../database/sql-values.ts';
import { canonicalJson } from './metadata-hash.ts';
import { statNames } from './stat-names.ts';
import { type ChangedRecord, noteUnindexed } from './unindexed.ts';

/** The facts of one record: what its JSON has and its `oai_datacite` has not. */
export interface FactsOfRecord {
  readonly oaiIdentifier: string;
  readonly facts: RdmFacts;
}

export interface WrittenFacts {
  /** Records whose files, references, fields or the like are other than before, or new. */
  readonly changed: number;
  /** Records of which only the statistics differ. */
  readonly counted: number;
  /** The new revisions of the changed ones: they are noted to be sent to the index. */
  readonly revisions: ReadonlyMap<number, number>;
}

/**
 * Stores facts of records that are stored already, in one transaction. What was said later stays: facts older than those
 * stored are passed over, statistics older than those fetched too. Equal facts write nothing but the time of equal statistics.
 * Records whose facts changed get a revision without history, as the record itself is as before and its document is another; they and
 * those whose statistics changed are noted to be sent to the index. Tombstones are left alone.
 *
 * @param at as of when the source said so
 * @param options `confirm`: also note the time of equal facts and statistics, which rewrites the rows that have it; `sending`: records that the
 *   caller sends whatever happens, as their page is not done before: they are not noted, so that no other process sends them as well
 */
export async function writeFacts(
  db: Kysely<Database>,
  sourceId: number,
  all: readonly FactsOfRecord[],
  at: Date,
  { confirm = false, sending = new Set() }: { readonly confirm?: boolean; readonly sending?: ReadonlySet<number> } = {},
): Promise<WrittenFacts> {
  if (all.length === 0) return { changed: 0, counted: 0, revisions: new Map() };
  return db.transaction().execute(async (trx) => {
    // As with records, the last one counts.
    const incoming = [...new Map(all.map((it) => [it.oaiIdentifier, it])).values()].map(toRow);
    const changed = await updateRecords(trx, sourceId, incoming, at);
    await replaceLists(trx, changed);
    if (confirm) await confirmFacts(trx, sourceId, incoming, at);
    const counted = await writeStats(trx, sourceId, incoming, at, confirm);
    await writeCommunities(trx, sourceId, all, at);
    const toIndex = new Map<number, ChangedRecord>([...changed, ...counted].map((it) => [it.id, it]));
    await noteUnindexed(
      trx,
      [...toIndex.values()].filter(({ id }) => !sending.has(id)),
    );
    const revisions = new Map(changed.map(({ id, revision }) => [id, revision]));
    return { changed: changed.length, counted: toIndex.size - changed.length, revisions };
  });
}

type Row = ReturnType<typeof toRow>;

function toRow({ oaiIdentifier, facts: given }: FactsOfRecord) {
  const facts = toStorable(given);
  const { stats, communities, ...lasting } = facts;
  // Only replies for single records have these texts of a community: they do not make the record another one.
  const named = communities.map(({ slug, uuid, title, type, website, organizations }) => ({
    slug,
    uuid,
    title,
    type,
    website,
    organizations,
  }));
  const { journal, imprint } = facts;
  return {
    identifier: oaiIdentifier,
    hash: `\\x${hash('sha256', canonicalJson({ ...lasting, communities: named }))}`,
    description_html: facts.descriptionHtml,
    created_at: facts.createdAt,
    version_index: toSqlInt(facts.versionIndex),
    swhid: facts.swhid,
    embargo_until: toSqlDate(facts.embargoUntil),
    access_status: facts.accessStatus,
    journal_title: journal.title,
    journal_volume: journal.volume,
    journal_issue: journal.issue,
    journal_pages: journal.pages,
    journal_issn: journal.issn,
    imprint_title: imprint.title,
    imprint_isbn: imprint.isbn,
    imprint_pages: imprint.pages,
    imprint_place: imprint.place,
    imprint_edition: imprint.edition,
    thesis_university: facts.thesisUniversity,
    meeting_title: facts.meetingTitle,
    files: facts.files,
    file_count: facts.files?.length ?? null,
    total_size: facts.files === null ? null : facts.files.reduce((sum, file) => sum + (file.size ?? 0), 0),
    references: facts.references,
    languages: facts.languages,
    custom_fields: facts.customFields,
    awards: facts.awards,
    roles: facts.creatorRoles,
    ...(stats === null ? {} : { stats: { ...countsOf('', stats.allVersions), ...countsOf('version_', stats.thisVersion) } }),
  };
}

const countsOf = (prefix: string, it: RdmCounts): Record<string, number | null> => ({
  [`${prefix}views`]: it.views,
  [`${prefix}unique_views`]: it.uniqueViews,
  [`${prefix}downloads`]: it.downloads,
  [`${prefix}unique_downloads`]: it.uniqueDownloads,
  [`${prefix}volume`]: it.volume,
});

interface Written {
  readonly id: number;
  readonly revision: number;
  readonly row: Row;
  /** Files that were fetched later than these facts were said stay. */
  readonly keepsFiles: boolean;
}

/** The columns of `record` that facts fill, apart from their time and hash. */
const columns = [
  ['description_html', 'text'],
  ['created_at', 'timestamptz'],
  ['version_index', 'int'],
  ['swhid', 'text'],
  ['embargo_until', 'date'],
  ['access_status', 'text'],
  ['journal_title', 'text'],
  ['journal_volume', 'text'],
  ['journal_issue', 'text'],
  ['journal_pages', 'text'],
  ['journal_issn', 'text'],
  ['imprint_title', 'text'],
  ['imprint_isbn', 'text'],
  ['imprint_pages', 'text'],
  ['imprint_place', 'text'],
  ['imprint_edition', 'text'],
  ['thesis_university', 'text'],
  ['meeting_title', 'text'],
] as const;

/**
 * Returns the records whose facts are other than before, locked in the order of their ids. Hashes are compared first: of a later dump most
 * records say the same, and PostgreSQL reads nothing else of them.
 */
async function updateRecords(trx: Transaction<Database>, sourceId: number, incoming: readonly Row[], at: Date): Promise<Written[]> {
  const { rows: due } = await sql<{ id: number; identifier: string; keepsFiles: boolean }>`
    with i as materialized (
      select identifier, digest::bytea as hash
      from unnest(${incoming.map((row) => row.identifier)}::text[], ${incoming.map((row) => row.hash)}::text[]) as t (identifier, digest)
    )
    select r.id, r.oai_identifier as identifier, coalesce(s.status = 200 and s.fetched_at > ${at} and s.file_count is not null, false) as "keepsFiles"
    from public.record r join i on i.identifier = r.oai_identifier left join public.record_stats s on s.record_id = r.id
    where r.source_id = ${sourceId} and not r.deleted and (r.facts_at is null or r.facts_at <= ${at}) and r.facts_hash is distinct from i.hash
    order by r.id for update of r`.execute(trx);
  if (due.length === 0) return [];
  const byIdentifier = new Map(incoming.map((row) => [row.identifier, row]));
  const declared = sql.raw(columns.map(([name, type]) => `${name} ${type}`).join(', '));
  const assigned = sql.raw(columns.map(([name]) => `${name} = i.${name}`).join(', '));
  const values = due.map(({ id, identifier, keepsFiles }) => {
    const row = byIdentifier.get(identifier)!;
    return { id, hash: keepsFiles ? null : row.hash, ...Object.fromEntries(columns.map(([name]) => [name, row[name]])) };
  });
  const { rows } = await sql<{ id: number; revision: number }>`
    update public.record r set revision = r.revision + 1, facts_at = ${at}, facts_hash = i.hash, ${assigned}
    from json_to_recordset(${JSON.stringify(values)}::json) as i (id bigint, hash bytea, ${declared}) where r.id = i.id
    returning r.id, r.revision`.execute(trx);
  const revisions = new Map(rows.map(({ id, revision }) => [id, revision]));
  return due.map(({ id, identifier, keepsFiles }) => ({
    id,
    keepsFiles,
    revision: revisions.get(id)!,
    row: byIdentifier.get(identifier)!,
  }));
}

/** Updates the time of facts that the source sent again unchanged. */
async function confirmFacts(trx: Transaction<Database>, sourceId: number, incoming: readonly Row[], at: Date): Promise<void> {
  const said = incoming.map(({ identifier, hash: digest }) => ({ identifier, hash: digest }));
  await sql`
    update public.record r set facts_at = ${at} from json_to_recordset(${JSON.stringify(said)}::json) as i (identifier text, hash bytea)
    where r.source_id = ${sourceId} and r.oai_identifier = i.identifier and not r.deleted and r.facts_hash = i.hash and r.facts_at < ${at}`.execute(
    trx,
  );
}

async function replaceLists(trx: Transaction<Database>, changed: readonly Written[]): Promise<void> {
  if (changed.length === 0) return;
  const json = JSON.stringify(
    changed.map(({ id, keepsFiles, row: { files, references, languages, custom_fields, awards, roles } }) => ({
      id,
      files: keepsFiles ? [] : (files ?? []),
      references,
      languages,
      custom_fields,
      awards,
      roles,
    })),
  );
  const ids = changed.map(({ id }) => id);
  await sql`
    with f as (delete from public.record_file where record_id = any(${changed.filter((it) => !it.keepsFiles).map(({ id }) => id)})),
         l as (delete from public.record_language where record_id = any(${ids})),
         c as (delete from public.record_custom_field where record_id = any(${ids})),
         a as (delete from public.record_award where record_id = any(${ids})),
         p as (delete from public.record_creator_role where record_id = any(${ids}))
    delete from public.record_reference where record_id = any(${ids})`.execute(trx);
  await sql`
    with t as materialized (
      select * from json_to_recordset(${json}::json)
        as t (id bigint, files json, "references" json, languages json, custom_fields json, awards json, roles json)
    ), f as (
      insert into public.record_file (record_id, position, key, file_id, size, checksum, mimetype, url)
      select t.id, n - 1, it ->> 'key', it ->> 'fileId', (it ->> 'size')::bigint, it ->> 'checksum', it ->> 'mimetype', it ->> 'url'
      from t, json_array_elements(t.files) with ordinality as e (it, n)
    ), l as (
      insert into public.record_language (record_id, position, language)
      select t.id, n - 1, it from t, json_array_elements_text(t.languages) with ordinality as e (it, n)
    ), c as (
      insert into public.record_custom_field (record_id, field, position, value, json, in_list)
      select t.id, it ->> 'field', (it ->> 'position')::int, it ->> 'value', (it -> 'json')::jsonb, (it ->> 'inList')::boolean
      from t, json_array_elements(t.custom_fields) as e (it)
    ), a as (
      insert into public.record_award (record_id, position, funder_id, funder_name, award_id, award_number, title, title_language, acronym, program, url, doi)
      select t.id, (it ->> 'position')::int, it ->> 'funderId', it ->> 'funderName', it ->> 'awardId', it ->> 'number', it ->> 'title',
        it ->> 'titleLanguage', it ->> 'acronym', it ->> 'program', it ->> 'url', it ->> 'doi'
      from t, json_array_elements(t.awards) as e (it)
    ), p as (
      insert into public.record_creator_role (record_id, position, name, role)
      select t.id, (it ->> 'position')::int, it ->> 'name', it ->> 'role' from t, json_array_elements(t.roles) as e (it)
    )
    insert into public.record_reference (record_id, position, reference, identifier, scheme)
    select t.id, n - 1, it ->> 'reference', it ->> 'identifier', it ->> 'scheme'
    from t, json_array_elements(t."references") with ordinality as e (it, n)`.execute(trx);
}

/** No history of statistics: the last ones count. Returns the records whose statistics, or count of files, are other than before. */
async function writeStats(
  trx: Transaction<Database>,
  sourceId: number,
  incoming: readonly Row[],
  at: Date,
  confirm: boolean,
): Promise<ChangedRecord[]> {
  const rows = incoming.map(({ identifier, file_count, total_size, stats }) => ({ identifier, file_count, total_size, ...stats }));
  const isOther = sql.raw(`(${countNames.map((name) => `s.${name}`).join(', ')}) is distinct from (${countNames.map(saidOf).join(', ')})`);
  const { rows: written } = await sql<Required<ChangedRecord>>`
    with i as materialized (
      select r.id as record_id, r.revision, t.* from json_to_recordset(${JSON.stringify(rows)}::json) as t (identifier text, ${countTypes})
      join public.record r on r.source_id = ${sourceId} and r.oai_identifier = t.identifier and not r.deleted
    ), w as (
      insert into public.record_stats as s (record_id, status, fetched_at, changed_at, ${statColumns})
      select record_id, 200, ${at}, ${at}, ${statColumns} from i order by record_id
      on conflict (record_id) do update set status = 200, fetched_at = excluded.fetched_at, ${saidColumns},
        changed_at = case when ${isOther} then excluded.changed_at else s.changed_at end,
        revision = case when ${isOther} then s.revision + 1 else s.revision end
      where s.fetched_at <= excluded.fetched_at and (${confirm} or ${isOther})
      returning record_id, revision, changed_at = ${at} as is_other
    )
    select i.record_id as id, i.revision, w.revision as "statsRevision" from i join w using (record_id) where w.is_other order by 1`.execute(
    trx,
  );
  return written;
}

const countNames = ['file_count', 'total_size', ...statNames];
const statColumns = sql.raw(countNames.join(', '));
const countTypes = sql.raw(countNames.map((name) => `${name} ${name === 'file_count' ? 'int' : 'bigint'}`).join(', '));

/** Files that are not shown are not counted; a count that is not told stays as it was. */
const saidOf = (name: string): string =>
  name === 'file_count' || name === 'total_size' ? `excluded.${name}` : `coalesce(excluded.${name}, s.${name})`;
const saidColumns = sql.raw(countNames.map((name) => `${name} = ${saidOf(name)}`).join(', '));

/** The last description of a community counts; fields that it omits stay as they are. */
async function writeCommunities(trx: Transaction<Database>, sourceId: number, all: readonly FactsOfRecord[], at: Date): Promise<void> {
  const bySlug = new Map(all.flatMap(({ facts }) => facts.communities).map((it) => [it.slug, it]));
  if (bySlug.size === 0) return;
  const sorted = [...bySlug.values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  await sql`
    insert into public.community as c (source_id, slug, uuid, title, type, website, organizations, funding, description, curation_policy, page, seen_at)
    select ${sourceId}, t.slug, t.uuid, t.title, t.type, t.website, t.organizations, nullif(t.funding, '[]'), t.description, t."curationPolicy", t.page, ${at}
    from json_to_recordset(${JSON.stringify(toStorable(sorted))}::json)
      as t (slug text, uuid text, title text, type text, website text, organizations text[], funding jsonb,
        description text, "curationPolicy" text, page text)
    on conflict (source_id, slug) do update set
      uuid = coalesce(excluded.uuid, c.uuid), title = coalesce(excluded.title, c.title), type = coalesce(excluded.type, c.type),
      website = coalesce(excluded.website, c.website), funding = coalesce(excluded.funding, c.funding),
      description = coalesce(excluded.description, c.description),
      curation_policy = coalesce(excluded.curation_policy, c.curation_policy), page = coalesce(excluded.page, c.page), seen_at = excluded.seen_at,
      organizations = case when excluded.organizations = '{}' then c.organizations else excluded.organizations end
    where c.seen_at <= excluded.seen_at
      and ((c.uuid, c.title, c.type, c.website, c.organizations) is distinct from
          (excluded.uuid, excluded.title, excluded.type, excluded.website, excluded.organizations)
        or (c.funding, c.description, c.curation_policy, c.page) is distinct from (coalesce(excluded.funding, c.funding),
          coalesce(excluded.description, c.description), coalesce(excluded.curation_policy, c.curation_policy), coalesce(excluded.page, c.page)))`.execute(
    trx,
  );
}
