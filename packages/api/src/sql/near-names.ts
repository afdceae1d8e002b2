import { nearest } from '@thresher/search';
import {
  type Db,
  describeTables,
  fullName,
  queriedSchemas,
  queryFaultOf,
  type QueryFault,
  type TableDescription,
} from '@thresher/store/database';

const MOST = 5;

/** Tables and views with a similar name, the nearest first, at most five. Pure. */
export function similarTables(tables: readonly TableDescription[], name: string): string[] {
  const wanted = name.toLowerCase().replaceAll('"', '');
  const byForm = new Map(tables.toReversed().flatMap((table) => formsOf(table).map((form) => [form, fullName(table)] as const)));
  const near = byForm.get(wanted) ?? byForm.get(nearest(wanted, [...byForm.keys()]) ?? '');
  const within = tables.map(fullName).filter((one) => one.includes(wanted) || wanted.includes(one.split('.').at(-1)!));
  return [...new Set([...(near === undefined ? [] : [near]), ...within])].slice(0, MOST);
}

/** People leave out the schema, and `record_` before the name of a list. */
function formsOf(table: TableDescription): string[] {
  return [fullName(table), table.name, table.name.replace(/^record_/, '')].map((form) => form.toLowerCase());
}

/** The column of that name in tables that have it, else the nearest name, with its tables; null if none is near. Pure. */
export function similarColumn(
  tables: readonly TableDescription[],
  name: string,
): { readonly column: string; readonly tables: readonly string[] } | null {
  const wanted = name.toLowerCase().replaceAll('"', '');
  const owners = Map.groupBy(
    tables.flatMap((table) => table.columns.map((column) => ({ name: column.name, table: fullName(table) }))),
    (one) => one.name,
  );
  const column = owners.has(wanted) ? wanted : nearest(wanted, [...owners.keys()]);
  // Tables of the records before the views over them.
  const having =
    column === null
      ? []
      : owners
          .get(column)!
          .map(({ table }) => table)
          .toSorted((a, b) => Number(a.includes('.')) - Number(b.includes('.')));
  return column === null ? null : { column, tables: having.slice(0, MOST) };
}

/** SQLSTATE of an undefined table and of an undefined column. */
const [NO_TABLE, NO_COLUMN] = ['42P01', '42703'];

/**
 * As `queryFaultOf`. If the query names a table or column that does not exist, the sentence names the nearest. PostgreSQL's hint is
 * kept, unless another table has a column of exactly that name: PostgreSQL looks only in tables of the query.
 */
export async function explainFault(db: Db, error: unknown, query: string): Promise<QueryFault | null> {
  const fault = queryFaultOf(error, query);
  if (fault === null) return null;
  const { code, position, hint } = error as { code?: string; position?: string; hint?: string };
  if (position === undefined || (code !== NO_TABLE && code !== NO_COLUMN)) return fault;
  const name = nameAt(query, Number(position));
  const advice = name === '' ? null : adviceOn(code, name, await describeTables(db, queriedSchemas));
  if (advice === null || (hint !== undefined && !advice.isCertain)) return fault;
  const sentence = hint === undefined ? fault.sentence : fault.sentence.slice(0, -`: ${hint}`.length);
  return { ...fault, sentence: `${sentence}: ${advice.text}` };
}

/** The name that begins at a place of a query, with its schema or table. */
function nameAt(query: string, position: number): string {
  const rest = Array.from(query)
    .slice(position - 1)
    .join('');
  return /^(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*))*/u.exec(rest)?.[0] ?? '';
}

interface Advice {
  readonly text: string;
  /** The name exists, elsewhere. */
  readonly isCertain: boolean;
}

function adviceOn(code: string, name: string, tables: readonly TableDescription[]): Advice | null {
  if (code === NO_TABLE) {
    const [near] = similarTables(tables, name);
    return near === undefined ? null : { text: `did you mean ${near}?`, isCertain: false };
  }
  const wanted = name.split('.').at(-1)!;
  const near = similarColumn(tables, wanted);
  if (near === null) return null;
  const owners = near.tables.join(', ');
  return near.column === wanted.toLowerCase()
    ? { text: `it is a column of ${owners}`, isCertain: true }
    : { text: `did you mean ${near.column}, a column of ${owners}?`, isCertain: false };
}
