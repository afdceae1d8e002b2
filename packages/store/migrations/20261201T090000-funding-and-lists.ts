import { type Kysely, sql } from 'kysely';

/** Funding of communities, whether a custom field is a list, and awards by their names in the vocabulary of the source. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table public.community add funding jsonb;
    comment on column public.community.funding is 'Funders and awards of the community as the JSON has them, [{"funder": {"id": …}}]; null: not reported.';
    alter table public.record_custom_field add in_list boolean;
    comment on column public.record_custom_field.in_list is 'Whether the field is a list, also with one value; null: written by an older version.';
    create index record_award_award_idx on public.record_award (award_id) where award_id is not null;
  `.execute(db);
}
