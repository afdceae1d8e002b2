import { type Kysely, sql } from 'kysely';

/** A host that refuses this client gets no requests for a time that grows, across restarts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table harvest.budget add blocked_until timestamptz, add blocks int not null default 0;
    update harvest.budget set blocked_reason = null;
    comment on column harvest.budget.blocked_reason is 'Why nothing is sent until blocked_until (401, 403).';
    comment on column harvest.budget.blocked_until is 'Until when nothing is sent, as the host refused this client; null: it never did.';
    comment on column harvest.budget.blocks is 'Blocks that followed one another with less than two days between; each pause is longer than the one before.';
  `.execute(db);
}
