import { type Kysely, sql } from 'kysely';

/**
 * The description of a record was stored in `record` and again in `record_description`: a tenth of all bytes. The table has null in its place
 * now, and the view with the table's name has the text. Rows that are there stay as they are, and read the same.
 *
 * Workers of the version before write through the view while they are replaced, with COPY and DELETE.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table public.record_description set schema harvest;
    alter table harvest.record_description alter column description drop not null;
    comment on table harvest.record_description is 'Descriptions as they are stored. The view public.record_description is made for reading.';
    comment on column harvest.record_description.description is 'As plain text; null if it equals record.description.';

    create view public.record_description as
      select d.record_id, d.position, coalesce(d.description, r.description) as description, d.markup, d.description_type, d.lang
      from harvest.record_description d left join public.record r on r.id = d.record_id;
    comment on view public.record_description is 'Descriptions.';
    comment on column public.record_description.record_id is 'The record.';
    comment on column public.record_description.position is 'Place among its kind in the record, from 0, as in the source.';
    comment on column public.record_description.description is 'As plain text.';
    comment on column public.record_description.markup is 'As written, if that is not plain text (HTML of old records); else null.';
    comment on column public.record_description.description_type is 'descriptionType: Abstract, Methods, TechnicalInfo …';
    comment on column public.record_description.lang is 'xml:lang as written.';

    create function harvest.write_record_description() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        delete from harvest.record_description where record_id = old.record_id and position = old.position;
        return old;
      end if;
      insert into harvest.record_description values (new.record_id, new.position, new.description, new.markup, new.description_type, new.lang);
      return new;
    end $$;
    create trigger write_record_description instead of insert or delete on public.record_description
      for each row execute function harvest.write_record_description();
  `.execute(db);
}
