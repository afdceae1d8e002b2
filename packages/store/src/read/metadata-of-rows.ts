import type { RecordMetadata } from '@thresher/datacite';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../database/db.ts';
import { metadataProperties, type Property } from '../database/metadata-properties.ts';
import { listTables, recordLists } from '../database/record-lists.ts';
import type { ListTable, ListTables, RecordTable } from '../database/record-schema.ts';
import { fromSqlDate } from '../database/sql-values.ts';

/** The rows of one record in all list tables, in their order. */
export type RecordLists = { readonly [T in ListTable]: readonly ListTables[T][] };

type RecordRow = Omit<Selectable<RecordTable>, 'metadata'>;
type Row = Readonly<Record<string, unknown>>;
type Lists = Readonly<Record<string, readonly object[]>>;

/**
 * The normalised record made of nothing but the columns of `record` and the rows of its lists: what `record.metadata`
 * holds, which therefore is there for speed only. Null for a tombstone. Days that PostgreSQL cannot hold are missing.
 */
export function metadataOfRows(row: RecordRow, lists: RecordLists): RecordMetadata | null {
  if (row.metadata_format === null) return null;
  const metadata = objectOf(metadataProperties, { ...row }, lists) as unknown as RecordMetadata;
  // References that came by JSON are facts, and no part of the metadata.
  return row.facts_at === null ? metadata : { ...metadata, references: [] };
}

function objectOf(properties: readonly Property[], row: Row, lists: Lists): Row {
  return Object.fromEntries(
    properties.map((property) => {
      if (property.table !== null) return [property.name, listOf(property, lists)];
      if (property.column === null) return [property.name, innerObject(property.inner!, row, lists)];
      const equal = properties.find(({ name }) => name === property.nullIfEqual)?.column;
      return [property.name, valueOf(property, row[property.column] ?? (equal ? row[equal] : null))];
    }),
  );
}

/** An object whose columns are all null was missing. */
function innerObject(properties: readonly Property[], row: Row, lists: Lists): Row | null {
  const object = objectOf(properties, row, lists);
  return Object.values(object).every((it) => it === null) ? null : object;
}

function listOf({ name, table, column, inner }: Property, lists: Lists): unknown[] {
  const rows = lists[table!] as readonly Row[];
  if (column !== null) return rows.map((row) => row[column]);
  return rows.map((row) => objectOf(inner!, row, isPeople(name) ? listsOfPerson(roles[name], row, lists) : lists));
}

/** What `role` is for the lists of the people in a list. */
const roles = { creators: 'creator', contributors: 'contributor' } as const;
const isPeople = (name: string): name is keyof typeof roles => name in roles;

function listsOfPerson(role: string, person: Row, lists: Lists): Lists {
  const ofPerson = (row: object): boolean => {
    const { role: itsRole, person_position: itsPerson } = row as Row;
    return itsRole === role && itsPerson === person['position'];
  };
  return Object.fromEntries(personTables.map((table) => [table, lists[table]!.filter(ofPerson)]));
}

const personTables = recordLists.filter(({ owner }) => owner === 'person').map(({ table }) => table);

function valueOf({ type, isList }: Property, value: unknown): unknown {
  if (type === 'day') return fromSqlDate(value as string | null);
  return isList ? (value ?? []) : value;
}

/** Records by their numbers, out of `record` and all list tables: one statement for each table, however many records. A number without a record is left out. */
export async function readMetadataOfRows(db: Kysely<Database>, recordIds: readonly number[]): Promise<Map<number, RecordMetadata | null>> {
  const ids = [...recordIds];
  const rows = await db.selectFrom('record').selectAll().where('id', 'in', ids).execute();
  const tables = new Map<ListTable, Map<number, { record_id: number }[]>>();
  for (const table of listTables) {
    const found = await db.selectFrom(table).selectAll().where('record_id', 'in', ids).orderBy('position').execute();
    tables.set(
      table,
      Map.groupBy(found, (it) => it.record_id),
    );
  }
  const listsOf = (id: number) =>
    Object.fromEntries(listTables.map((table) => [table, tables.get(table)!.get(id) ?? []])) as unknown as RecordLists;
  return new Map(rows.map((row) => [row.id, metadataOfRows(row, listsOf(row.id))]));
}
