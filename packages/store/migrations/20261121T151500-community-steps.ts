import { type Kysely, sql } from 'kysely';

/**
 * Without this table, a client that follows one community would read the steps of all other records. A row is written with the step
 * it names, by the same transaction and with the same instant, so `harvest.settled_until()` holds for it too.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table harvest.community_step (
      community text not null,
      at timestamptz not null,
      record_id bigint not null,
      revision int not null,
      primary key (community, at, record_id, revision)
    );
    comment on table harvest.community_step is 'The steps of records that are, were or become members of a community, in the order in which changes are listed.';
    comment on column harvest.community_step.community is 'Slug of the community.';
    comment on column harvest.community_step.at is 'record.first_seen_at of the first step, record_history.replaced_at of the others.';
    comment on column harvest.community_step.record_id is 'The record.';
    comment on column harvest.community_step.revision is '0 for the first step, else the revision that it replaced.';

    insert into harvest.community_step
    with state as (
      select h.record_id, h.revision, h.replaced_at, h.metadata -> 'communities' as communities from public.record_history h
      union all
      select r.id, r.revision, null, (select jsonb_agg(c.community) from public.record_community c where c.record_id = r.id) from public.record r
    ), step as (
      select record_id, revision, replaced_at as at, communities as before,
        lead(communities) over (partition by record_id order by revision) as after
      from state
      union all
      (select distinct on (s.record_id) s.record_id, 0, r.first_seen_at, null, s.communities
       from state s join public.record r on r.id = s.record_id order by s.record_id, s.revision)
    )
    select distinct c.community, at, record_id, revision from step
    cross join lateral (select jsonb_array_elements_text(before) union all select jsonb_array_elements_text(after)) as c (community)
    where at is not null`.execute(db);
}
