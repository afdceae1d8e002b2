import {
  type Db,
  describeFunctions,
  describeTables,
  findTable,
  fullName,
  queriedSchemas,
  type TableDescription,
} from '@thresher/store/database';
import { similarTables } from '@thresher/api/near-names';
import { table, UsageError } from '../io.ts';

/** What `\d` and `\d NAME` print: tables and views, or the columns of one, in the words of the database's comments. */
export async function describe(db: Db, name: string | undefined): Promise<string> {
  const tables = await describeTables(db, queriedSchemas);
  if (name === undefined || name === '') return listTables(tables, await describeFunctions(db, ['analytics']));
  const found = findTable(tables, name);
  if (found === undefined) throw new UsageError(`there is no table or view ${name}${advice(tables, name)}`);
  return describeOne(found);
}

function listTables(tables: readonly TableDescription[], functions: Awaited<ReturnType<typeof describeFunctions>>): string {
  const rows = tables.map((it) => [fullName(it), it.kind === 'materialized view' ? 'computed' : it.kind, firstSentence(it.comment)]);
  const calls = functions.map((it) => [
    `${it.schema}.${it.name}(${it.arguments.replaceAll(/\s+/g, ' ')})`,
    'function',
    firstSentence(it.comment),
  ]);
  return table(
    ['name', 'kind', 'what it holds'],
    [...rows, ...calls].map((row) => row.map((cell) => cut(cell ?? '', 110))),
  );
}

function describeOne(it: TableDescription): string {
  const columns = table(
    ['column', 'type', 'meaning'],
    it.columns.map((column) => [column.name, column.type, column.comment]),
  );
  const indexes = it.indexes.map((definition) => `  ${definition.replace(/^CREATE (UNIQUE )?INDEX (\S+) ON \S+ USING /, '$2 $1')}`);
  return [
    `${fullName(it)} (${it.kind})`,
    it.comment ?? '',
    '',
    columns,
    ...(indexes.length === 0 ? [] : ['', 'Indexes:', ...indexes]),
  ].join('\n');
}

const firstSentence = (comment: string | null): string => /^.*?\.(?=\s|$)/s.exec(comment ?? '')?.[0] ?? comment ?? '';
const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

function advice(tables: readonly TableDescription[], name: string): string {
  const near = similarTables(tables, name);
  return near.length === 0 ? String.raw`: \d lists them` : `; there is ${near.join(', ')}`;
}
