import { type Kysely, type Selectable, sql } from 'kysely';
import type { PageTable, PageVerb } from '../database/harvest-schema.ts';
import type { Database } from '../database/db.ts';
import { lockRunning, isHeld, type Lease } from './lease.ts';

export type Page = Selectable<PageTable>;

export interface NewPage {
  readonly source_id: number;
  readonly number: number;
  readonly verb: PageVerb;
  readonly response_date: Date | null;
  /** One zstd frame. */
  readonly content: Buffer;
  readonly content_length: number;
  readonly record_count: number;
  readonly identifiers: readonly string[];
  /** The `elementHash` of each record in `identifiers`, in their order. */
  readonly record_hashes?: readonly Buffer[];
  readonly resumption_token: string | null;
  readonly token_expires_at: Date | null;
  /** False only if it is certain that the token will not be sent before `claimToken`. */
  readonly token_sent: boolean;
}

export interface QuarantinedRecord {
  readonly position: number;
  readonly oai_identifier: string | null;
  readonly reason: string;
  readonly content: Uint8Array;
}

/**
 * Makes a page durable together with the progress of its window: one statement, so one transaction. Returns the
 * page's id, or null if the lease has ended; then nothing was written.
 */
export async function commitPage(
  db: Kysely<Database>,
  page: NewPage,
  lease: Lease,
  declared: number | null,
  quarantined: readonly QuarantinedRecord[],
): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    with going_on as materialized (${lockRunning(lease.run_id)}), w as (
      update harvest.window w set received = w.received + ${page.record_count}, quarantined = w.quarantined + ${quarantined.length},
             declared = coalesce(${declared}::bigint, w.declared), failure = null
      from going_on where ${isHeld(lease)} and w.run_id = going_on.id
      returning w.id, w.attempt
    ), p as (
      insert into harvest.page (window_id, source_id, attempt, number, verb, response_date, content, content_length,
                                record_count, identifiers, record_hashes, resumption_token, token_expires_at, token_sent)
      select w.id, ${page.source_id}, w.attempt, ${page.number}, ${page.verb}, ${page.response_date}, ${page.content}, ${page.content_length},
             ${page.record_count}, ${page.identifiers}::text[], ${page.record_hashes ?? null}::bytea[], ${page.resumption_token}, ${page.token_expires_at}, ${page.token_sent}
      from w returning id
    ), q as (
      insert into harvest.quarantine (page_id, position, source_id, oai_identifier, reason, content)
      select p.id, t.position, ${page.source_id}, t.oai_identifier, t.reason, t.content
      from p, unnest(${quarantined.map((r) => r.position)}::int[], ${quarantined.map((r) => r.oai_identifier)}::text[],
                     ${quarantined.map((r) => r.reason)}::text[], ${quarantined.map((r) => Buffer.from(r.content))}::bytea[])
           as t (position, oai_identifier, reason, content)
    )
    select id from p`.execute(db);
  return rows[0]?.id ?? null;
}

/**
 * Claims the right to send the token of a page, which one walker gets once. Returns false if the token may have been sent before, or
 * if the lease has ended: then it must not be sent. The row of the window is locked, so that it is not leased meanwhile.
 */
export async function claimToken(db: Kysely<Database>, lease: Lease, pageId: number): Promise<boolean> {
  const { rows } = await sql`
    with going_on as materialized (${lockRunning(lease.run_id)}), held as materialized (
      select w.id from harvest.window w where w.run_id = (select id from going_on) and ${isHeld(lease)} for share of w
    )
    update harvest.page p set token_sent = true from held
    where p.id = ${pageId} and p.window_id = held.id and p.attempt = ${lease.attempt} and not p.token_sent
    returning p.id`.execute(db);
  return rows.length > 0;
}

/** The last page of the window's last attempt, without what is large in it. */
export async function lastPage(
  db: Kysely<Database>,
  windowId: number,
  attempt: number,
): Promise<Omit<Page, 'content' | 'record_hashes'> | undefined> {
  return db
    .selectFrom('harvest.page')
    .select([
      'id',
      'window_id',
      'source_id',
      'attempt',
      'number',
      'verb',
      'response_date',
      'content_length',
      'record_count',
      'identifiers',
      'resumption_token',
      'token_expires_at',
      'token_sent',
      'remap',
      'state',
      'tries',
      'begun',
      'failure',
      'fetched_at',
      'done_at',
    ])
    .where('window_id', '=', windowId)
    .where('attempt', '=', attempt)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function readPage(db: Kysely<Database>, id: number): Promise<Page | undefined> {
  return db.selectFrom('harvest.page').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Counts, durably, that the work on pages begins, and reads them by ascending id: of those given, the ones that are not
 * through and not given up, as many as have `mostBytes` unpacked, but one at least. Whatever ends the work sets `begun` to 0
 * again, a failure included. A page with more than 1 was being worked on when a worker died, or is being worked on elsewhere.
 */
export async function beginPages(db: Kysely<Database>, ids: readonly number[], mostBytes: number): Promise<Page[]> {
  const pages = await db
    .updateTable('harvest.page')
    .set((eb) => ({ begun: eb('begun', '+', 1) }))
    .where(
      'id',
      'in',
      sql<number>`(
        select id from (
          select id, sum(content_length::bigint) over (order by id) as bytes, row_number() over (order by id) as number
          from harvest.page
          where id = any(${ids}) and state <> 'done' and content is not null and tries < ${maxPageTries}) waiting
        where bytes <= ${mostBytes} or number = 1)`,
    )
    .returningAll()
    .execute();
  return pages.sort((a, b) => a.id - b.id);
}

/** Notes that the work on these pages failed without killing its worker. */
export async function endPages(db: Kysely<Database>, ids: readonly number[]): Promise<void> {
  await db
    .updateTable('harvest.page')
    .set({ begun: 0 })
    .where('id', '=', sql<number>`any(${ids})`)
    .execute();
}

/** Sets a page aside at once, because it kills its workers. Its bytes stay, and `planReplay` lets it be tried again. */
export async function setPageAside(db: Kysely<Database>, id: number, failure: string): Promise<void> {
  await db.updateTable('harvest.page').set({ tries: maxPageTries, begun: 0, failure }).where('id', '=', id).execute();
}

/**
 * Marks those of the pages as through whose records are each stored just as the page brings it, and returns them with the number of their records:
 * nothing of them has to be read then. Not if the page itself made one of them so, as it may not have reached the index
 * yet, and not pages that are mapped again. With an index the documents must have arrived too: no record may come from a
 * page that is not done, given up or not.
 */
export async function markUnchangedPages(
  db: Kysely<Database>,
  ids: readonly number[],
  searchable: boolean,
): Promise<readonly { readonly id: number; readonly records: number }[]> {
  const { rows } = await sql<{ id: number; records: number }>`
    update harvest.page p
    set state = ${searchable ? 'done' : 'stored'}, done_at = ${searchable ? sql`now()` : sql`p.done_at`}, failure = null
    where p.id = any(${ids}) and p.state = 'fetched' and not p.remap and cardinality(p.record_hashes) = cardinality(p.identifiers)
      and not exists (
        select from unnest(p.identifiers, p.record_hashes) as listed (identifier, hash)
        where not exists (
          select from public.record r
          where r.oai_identifier = listed.identifier and r.source_id = p.source_id and r.element_hash = listed.hash and r.page_id <> p.id
            ${searchable ? arrived : sql``}))
    returning p.id, cardinality(p.identifiers) as records`.execute(db);
  return rows;
}

/** The page that last wrote `r` has handed its document over. Uses the index of pages that are not done, which are few. */
const arrived = sql`and not exists (select from harvest.page q where q.id = r.page_id and q.state <> 'done')`;

/** Those of the pages whose records are not in SQL yet. */
export async function notStoredPages(db: Kysely<Database>, ids: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from harvest.page where id = any(${ids}) and state = 'fetched'`.execute(db);
  return rows.map((row) => row.id);
}

/** The records of pages are in SQL, and not in search: there is no index, or it does not accept them now. */
export async function markPagesStored(db: Kysely<Database>, ids: readonly number[]): Promise<void> {
  await db
    .updateTable('harvest.page')
    .set({ state: 'stored', failure: null, remap: false, begun: 0 })
    .where('id', '=', sql<number>`any(${ids})`)
    .where('state', '<>', 'done')
    .execute();
}

/** The records of pages are in SQL and in search. */
export async function markPagesDone(db: Kysely<Database>, ids: readonly number[]): Promise<void> {
  await db
    .updateTable('harvest.page')
    .set({ state: 'done', done_at: new Date(), failure: null, remap: false, begun: 0 })
    .where('id', '=', sql<number>`any(${ids})`)
    .execute();
}

/** A page is set aside after this many failures that are its own fault. Its window is then counted as it is. */
export const maxPageTries = 8;

/** Stores why the transform of a page failed. `own`: the page is at fault, so the number of tries is limited. */
export async function notePageFailure(db: Kysely<Database>, id: number, failure: string, own: boolean): Promise<void> {
  await db
    .updateTable('harvest.page')
    .set((eb) => ({ failure, ...(own ? { tries: eb('tries', '+', 1) } : {}) }))
    .where('id', '=', id)
    .execute();
}

/** Ids of pages that were set aside after their records were in SQL: only their documents are missing. */
export async function pagesWithoutDocuments(db: Kysely<Database>): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from harvest.page where state = 'stored' and not remap and tries >= ${maxPageTries}`.execute(db);
  return rows.map((row) => row.id);
}

export interface PendingPages {
  readonly count: number;
  /** Records on these pages. */
  readonly records: number;
  /** The failure of one of them, if any. */
  readonly failure: string | null;
}

/** Pages that are not through yet (in search, or, if there is no index, in SQL) and not given up. */
export async function countPendingPages(db: Kysely<Database>, searchable: boolean, runId?: number): Promise<PendingPages> {
  const { rows } = await sql<PendingPages>`
    select count(*)::int as count, coalesce(sum(record_count), 0)::int as records, max(p.failure) as failure
    from harvest.page p
    where ${searchable ? sql`p.state <> 'done'` : sql`p.state = 'fetched' and p.state <> 'done'`}
      and p.content is not null and p.tries < ${maxPageTries}
      ${runId === undefined ? sql`` : sql`and p.window_id in (select id from harvest.window where run_id = ${runId})`}`.execute(db);
  return rows[0]!;
}

/**
 * Ids of pages that are not through and arrived more than `olderThanMs` ago, oldest first. While the index accepts nothing,
 * pages that only have to be sent are left out.
 */
export async function listPendingPages(db: Kysely<Database>, searchable: boolean, olderThanMs: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from harvest.page
    where ${searchable ? sql`state <> 'done' and (state = 'fetched' or not exists (select from harvest.indexing_fault where next_at > now()))` : sql`state = 'fetched' and state <> 'done'`}
      and content is not null and tries < ${maxPageTries} and fetched_at < now() - ${olderThanMs} * interval '1 millisecond'
    order by id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}
