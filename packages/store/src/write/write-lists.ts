import { sql, type Transaction } from 'kysely';
import type { PoolClient } from 'pg';
import { copyRowLine, copyRows, type CopyValue } from '../database/copy-rows.ts';
import type { Database } from '../database/db.ts';
import { type ListRows, listTables } from './list-rows.ts';
import type { ListTable } from '../database/record-schema.ts';

export interface ListChange {
  readonly recordId: number;
  readonly before: ListRows;
  readonly after: ListRows;
  /** Issues are not stored with the metadata, so `before` does not contain them. */
  readonly issuesChanged: boolean;
}

type TableRows = Map<ListTable, object[]>;

/** Inserts the rows of new records, with one statement for each table that any of them has rows in. */
export async function insertLists(
  client: PoolClient,
  records: readonly { readonly recordId: number; readonly rows: ListRows }[],
): Promise<void> {
  for (const table of listTables) {
    const columns = Object.keys(records.find(({ rows }) => rows[table].length > 0)?.rows[table][0] ?? {});
    if (columns.length === 0) continue;
    let lines = '';
    for (const { recordId, rows } of records)
      for (const row of rows[table] as readonly Readonly<Record<string, CopyValue>>[]) lines += copyRowLine(recordId, columns, row);
    await copyRows(client, `public.${table}`, ['record_id', ...columns], lines);
  }
}

/** Replaces the lists that differ and leaves the others as they are: one statement deletes, one inserts. */
export async function replaceLists(trx: Transaction<Database>, changes: readonly ListChange[]): Promise<void> {
  const outdated = new Map<ListTable, number[]>();
  const tables: TableRows = new Map();
  for (const change of changes) {
    for (const table of listTables.filter((it) => differs(change, it))) {
      const ids = outdated.get(table) ?? [];
      ids.push(change.recordId);
      outdated.set(table, ids);
      addRows(tables, table, change.recordId, change.after);
    }
  }
  await deleteRows(trx, outdated);
  await insertRows(trx, tables);
}

/** Deletes all rows of records that are about to be deleted themselves: the tables leave this to the caller. */
export async function deleteLists(trx: Transaction<Database>, recordIds: readonly number[]): Promise<void> {
  await deleteRows(trx, new Map(listTables.map((table) => [table, [...recordIds]])));
}

function differs({ before, after, issuesChanged }: ListChange, table: ListTable): boolean {
  return table === 'record_issue' ? issuesChanged : JSON.stringify(before[table]) !== JSON.stringify(after[table]);
}

function addRows(tables: TableRows, table: ListTable, recordId: number, rows: ListRows): void {
  if (rows[table].length === 0) return;
  const list = tables.get(table) ?? [];
  for (const row of rows[table]) list.push({ record_id: recordId, ...row });
  tables.set(table, list);
}

async function deleteRows(trx: Transaction<Database>, outdated: ReadonlyMap<ListTable, number[]>): Promise<void> {
  if (outdated.size === 0) return;
  const deletes = [...outdated].map(
    ([table, ids]) => sql`
    ${sql.ref(`deleted_${table}`)} as (delete from ${sql.table(table)} where record_id = any(${ids}))`,
  );
  await sql`with ${sql.join(deletes)} select`.execute(trx);
}

async function insertRows(trx: Transaction<Database>, tables: TableRows): Promise<void> {
  if (tables.size === 0) return;
  const inserts = [...tables].map(
    ([table, rows]) => sql`
    ${sql.ref(`inserted_${table}`)} as (
      insert into ${sql.table(table)}
      select * from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json)
    )`,
  );
  await sql`with ${sql.join(inserts)} select`.execute(trx);
}
