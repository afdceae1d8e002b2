import { type Kysely, sql } from 'kysely';

/** Pages whose records are to be mapped again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.page add column remap boolean not null default false;
    create index page_remap_idx on harvest.page (source_id, id) where remap;
    comment on column harvest.page.remap is 'A replay maps its records again: what is stored of them is rewritten where the mapping differs, whichever page came last.';
  `.execute(db);
}
