import { type RawBuilder, sql } from 'kysely';

/** Name of the source of `public.record r`. */
export const sourceName: RawBuilder<string> = sql`(select n.name from harvest.source n where n.id = r.source_id)`;

/**
 * The shortest name that identifies `public.record r` uniquely: its number, `source:number`, its OAI identifier, or `source:OAI
 * identifier`. A number is ambiguous if another row, copies and tombstones included, has the same number or has it as its OAI
 * identifier. `export` alone is a path of the API. Costs two index lookups unless the number is ambiguous.
 */
export const uniqueName: RawBuilder<string> = sql`(case
  when r.recid is not null
    and not exists (select from public.record o where o.recid = r.recid and o.id <> r.id)
    and not exists (select from public.record o where o.oai_identifier = r.recid::text) then r.recid::text
  when r.recid is not null
    and not exists (select from public.record o where o.recid = r.recid and o.source_id = r.source_id and o.id <> r.id)
    and not exists (select from public.record o where o.oai_identifier = r.recid::text and o.source_id = r.source_id)
    then ${sourceName} || ':' || r.recid
  when r.oai_identifier <> 'export' and not exists (select from public.record o where o.oai_identifier = r.oai_identifier and o.id <> r.id)
    and not (r.oai_identifier ~ '^[0-9]{1,15}$' and exists (
      select from public.record o where o.recid = case when r.oai_identifier ~ '^[0-9]{1,15}$' then r.oai_identifier::bigint end))
    then r.oai_identifier
  else ${sourceName} || ':' || r.oai_identifier end)`;
