import { type Kysely, sql } from 'kysely';

/** As with the other lists of a record, its key is for those who read the schema. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.record_dublin_core (
      record_id bigint not null,
      position int not null,
      element text not null,
      value text not null,
      lang text,
      primary key (record_id, position)
    );
    do $$
    begin
      if current_setting('server_version_num')::int >= 180000 then
        alter table public.record_dublin_core add foreign key (record_id) references public.record (id) not enforced;
      end if;
    end $$;
    comment on table public.record_dublin_core is 'The elements of records that came as oai_dc, as they came. Empty for records in other formats.';
    comment on column public.record_dublin_core.record_id is 'The record.';
    comment on column public.record_dublin_core.position is 'Place in the source, from 0.';
    comment on column public.record_dublin_core.element is 'Name of the element without its prefix: title, source, relation.';
    comment on column public.record_dublin_core.value is 'Its text.';
    comment on column public.record_dublin_core.lang is 'xml:lang as written.';
  `.execute(db);
}
