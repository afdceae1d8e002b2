import { type Kysely, sql } from 'kysely';

/** What keeping a source current needs: memberships, vanished records, and what still has to be sent to the index. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table public.record add column sets_page_id bigint, add column deletion_reason text;
    comment on column public.record.sets_page_id is 'Page of ListIdentifiers that last changed its sets: pages of records older than that leave them alone. Null if there was none.';
    comment on column public.record.deletion_reason is 'For a tombstone that the source did not announce itself: how it was found, and the reason the source gives elsewhere.';
    create index record_history_replaced_at_idx on public.record_history (replaced_at);

    create view public.record_set_change as
      select h.record_id, r.source_id, r.oai_identifier, c.set_spec, c.change, h.replaced_at as changed_at, h.replaced_by_page_id as page_id
      from public.record_history h
      join public.record r on r.id = h.record_id
      cross join lateral (select coalesce(
        (select n.set_specs from public.record_history n where n.record_id = h.record_id and n.revision > h.revision order by n.revision limit 1),
        array(select s.set_spec from public.record_set s where s.record_id = h.record_id)) as set_specs) next
      cross join lateral (
        select unnest as set_spec, 'left' as change from unnest(h.set_specs) where unnest <> all (next.set_specs)
        union all
        select unnest, 'joined' from unnest(next.set_specs) where unnest <> all (h.set_specs)) c
      where 'setSpecs' = any (h.changed_paths);
    comment on view public.record_set_change is 'Records that joined or left a set after they were first stored.';
    comment on column public.record_set_change.record_id is 'The record.';
    comment on column public.record_set_change.source_id is 'Its source.';
    comment on column public.record_set_change.oai_identifier is 'Its OAI identifier.';
    comment on column public.record_set_change.set_spec is 'setSpec.';
    comment on column public.record_set_change.change is 'joined or left.';
    comment on column public.record_set_change.changed_at is 'When that was seen.';
    comment on column public.record_set_change.page_id is 'Page that showed it.';

    create table harvest.unindexed (
      record_id bigint primary key references public.record (id) on delete cascade,
      revision int not null,
      noted_at timestamptz not null default now()
    );
    comment on table harvest.unindexed is 'Records that changed otherwise than by their own page and have still to be sent to the search index.';
    comment on column harvest.unindexed.record_id is 'The record.';
    comment on column harvest.unindexed.revision is 'The revision that has to be sent, or a later one.';
    comment on column harvest.unindexed.noted_at is 'Since when.';

    create table harvest.suspect (
      source_id bigint not null references harvest.source (id) on delete cascade,
      oai_identifier text not null,
      state text not null default 'suspect' check (state in ('suspect', 'held', 'confirmed', 'cleared')),
      first_missed_run bigint references harvest.run (id) on delete set null,
      reason text not null,
      evidence jsonb not null default '[]',
      found_at timestamptz not null default now(),
      checked_at timestamptz,
      settled_at timestamptz,
      primary key (source_id, oai_identifier)
    );
    create index suspect_open_idx on harvest.suspect (source_id, found_at) where state in ('suspect', 'held');
    comment on table harvest.suspect is 'Records that a source which announces no deletions has stopped listing.';
    comment on column harvest.suspect.source_id is 'The source.';
    comment on column harvest.suspect.oai_identifier is 'OAI identifier of the record.';
    comment on column harvest.suspect.state is 'suspect: one witness; held: too many at once, a person has to decide; confirmed: a second witness, now a tombstone; cleared: it is there after all, or a person said so.';
    comment on column harvest.suspect.first_missed_run is 'The complete run that was the first not to list it.';
    comment on column harvest.suspect.reason is 'Why it is in this state, in a sentence.';
    comment on column harvest.suspect.evidence is 'Every witness in order: [{at, witness, says, …}].';
    comment on column harvest.suspect.found_at is 'When it was first missed.';
    comment on column harvest.suspect.checked_at is 'When GetRecord was last asked about it.';
    comment on column harvest.suspect.settled_at is 'When it was confirmed or cleared.';

    alter table harvest.run drop constraint run_kind_check;
    alter table harvest.run add constraint run_kind_check check (kind in ('full', 'incremental', 'membership', 'dump', 'check'));
    comment on column harvest.run.kind is 'full: everything; incremental: what changed since the last complete run; membership: identifiers of sets only; dump: a bulk file; check: single records, by GetRecord.';
    comment on column harvest.page.verb is 'ListRecords, ListIdentifiers or GetRecord.';
  `.execute(db);
}
