import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** A record that could not be read, and that no later page brought in a readable form. */
export interface QuarantinedFailure {
  readonly identifier: string | null;
  /** What `readQuarantined` takes: the page, and the place on it from 0. */
  readonly id: string;
  readonly run: number;
  readonly window: number;
  readonly page: number;
  readonly position: number;
  readonly reason: string;
  readonly bytes: number;
  readonly at: Date;
}

/** A page whose transform failed and that is not through. */
export interface PageFailure {
  readonly page: number;
  readonly run: number;
  readonly window: number;
  readonly tries: number;
  readonly failure: string;
  readonly identifiers: readonly string[];
}

/** A stored record of which something could not be mapped. */
export interface RecordFailure {
  readonly identifier: string;
  readonly code: string;
  readonly path: string;
  readonly value: string | null;
}

/** A stored record whose document Elasticsearch refuses: it is not in search, or only as it was before. */
export interface RefusedDocument {
  readonly identifier: string;
  readonly reason: string;
  readonly at: Date;
}

/** The first failures of one kind, and the total number of them. */
export interface Failures<T> {
  readonly total: number;
  readonly shown: readonly T[];
}

type Counted<T> = T & { readonly total: number };

const asFailures = <T>(rows: readonly Counted<T>[], columns: readonly (keyof T)[]): Failures<T> => ({
  total: rows[0]?.total ?? 0,
  shown: rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])) as T),
});

/**
 * Records of a source in quarantine, the latest first. Those of lists that were begun again do not count, nor those
 * that a later page brought whole.
 */
export async function quarantinedFailures(db: Kysely<Database>, sourceId: number, limit: number): Promise<Failures<QuarantinedFailure>> {
  const { rows } = await sql<Counted<QuarantinedFailure>>`
    with broken as materialized (
      select q.oai_identifier, q.page_id, q.position, q.reason, octet_length(q.content) as bytes, q.created_at, w.run_id, w.id as window_id
      from harvest.quarantine q
      join harvest.page p on p.id = q.page_id
      join harvest.window w on w.id = p.window_id and w.attempt = p.attempt
      where q.source_id = ${sourceId}
    ), mended as (
      select i as oai_identifier, max(p.id) as page_id
      from harvest.page p, unnest(p.identifiers) i
      where p.source_id = ${sourceId} and p.verb = 'ListRecords' and p.id > (select min(page_id) from broken)
        and i in (select oai_identifier from broken)
      group by i
    )
    select b.oai_identifier as identifier, b.page_id || '/' || b.position as id, b.run_id as run, b.window_id as "window", b.page_id as page, b.position,
           b.reason, b.bytes, b.created_at as at, count(*) over ()::int as total
    from broken b left join mended m on m.oai_identifier = b.oai_identifier and m.page_id > b.page_id
    where m.page_id is null
    order by b.page_id desc, b.position limit ${limit}`.execute(db);
  return asFailures<QuarantinedFailure>(rows, ['identifier', 'id', 'run', 'window', 'page', 'position', 'reason', 'bytes', 'at']);
}

/** Pages of a source that failed in the transform. `searchable`: whether pages have to reach an index to be through. */
export async function pageFailures(
  db: Kysely<Database>,
  sourceId: number,
  searchable: boolean,
  limit: number,
): Promise<Failures<PageFailure>> {
  const { rows } = await sql<Counted<PageFailure>>`
    select p.id as page, w.run_id as run, w.id as "window", p.tries, p.failure, p.identifiers, count(*) over ()::int as total
    from harvest.page p join harvest.window w on w.id = p.window_id
    where p.source_id = ${sourceId} and p.failure is not null and p.state <> 'done' and ${searchable ? sql`true` : sql`p.state = 'fetched'`}
    order by p.id limit ${limit}`.execute(db);
  return asFailures<PageFailure>(rows, ['page', 'run', 'window', 'tries', 'failure', 'identifiers']);
}

/** Live records of a source with issues of severity `error`, one row per issue. */
export async function recordFailures(db: Kysely<Database>, sourceId: number, limit: number): Promise<Failures<RecordFailure>> {
  const { rows } = await sql<Counted<RecordFailure>>`
    select r.oai_identifier as identifier, i.code, i.path, i.value, count(*) over ()::int as total
    from public.record_issue i join public.record r on r.id = i.record_id
    where r.source_id = ${sourceId} and i.severity = 'error' and not r.deleted
    order by r.id, i.position limit ${limit}`.execute(db);
  return asFailures<RecordFailure>(rows, ['identifier', 'code', 'path', 'value']);
}

/** Documents of a source that Elasticsearch refuses in their present revision. */
export async function refusedDocuments(db: Kysely<Database>, sourceId: number, limit: number): Promise<Failures<RefusedDocument>> {
  const { rows } = await sql<Counted<RefusedDocument>>`
    select r.oai_identifier as identifier, u.refusal as reason, u.noted_at as at, count(*) over ()::int as total
    from harvest.unindexed u join public.record r on r.id = u.record_id and r.revision = u.revision
    where r.source_id = ${sourceId} and u.refusal is not null
    order by r.id limit ${limit}`.execute(db);
  return asFailures<RefusedDocument>(rows, ['identifier', 'reason', 'at']);
}

/**
 * The bytes of a quarantined record as they came: the latest under an OAI identifier, or that of a page and position
 * (`123/4`, for records whose identifier could not be read). Undefined if there is none.
 */
export async function readQuarantined(db: Kysely<Database>, sourceId: number, id: string): Promise<Buffer | undefined> {
  const place = /^(\d{1,15})\/(\d{1,9})$/.exec(id);
  const row = await db
    .selectFrom('harvest.quarantine')
    .select('content')
    .where('source_id', '=', sourceId)
    .where((eb) =>
      place === null
        ? eb('oai_identifier', '=', id)
        : eb.and([eb('page_id', '=', Number(place[1])), eb('position', '=', Number(place[2]))]),
    )
    .orderBy('page_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.content;
}
