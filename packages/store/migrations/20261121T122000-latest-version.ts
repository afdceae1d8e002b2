import { type Kysely, sql } from 'kysely';

/** Which version of a concept is the latest, so that a search can leave the others out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table public.record add column is_latest_version boolean not null default true, add column latest_version_changed_at timestamptz;
    comment on column public.record.is_latest_version is 'Whether no other version of its concept from this source is newer, by publication date, then record number. Kept right after each page; of no meaning for a tombstone.';
    comment on column public.record.latest_version_changed_at is 'When is_latest_version last changed: another version came or went. Null if it never did.';

    update public.record r set is_latest_version = false, latest_version_changed_at = clock_timestamp(), revision = r.revision + 1
    from (
      select id, row_number() over (partition by source_id, concept_doi order by publication_date desc nulls last, recid desc nulls last, id) as place
      from public.record where concept_doi is not null and not deleted
    ) versions
    where r.id = versions.id and versions.place > 1;
    insert into harvest.unindexed (record_id, revision)
    select id, revision from public.record where not is_latest_version on conflict (record_id) do update set revision = excluded.revision;
  `.execute(db);
}
