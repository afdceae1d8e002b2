import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** The result of a membership run for one set. */
export interface SetListing {
  /** Different identifiers that were listed. */
  readonly listed: number;
  /** The last page of the list; null if it had none, since it is empty. */
  readonly pageId: number | null;
  /** Whether every window of the set is complete: only then does absence mean anything. */
  readonly complete: boolean;
}

const listedIdentifiers = (runId: number, setSpec: string) => sql`
  select i.identifier, p.id as page_id from harvest.window w
  join harvest.page p on p.window_id = w.id and p.attempt = w.attempt and p.verb = 'ListIdentifiers', unnest(p.identifiers) as i (identifier)
  where w.run_id = ${runId} and w.set_spec = ${setSpec}`;

export async function setListing(db: Kysely<Database>, runId: number, setSpec: string): Promise<SetListing> {
  const { rows } = await sql<SetListing>`
    select (select count(distinct identifier) from (${listedIdentifiers(runId, setSpec)}) l)::int as listed,
           (select max(page_id) from (${listedIdentifiers(runId, setSpec)}) l) as "pageId",
           not exists (select from harvest.window where run_id = ${runId} and set_spec = ${setSpec} and state not in ('complete', 'split')) as complete`.execute(
    db,
  );
  return rows[0]!;
}

export interface Member {
  readonly recordId: number;
  readonly identifier: string;
}

/**
 * Live records that are stored as members of a set and that a membership run did not list. Left out are those that a page
 * written after the list began speaks for, and those whose datestamp lies behind what the run asked for.
 */
export async function membersNotListed(
  db: Kysely<Database>,
  run: { readonly id: number; readonly source_id: number; readonly until_datestamp: Date | null },
  setSpec: string,
): Promise<Member[]> {
  const { rows } = await sql<Member>`
    select r.id as "recordId", r.oai_identifier as identifier
    from public.record_set s join public.record r on r.id = s.record_id
    where s.set_spec = ${setSpec} and r.source_id = ${run.source_id} and not r.deleted
      and (r.datestamp is null or ${run.until_datestamp}::timestamptz is null or r.datestamp < ${run.until_datestamp}::timestamptz + interval '1 second')
      and r.page_id < coalesce((select min(p.id) from harvest.page p join harvest.window w on w.id = p.window_id where w.run_id = ${run.id}), ${maxBigint})
      and r.oai_identifier not in (select identifier from (${listedIdentifiers(run.id, setSpec)}) l)
    order by r.id`.execute(db);
  return rows;
}

const maxBigint = sql`9223372036854775807`;

/** Identifiers that a membership run listed in a set and that are not stored, or only as tombstones, each once. */
export async function listedNotStored(
  db: Kysely<Database>,
  run: { readonly id: number; readonly source_id: number },
  setSpec: string,
): Promise<string[]> {
  const { rows } = await sql<{ identifier: string }>`
    select distinct l.identifier from (${listedIdentifiers(run.id, setSpec)}) l
    left join public.record r on r.source_id = ${run.source_id} and r.oai_identifier = l.identifier and (not r.deleted or r.page_id >= l.page_id)
    where r.id is null order by l.identifier`.execute(db);
  return rows.map((row) => row.identifier);
}

/** How many live records are stored as members of a set. */
export async function countMembers(db: Kysely<Database>, sourceId: number, setSpec: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from public.record_set s join public.record r on r.id = s.record_id
    where s.set_spec = ${setSpec} and r.source_id = ${sourceId} and not r.deleted`.execute(db);
  return rows[0]!.n;
}

/** How many records joined and left these sets since an instant, by whatever page. */
export async function countSetChanges(
  db: Kysely<Database>,
  sourceId: number,
  setSpecs: readonly string[],
  since: Date,
): Promise<{ joined: number; left: number }> {
  const { rows } = await sql<{ joined: number; left: number }>`
    select count(*) filter (where change = 'joined')::int as joined, count(*) filter (where change = 'left')::int as "left"
    from public.record_set_change where source_id = ${sourceId} and set_spec = any(${setSpecs}) and changed_at >= ${since}`.execute(db);
  return rows[0]!;
}

/** When the members of a set were last listed in full, by a membership run or a full one; null if never. */
export async function membersListedAt(db: Kysely<Database>, sourceId: number, setSpec: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(started_at) as at from harvest.run
    where source_id = ${sourceId} and state = 'complete' and kind in ('membership', 'full') and from_datestamp is null
      and (${setSpec} = any(set_specs) or (kind = 'full' and set_specs = '{}'))`.execute(db);
  return rows[0]!.at;
}

/** A page that was requested outside of a list. */
export interface FetchedReply {
  readonly identifier: string;
  readonly content: Buffer;
  readonly content_length: number;
  readonly response_date: Date | null;
}

/**
 * Stores answers to GetRecord: in a separate window of the run, walked already, each answer a page. Returns the ids
 * of the pages, for the queue.
 */
export async function storeReplies(
  db: Kysely<Database>,
  run: { readonly id: number; readonly source_id: number },
  setSpec: string | null,
  replies: readonly FetchedReply[],
): Promise<number[]> {
  if (replies.length === 0) return [];
  return db.transaction().execute(async (trx) => {
    const counts = { attempt: 1, declared: replies.length, received: replies.length, distinct_received: replies.length };
    const window = await trx
      .insertInto('harvest.window')
      .values({ run_id: run.id, set_spec: setSpec, state: 'walked', ...counts, started_at: new Date() })
      .returning('id')
      .executeTakeFirstOrThrow();
    const pages = replies.map(({ identifier, ...reply }, number) => ({
      ...reply,
      number,
      window_id: window.id,
      source_id: run.source_id,
      attempt: 1,
      verb: 'GetRecord' as const,
      record_count: 1,
      identifiers: [identifier],
    }));
    const rows = await trx.insertInto('harvest.page').values(pages).returning('id').execute();
    return rows.map((row) => row.id);
  });
}
