import { sql, type Transaction } from 'kysely';
import type { PoolClient } from 'pg';
import { copyRows } from '../database/copy-rows.ts';
import type { Database } from '../database/db.ts';
import { columnNames, type ListedContent, linesOf, type RecordList, recordLists, rowsOf } from '../database/record-lists.ts';

export interface ListChange {
  readonly recordId: number;
  readonly before: ListedContent;
  readonly after: ListedContent;
  /** Issues are not stored with the metadata, so `before` does not contain them, and `after` only has to if they have changed. */
  readonly issuesChanged: boolean;
}

/** Rows by the table that is written. */
type TableRows = Map<string, object[]>;

/** Inserts the rows of new records, with one statement for each table that any of them has rows in. */
export async function insertLists(
  client: PoolClient,
  records: readonly { readonly recordId: number; readonly content: ListedContent }[],
): Promise<void> {
  for (const list of recordLists) {
    let lines = '';
    for (const { recordId, content } of records) lines += linesOf(list, recordId, content);
    if (lines !== '') await copyRows(client, list.storedIn, ['record_id', ...columnNames(list)], lines);
  }
}

/** Replaces the lists that differ and leaves the others as they are: one statement deletes, one inserts. */
export async function replaceLists(trx: Transaction<Database>, changes: readonly ListChange[]): Promise<void> {
  const outdated = new Map<string, number[]>();
  const tables: TableRows = new Map();
  for (const change of changes) {
    for (const list of recordLists.filter((it) => differs(change, it))) {
      const ids = outdated.get(list.storedIn) ?? [];
      ids.push(change.recordId);
      outdated.set(list.storedIn, ids);
      addRows(tables, list, change.recordId, change.after);
    }
  }
  await deleteRows(trx, outdated);
  await insertRows(trx, tables);
}

/** Deletes all rows of records that are about to be deleted themselves: the tables leave this to the caller. */
export async function deleteLists(trx: Transaction<Database>, recordIds: readonly number[]): Promise<void> {
  await deleteRows(trx, new Map(recordLists.map(({ storedIn }) => [storedIn, [...recordIds]])));
}

function differs({ before, after, issuesChanged }: ListChange, list: RecordList): boolean {
  if (list.table === 'record_issue') return issuesChanged;
  return before !== after && JSON.stringify(rowsOf(list, before)) !== JSON.stringify(rowsOf(list, after));
}

function addRows(tables: TableRows, list: RecordList, recordId: number, content: ListedContent): void {
  const rows = rowsOf(list, content);
  if (rows.length === 0) return;
  const names = columnNames(list);
  const objects = tables.get(list.storedIn) ?? [];
  for (const row of rows) objects.push({ record_id: recordId, ...Object.fromEntries(names.map((name, n) => [name, row[n]])) });
  tables.set(list.storedIn, objects);
}

async function deleteRows(trx: Transaction<Database>, outdated: ReadonlyMap<string, number[]>): Promise<void> {
  if (outdated.size === 0) return;
  const deletes = [...outdated].map(
    ([table, ids]) => sql`
    ${sql.id(`deleted_${table}`)} as (delete from ${sql.table(table)} where record_id = any(${ids}))`,
  );
  await sql`with ${sql.join(deletes)} select`.execute(trx);
}

async function insertRows(trx: Transaction<Database>, tables: TableRows): Promise<void> {
  if (tables.size === 0) return;
  const inserts = [...tables].map(
    ([table, rows]) => sql`
    ${sql.id(`inserted_${table}`)} as (
      insert into ${sql.table(table)}
      select * from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json)
    )`,
  );
  await sql`with ${sql.join(inserts)} select`.execute(trx);
}
