import type { RecordMetadata } from '@thresher/datacite';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { changedPaths } from './changed-paths.ts';
import { communitiesOf, noteFirstSteps } from './community-steps.ts';
import type { OpenTransaction } from '../database/connection.ts';
import { copyLine, copyRows, type CopyValue } from '../database/copy-rows.ts';
import type { Database } from '../database/db.ts';
import { factColumns, type FactRow } from './fact-rows.ts';
import type { IncomingRecord } from './harvested-record.ts';
import type { RecordContent } from './metadata-hash.ts';
import { readMetadata, type StoredMetadata, writeMetadata } from '../database/metadata-json.ts';
import { supersededAmong } from './latest-versions.ts';
import { metadataColumnNames, metadataValues, recidOf } from './record-row.ts';
import { toSqlDate } from '../database/sql-values.ts';
import type { StoredVersion } from './write-verdict.ts';

export interface StoredHead extends StoredVersion {
  readonly id: number;
  readonly oai_identifier: string;
}

export interface StoredRecord extends StoredHead {
  readonly deleted: boolean;
  readonly doi: string | null;
  readonly concept_doi: string | null;
  readonly metadata: RecordMetadata | null;
  readonly set_specs: readonly string[];
  readonly sets_page_id: number | null;
  readonly facts_at: Date | null;
}

export interface WrittenRow {
  readonly id: number;
  readonly oai_identifier: string;
  readonly revision: number;
  readonly is_latest_version: boolean;
  readonly first_seen_at: Date;
  readonly changed_at: Date;
}

interface Change {
  readonly incoming: IncomingRecord;
  readonly stored: StoredRecord;
}

/** The stored records with these identifiers, by identifier, without a lock. */
export async function readHeads(db: Kysely<Database>, sourceId: number, identifiers: readonly string[]): Promise<Map<string, StoredHead>> {
  const { rows } = await sql<StoredHead>`
    select id, oai_identifier, datestamp, page_id, metadata_hash, issues_hash
    from public.record where source_id = ${sourceId} and oai_identifier = any(${identifiers})
  `.execute(db);
  return new Map(rows.map((row) => [row.oai_identifier, row]));
}

/** Locks the rows by ascending id and returns them as they are now, by identifier. */
export async function lockRecords(trx: Transaction<Database>, ids: readonly number[]): Promise<Map<string, StoredRecord>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<
    Omit<StoredRecord, 'set_specs' | 'metadata'> & { metadata: StoredMetadata | null; description: string | null }
  >`
    select id, oai_identifier, datestamp, page_id, metadata_hash, issues_hash, deleted, doi, concept_doi, metadata, description, sets_page_id, facts_at
    from public.record where id = any(${ids}) order by id for no key update
  `.execute(trx);
  // A separate statement: after waiting for a lock the one above still sees other tables as they were before.
  const sets = await sql<{ record_id: number; set_specs: string[] }>`
    select record_id, array_agg(set_spec order by position) as set_specs
    from public.record_set where record_id = any(${ids}) group by record_id
  `.execute(trx);
  const setSpecs = new Map(sets.rows.map((row) => [row.record_id, row.set_specs]));
  return new Map(
    rows.map((row) => [
      row.oai_identifier,
      { ...row, metadata: readMetadata(row.metadata, row.description), set_specs: setSpecs.get(row.id) ?? [] },
    ]),
  );
}

const headColumns = ['datestamp', 'datestamp_text', 'issues_hash', 'element_hash', 'page_id'] as const;
const changingColumns = [...headColumns, 'deleted', 'deletion_reason', 'metadata_hash', 'metadata', ...metadataColumnNames];
const insertedColumns = [
  'source_id',
  'oai_identifier',
  'recid',
  'id',
  'first_seen_at',
  'changed_at',
  'is_latest_version',
  ...headColumns,
  'deleted',
  'metadata_hash',
  'metadata',
  ...metadataColumnNames,
];
const factColumnNames = Object.keys(factColumns) as (keyof typeof factColumns)[];
const insertedFactColumns = ['facts_at', 'facts_hash', ...factColumnNames];

/** Another transaction has inserted a record that was not there when it was looked for. */
export class InsertedMeanwhile extends Error {}

/** The facts of the JSON that a record came as, and as of when they are. */
export interface DatedFactRow {
  readonly row: FactRow;
  readonly asOf: Date;
}

/**
 * Inserts them by ascending identifier, with the facts of those that have any. Throws InsertedMeanwhile, after which the transaction is of no use any more:
 * COPY knows no conflicts.
 */
export async function insertRecords(
  { trx, client }: OpenTransaction,
  sourceId: number,
  incoming: readonly IncomingRecord[],
  facts: ReadonlyMap<string, DatedFactRow>,
): Promise<WrittenRow[]> {
  const sorted = incoming.toSorted((a, b) => (a.oaiIdentifier < b.oaiIdentifier ? -1 : 1));
  // The instant has to be later than the lock: see `harvest.settled_until`.
  await sql`lock table public.record in row exclusive mode`.execute(trx);
  const { rows: given } = await sql<{ id: number; at: Date; at_text: string }>`
    with clock as materialized (select clock_timestamp() as at)
    select nextval('public.record_id_seq') as id, at, at::text as at_text from clock, generate_series(1, ${sorted.length}::int)`.execute(
    trx,
  );
  const superseded = supersededAmong(sorted.map(versionOf));
  const hasFacts = facts.size > 0;
  const columns = hasFacts ? [...insertedColumns, ...insertedFactColumns] : insertedColumns;
  const lines = sorted.map((it, n) => {
    const values = insertedValues(it, sourceId, given[n]!, !superseded.has(n));
    return copyLine(hasFacts ? [...values, ...factValues(facts.get(it.oaiIdentifier))] : values);
  });
  try {
    await copyRows(client, 'public.record', columns, lines.join(''));
  } catch (error) {
    throw isRecordThere(error) ? new InsertedMeanwhile('another transaction has inserted a record', { cause: error }) : error;
  }
  await noteFirstSteps(
    client,
    sorted.map(({ metadata }, n) => ({ id: given[n]!.id, at: given[n]!.at_text, metadata })),
  );
  return sorted.map(({ oaiIdentifier }, n) => {
    const { id, at } = given[n]!;
    return { id, oai_identifier: oaiIdentifier, revision: 1, is_latest_version: !superseded.has(n), first_seen_at: at, changed_at: at };
  });
}

/** Only this constraint says that the record is there; a violation of any other would come again forever. */
const isRecordThere = (error: unknown): boolean => {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && constraint === 'record_oai_identifier_source_id_key';
};

const versionOf = ({ metadata, oaiIdentifier }: IncomingRecord) => ({
  concept: metadata?.conceptDoi ?? null,
  publicationDate: toSqlDate(metadata?.publicationDate?.start),
  recid: recidOf(oaiIdentifier),
});

/** In the order of `insertedFactColumns`; without facts all are null. */
const factValues = (facts: DatedFactRow | undefined): readonly CopyValue[] =>
  facts === undefined
    ? insertedFactColumns.map(() => null)
    : [facts.asOf, facts.row.hash, ...factColumnNames.map((name) => facts.row.columns[name])];

/** In the order of `insertedColumns`. */
function insertedValues(
  incoming: IncomingRecord,
  sourceId: number,
  { id, at_text }: { readonly id: number; readonly at_text: string },
  isLatest: boolean,
): readonly CopyValue[] {
  const head = headValues(incoming);
  return [
    sourceId,
    incoming.oaiIdentifier,
    recidOf(incoming.oaiIdentifier),
    id,
    at_text,
    at_text,
    isLatest,
    ...headColumns.map((name) => head[name]),
    incoming.deleted,
    `\\x${incoming.metadataHash}`,
    incoming.metadataJson,
    ...metadataValues(incoming.metadata),
  ];
}

/** A change of a record that is about to be written, for its history. */
interface HistoryStep {
  readonly id: number;
  /** That changes it. */
  readonly page_id: number;
  readonly changed_paths: readonly string[];
  /** That it concerns: see `communitiesOf`. */
  readonly communities: readonly string[];
}

/** What of a stored record is compared. */
export const contentOf = ({ deleted, set_specs: setSpecs, metadata }: StoredRecord): RecordContent => ({ deleted, setSpecs, metadata });

/** The step from what is stored to what a page brings or shows. */
export const stepOf = (stored: StoredRecord, pageId: number, after: RecordContent): HistoryStep => ({
  id: stored.id,
  page_id: pageId,
  changed_paths: changedPaths(contentOf(stored), after),
  communities: communitiesOf(stored, after),
});

/**
 * Copies the locked rows into the history, with what is about to change in them. Returns the instant of the change, which
 * is later than their locks: see `harvest.settled_until`.
 */
export async function copyToHistory(trx: Transaction<Database>, changes: readonly HistoryStep[]): Promise<string> {
  const { rows } = await sql<{ at: string }>`
    with clock as materialized (select clock_timestamp() as at), change as (
      select * from json_to_recordset(${JSON.stringify(changes)}::json) as c (id bigint, page_id bigint, changed_paths text[], communities text[])
    ), kept as (
    insert into public.record_history (
      record_id, revision, datestamp, datestamp_text, deleted, set_specs,
      metadata, description, metadata_hash, page_id, changed_paths, changed_at, replaced_at, replaced_by_page_id
    )
    select r.id, r.revision, r.datestamp, r.datestamp_text, r.deleted,
      array(select s.set_spec from public.record_set s where s.record_id = r.id order by s.position),
      r.metadata, r.description, r.metadata_hash, r.page_id, c.changed_paths, r.changed_at, greatest(clock.at, r.changed_at), c.page_id
    from clock, change c join public.record r on r.id = c.id
    returning record_id, revision, replaced_at), noted as (
    insert into harvest.community_step (community, at, record_id, revision)
    select community, k.replaced_at, k.record_id, k.revision from kept k join change c on c.id = k.record_id, unnest(c.communities) community)
    select at::text from clock
  `.execute(trx);
  return rows[0]!.at;
}

/** Gives the locked rows their new content. A tombstone keeps its DOIs, so that who looks one up learns it is gone. */
export async function updateRecords(trx: Transaction<Database>, at: string, changes: readonly Change[]): Promise<WrittenRow[]> {
  const rows = changes.map(({ incoming, stored }) =>
    jsonRow(
      {
        id: stored.id,
        ...changingValues(incoming),
        ...(incoming.deleted ? { doi: stored.doi, concept_doi: stored.concept_doi } : {}),
      },
      incoming.metadataJson,
    ),
  );
  return update(trx, changingColumns, rows, later(at));
}

/** Notes a newer datestamp or other issues; the content stays. */
export async function updateHeaders(trx: Transaction<Database>, changes: readonly Change[]): Promise<WrittenRow[]> {
  const rows = changes.map(({ incoming, stored }) => jsonRow({ id: stored.id, ...headValues(incoming) }));
  return update(trx, headColumns, rows, sql`r.changed_at`);
}

/** Gives the locked rows other sets; a page of headers says so. */
export async function updateSets(
  trx: Transaction<Database>,
  at: string,
  changes: readonly {
    readonly id: number;
    readonly pageId: number;
    readonly metadata: RecordMetadata | null;
    readonly metadataHash: string;
  }[],
): Promise<WrittenRow[]> {
  const rows = changes.map(({ id, pageId, metadata, metadataHash }) =>
    jsonRow({ id, metadata_hash: `\\x${metadataHash}`, sets_page_id: pageId }, metadata && writeMetadata(metadata)),
  );
  return update(trx, ['metadata', 'metadata_hash', 'element_hash', 'sets_page_id'], rows, later(at));
}

/** Makes tombstones of the locked rows. Their DOIs and datestamps stay. */
export async function updateDeleted(
  trx: Transaction<Database>,
  pageId: number,
  at: string,
  changes: readonly { readonly id: number; readonly metadataHash: string; readonly reason: string }[],
): Promise<WrittenRow[]> {
  const cleared = metadataColumnNames.filter((name) => name !== 'doi' && name !== 'concept_doi');
  const rows = changes.map(({ id, metadataHash, reason }) =>
    jsonRow({ id, deleted: true, deletion_reason: reason, metadata_hash: `\\x${metadataHash}`, page_id: pageId }),
  );
  return update(
    trx,
    ['deleted', 'deletion_reason', 'metadata', ...cleared, 'metadata_hash', 'issues_hash', 'element_hash', 'page_id'],
    rows,
    later(at),
  );
}

/** A clock that was set back does not make a change older than the one before. */
function later(at: string): RawBuilder<unknown> {
  return sql`greatest(${at}::timestamptz, r.changed_at)`;
}

async function update(
  trx: Transaction<Database>,
  names: readonly string[],
  rows: readonly string[],
  changedAt: RawBuilder<unknown>,
): Promise<WrittenRow[]> {
  const assignments = sql.join(names.map((name) => sql`${sql.ref(name)} = n.${sql.ref(name)}`));
  const { rows: written } = await sql<WrittenRow>`
    update public.record r
    set ${assignments}, revision = r.revision + 1, changed_at = ${changedAt}
    from json_populate_recordset(null::public.record, ${`[${rows.join()}]`}::json) n
    where r.id = n.id
    returning r.id, r.oai_identifier, r.revision, r.is_latest_version, r.first_seen_at, r.changed_at
  `.execute(trx);
  return written;
}

/** A row of `record` as JSON, around the JSON of its metadata. */
function jsonRow(values: object, metadataJson: string | null = null): string {
  return `${JSON.stringify(values).slice(0, -1)},"metadata":${metadataJson}}`;
}

/** All but the metadata itself, which exists as JSON already. */
function changingValues(incoming: IncomingRecord) {
  const values = metadataValues(incoming.metadata);
  return {
    ...headValues(incoming),
    deleted: incoming.deleted,
    ...Object.fromEntries(metadataColumnNames.map((name, n) => [name, values[n]])),
    metadata_hash: `\\x${incoming.metadataHash}`,
  };
}

function headValues(incoming: IncomingRecord) {
  return {
    datestamp: incoming.datestamp,
    datestamp_text: incoming.datestampText,
    issues_hash: incoming.issuesHash && `\\x${incoming.issuesHash}`,
    element_hash: incoming.elementHash && `\\x${incoming.elementHash.toString('hex')}`,
    page_id: incoming.pageId,
  };
}
