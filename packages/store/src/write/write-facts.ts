import { sql, type Transaction } from 'kysely';
import { inTransaction } from '../database/connection.ts';
import type { Database, Db } from '../database/db.ts';
import { countColumns, factColumns, type FactRow, type FactsOfRecord, factTables, insertFactLists, toFactRow } from './fact-rows.ts';
import { type ChangedRecord, noteUnindexed } from './unindexed.ts';
import { writeCommunities } from './write-communities.ts';

export interface WrittenFacts {
  /** Records whose files, references, fields or the like are other than before, or new. */
  readonly changed: number;
  /** Records of which only the statistics differ. */
  readonly counted: number;
  /** The new revisions of the changed ones: they are noted to be sent to the index. */
  readonly revisions: ReadonlyMap<number, number>;
}

/**
 * Stores facts of records that are stored already, in one transaction. Later facts stay: facts older than those
 * stored are passed over, statistics older than those fetched too. Equal facts write nothing but the time of equal statistics.
 * Records whose facts changed get a revision without history, as the record itself is as before and its document is another; they and
 * those whose statistics changed are noted to be sent to the index. Tombstones are left alone.
 *
 * @param at as of when the source said so
 * @param options `confirm`: also note the time of equal facts and statistics, which rewrites the rows that have it; `sending`: records that the
 *   caller sends whatever happens, as their page is not done before: they are not noted, so that no other process sends them as well
 */
export async function writeFacts(
  db: Db,
  sourceId: number,
  all: readonly FactsOfRecord[],
  at: Date,
  { confirm = false, sending = new Set() }: { readonly confirm?: boolean; readonly sending?: ReadonlySet<number> } = {},
): Promise<WrittenFacts> {
  if (all.length === 0) return { changed: 0, counted: 0, revisions: new Map() };
  return inTransaction(db, async ({ trx, client }) => {
    // As with records, the last one counts.
    const incoming = [...new Map(all.map((it) => [it.oaiIdentifier, it])).values()].map(toFactRow);
    const changed = await updateRecords(trx, sourceId, incoming, at);
    await deleteLists(trx, changed);
    await insertFactLists(
      client,
      changed.map(({ id, keepsFiles, row }) => ({ recordId: id, lists: keepsFiles ? { ...row.lists, record_file: [] } : row.lists })),
    );
    if (confirm) await confirmFacts(trx, sourceId, incoming, at);
    const counted = await writeStats(trx, sourceId, incoming, at, confirm);
    await writeCommunities(
      trx,
      sourceId,
      incoming.flatMap(({ communities }) => communities),
      at,
    );
    const toIndex = new Map<number, ChangedRecord>([...changed, ...counted].map((it) => [it.id, it]));
    await noteUnindexed(
      trx,
      [...toIndex.values()].filter(({ id }) => !sending.has(id)),
    );
    const revisions = new Map(changed.map(({ id, revision }) => [id, revision]));
    return { changed: changed.length, counted: toIndex.size - changed.length, revisions };
  });
}

interface Written {
  readonly id: number;
  readonly revision: number;
  readonly row: FactRow;
  /** Files that were fetched later than these facts stay. */
  readonly keepsFiles: boolean;
}

/**
 * Returns the records whose facts are other than before, locked in the order of their ids. Hashes are compared first: of a later dump most
 * records say the same, and PostgreSQL reads nothing else of them.
 */
async function updateRecords(trx: Transaction<Database>, sourceId: number, incoming: readonly FactRow[], at: Date): Promise<Written[]> {
  const { rows: due } = await sql<{ id: number; identifier: string; keepsFiles: boolean }>`
    with i as materialized (
      select identifier, digest::bytea as hash
      from unnest(${incoming.map((row) => row.identifier)}::text[], ${incoming.map((row) => row.hash)}::text[]) as t (identifier, digest)
    )
    select r.id, r.oai_identifier as identifier, coalesce(s.status = 200 and s.fetched_at > ${at} and s.file_count is not null, false) as "keepsFiles"
    from public.record r join i on i.identifier = r.oai_identifier left join public.record_stats s on s.record_id = r.id
    where r.source_id = ${sourceId} and not r.deleted and (r.facts_at is null or r.facts_at <= ${at}) and r.facts_hash is distinct from i.hash
    order by r.id for update of r`.execute(trx);
  if (due.length === 0) return [];
  const byIdentifier = new Map(incoming.map((row) => [row.identifier, row]));
  const declared = sql.raw(
    Object.entries(factColumns)
      .map((column) => column.join(' '))
      .join(', '),
  );
  const assigned = sql.raw(
    Object.keys(factColumns)
      .map((name) => `${name} = i.${name}`)
      .join(', '),
  );
  const values = due.map(({ id, identifier, keepsFiles }) => {
    const row = byIdentifier.get(identifier)!;
    return { id, hash: keepsFiles ? null : row.hash, ...row.columns };
  });
  const { rows } = await sql<{ id: number; revision: number }>`
    update public.record r set revision = r.revision + 1, facts_at = ${at}, facts_hash = i.hash, ${assigned}
    from json_to_recordset(${JSON.stringify(values)}::json) as i (id bigint, hash bytea, ${declared}) where r.id = i.id
    returning r.id, r.revision`.execute(trx);
  const revisions = new Map(rows.map(({ id, revision }) => [id, revision]));
  return due.map(({ id, identifier, keepsFiles }) => ({
    id,
    keepsFiles,
    revision: revisions.get(id)!,
    row: byIdentifier.get(identifier)!,
  }));
}

/** Updates the time of facts that the source sent again unchanged. */
async function confirmFacts(trx: Transaction<Database>, sourceId: number, incoming: readonly FactRow[], at: Date): Promise<void> {
  const said = incoming.map(({ identifier, hash: digest }) => ({ identifier, hash: digest }));
  await sql`
    update public.record r set facts_at = ${at} from json_to_recordset(${JSON.stringify(said)}::json) as i (identifier text, hash bytea)
    where r.source_id = ${sourceId} and r.oai_identifier = i.identifier and not r.deleted and r.facts_hash = i.hash and r.facts_at < ${at}`.execute(
    trx,
  );
}

/** Files that were fetched later stay. */
async function deleteLists(trx: Transaction<Database>, changed: readonly Written[]): Promise<void> {
  if (changed.length === 0) return;
  const deletes = factTables.map((table) => {
    const ids = changed.filter(({ keepsFiles }) => table !== 'record_file' || !keepsFiles).map(({ id }) => id);
    return sql`${sql.ref(`deleted_${table}`)} as (delete from ${sql.table(table)} where record_id = any(${ids}))`;
  });
  await sql`with ${sql.join(deletes)} select`.execute(trx);
}

/** What the statistics were goes to `record_stats_history`, by a trigger. Returns the records whose statistics, or count of files, are other than before. */
async function writeStats(
  trx: Transaction<Database>,
  sourceId: number,
  incoming: readonly FactRow[],
  at: Date,
  confirm: boolean,
): Promise<ChangedRecord[]> {
  const rows = incoming.map(({ identifier, counts }) => ({ identifier, ...counts }));
  const isOther = sql.raw(`(${countNames.map((name) => `s.${name}`).join(', ')}) is distinct from (${countNames.map(saidOf).join(', ')})`);
  const { rows: written } = await sql<Required<ChangedRecord>>`
    with i as materialized (
      select r.id as record_id, r.revision, t.* from json_to_recordset(${JSON.stringify(rows)}::json) as t (identifier text, ${countTypes})
      join public.record r on r.source_id = ${sourceId} and r.oai_identifier = t.identifier and not r.deleted
    ), w as (
      insert into public.record_stats as s (record_id, status, fetched_at, changed_at, ${statColumns})
      select record_id, 200, ${at}, ${at}, ${statColumns} from i order by record_id
      on conflict (record_id) do update set status = 200, fetched_at = excluded.fetched_at, ${saidColumns},
        changed_at = case when ${isOther} then excluded.changed_at else s.changed_at end,
        revision = case when ${isOther} then s.revision + 1 else s.revision end
      where s.fetched_at <= excluded.fetched_at and (${confirm} or ${isOther})
      returning record_id, revision, changed_at = ${at} as is_other
    )
    select i.record_id as id, i.revision, w.revision as "statsRevision" from i join w using (record_id) where w.is_other order by 1`.execute(
    trx,
  );
  return written;
}

const countNames = Object.keys(countColumns);
const statColumns = sql.raw(countNames.join(', '));
const countTypes = sql.raw(
  Object.entries(countColumns)
    .map((column) => column.join(' '))
    .join(', '),
);

/** Files that are not shown are not counted; a count that is not reported stays as it was. */
const saidOf = (name: string): string =>
  name === 'file_count' || name === 'total_size' ? `excluded.${name}` : `coalesce(excluded.${name}, s.${name})`;
const saidColumns = sql.raw(countNames.map((name) => `${name} = ${saidOf(name)}`).join(', '));
