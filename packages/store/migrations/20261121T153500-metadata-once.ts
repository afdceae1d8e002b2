import { type Kysely, sql } from 'kysely';

/**
 * A description was in `metadata` up to three times, next to its column, and was half of it. As json instead of jsonb the rest
 * is read as text and written in two thirds of the time, and takes a fifth less room.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop function analytics.record_as_of(timestamptz);
    alter table public.record_history add column description text;
    update public.record_history set description = metadata ->> 'description', metadata = metadata - 'description' where metadata ? 'description';
    alter table public.record alter column metadata type json using (metadata - 'description')::text::json;
    -- another type begins with the default compression
    do $$ begin
      alter table public.record alter column metadata set compression lz4;
    exception when feature_not_supported then null;
    end $$;
    comment on column public.record.metadata is 'The normalised record as JSON, without what is null or empty: the index, the API and the history are made from it, without joining twenty tables. To query, use the columns and tables: they hold the same. Its description is not in it but in the column of that name, and a description or text among descriptions that equals it is null; analytics.whole_metadata puts them together. Null for a tombstone and where nothing could be mapped (see record_issue).';
    comment on column public.record_history.metadata is 'Its normalised metadata then, without the description as in record.metadata.';
    comment on column public.record_history.description is 'Its description then.';
  `.execute(db);
  await createWhole(db);
  await createPast(db);
}

async function createWhole(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function analytics.whole_metadata(metadata json, description text) returns json language sql immutable parallel safe
    begin atomic
      -- no string has an unescaped quote before a colon, so these are keys; json made of jsonb has a blank after them
      select case when description is null then metadata else (left(replace(replace(replace(replace(metadata::text,
        '"description":null', '"description":' || d), '"text":null', '"text":' || d),
        '"description": null', '"description": ' || d), '"text": null', '"text": ' || d), -1) || ',"description":' || d || '}')::json end
      from (select to_json(description)::text as d) text;
    end;
    comment on function analytics.whole_metadata(json, text) is 'The whole normalised record out of the columns metadata and description of record, or of record_history (metadata::json).';
  `.execute(db);
}

async function createPast(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function analytics.record_as_of(at timestamptz) returns table (
      record_id bigint, source_id bigint, oai_identifier text, revision int, deleted boolean, datestamp timestamptz,
      set_specs text[], metadata jsonb, description text, valid_from timestamptz, valid_until timestamptz)
    language sql stable parallel safe
    begin atomic
      select r.id, r.source_id, r.oai_identifier, r.revision, r.deleted, r.datestamp,
        array(select s.set_spec from public.record_set s where s.record_id = r.id order by s.position), r.metadata::jsonb, r.description,
        r.changed_at, null::timestamptz
      from public.record r where r.changed_at <= at
      union all
      select r.id, r.source_id, r.oai_identifier, h.revision, h.deleted, h.datestamp, h.set_specs, h.metadata, h.description, h.changed_at, h.replaced_at
      from public.record_history h join public.record r on r.id = h.record_id
      where h.changed_at <= at and h.replaced_at > at;
    end;
    comment on function analytics.record_as_of(timestamptz) is 'Every record as it stood here at that instant, tombstones with deleted = true; one row each, none for what was not here yet. metadata lacks the description, as in record. valid_until is null for what still holds. Filter on oai_identifier or record_id to look at one.';
  `.execute(db);
}
