import { columnPaths, type FunctionDescription, type TableDescription } from '@thresher/store/database';
import { type ColumnRow, dataciteColumns, withoutColumn } from './datacite-columns.ts';

/** The parts of docs/sql.md that are made from the database, by the name of their marks. */
export function sqlReference(tables: readonly TableDescription[], functions: readonly FunctionDescription[]): Record<string, string> {
  const of = (schema: string) => tables.filter((table) => table.schema === schema);
  return {
    diagram: entityDiagram(tables),
    'public columns': of('public').map(describeTable).join('\n\n'),
    'analytics columns': [...of('analytics').map(describeTable), ...functions.map(describeFunction)].join('\n\n'),
    'harvest columns': of('harvest').map(describeTable).join('\n\n'),
    'datacite columns': dataciteTable(dataciteColumns),
    'metadata columns': markdownTable(
      ['column', 'property'],
      columnPaths().map(({ table, column, path }) => [code(`${table}.${column}`), code(path)]),
    ),
    'without column': markdownTable(
      ['element or attribute', 'reason'],
      withoutColumn.map(([path, reason]) => [code(path), reason]),
    ),
  };
}

/** Columns that the list of DataCite elements names and the database has not. */
export function unknownColumns(tables: readonly TableDescription[]): string[] {
  const known = new Set(
    tables.filter((table) => table.schema === 'public').flatMap((table) => table.columns.map((column) => `${table.name}.${column.name}`)),
  );
  return dataciteColumns.flatMap(([, columns]) => columns).filter((column) => !known.has(column));
}

const MERMAID_TYPES: Readonly<Record<string, string>> = {
  'timestamp with time zone': 'timestamptz',
  'double precision': 'float',
  'text[]': 'text_array',
};

/** Tables of people's interest with their keys and columns; `record` in short, as it has too many for a picture. */
function entityDiagram(tables: readonly TableDescription[]): string {
  const drawn = tables.filter(
    (table) =>
      (table.kind === 'table' || table.primaryKey.length > 0) &&
      (table.schema === 'public' || ['harvest.source', 'harvest.run', 'harvest.window', 'harvest.page'].includes(nameOf(table))),
  );
  const names = new Set(drawn.map(nameOf));
  const links = drawn.flatMap((table) =>
    table.references
      .filter((reference) => names.has(reference.table))
      .map((reference) => `  ${boxOf(reference.table)} ||--o{ ${boxOf(nameOf(table))} : "${reference.columns.join(', ')}"`),
  );
  return ['```mermaid', 'erDiagram', ...new Set(links), ...drawn.map(entity), '```'].join('\n');
}

const nameOf = (table: TableDescription): string => `${table.schema}.${table.name}`;
const boxOf = (name: string): string => name.replace(/^public\./, '').replace('.', '_');
const inShort = [
  'id',
  'source_id',
  'oai_identifier',
  'datestamp',
  'deleted',
  'doi',
  'concept_doi',
  'recid',
  'title',
  'publication_date',
  'publication_year',
  'resource_type',
  'access_right',
  'description',
  'metadata',
  'revision',
  'changed_at',
];

function entity(table: TableDescription): string {
  const shown = table.name === 'record' ? table.columns.filter((column) => inShort.includes(column.name)) : table.columns;
  const foreign = new Set(table.references.flatMap((reference) => reference.columns));
  const lines = shown.map(({ name, type }) => {
    const keys = [table.primaryKey.includes(name) ? 'PK' : '', foreign.has(name) ? 'FK' : ''].filter(Boolean).join(', ');
    return `    ${MERMAID_TYPES[type] ?? type.replaceAll(/\W/g, '_')} ${name}${keys && ` ${keys}`}`;
  });
  return [`  ${boxOf(nameOf(table))} {`, ...lines, '  }'].join('\n');
}

function describeTable(table: TableDescription): string {
  const name = table.schema === 'public' ? table.name : nameOf(table);
  const kind = table.kind === 'table' ? '' : ` (${table.kind})`;
  const rows = table.columns.map((column) => [
    code(column.name),
    `${column.type}${column.notNull ? ', not null' : ''}`,
    column.comment ?? '',
  ]);
  return [`### ${name}${kind}`, '', table.comment ?? '', '', markdownTable(['column', 'type', 'meaning'], rows), ...keyLines(table)].join(
    '\n',
  );
}

function keyLines(table: TableDescription): string[] {
  const indexes = table.indexes
    .filter((definition) => !definition.includes('_pkey '))
    .map((definition) => definition.replace(/^CREATE (UNIQUE )?INDEX \S+ ON \S+ USING /, '$1').toLowerCase());
  const primary = table.primaryKey.length === 0 ? [] : [`Key: ${table.primaryKey.map(code).join(', ')}.`];
  const others = indexes.length === 0 ? [] : [`Indexes: ${indexes.map(code).join(', ')}.`];
  const lines = [...primary, ...others];
  return lines.length === 0 ? [] : ['', lines.join(' ')];
}

function describeFunction(it: FunctionDescription): string {
  return [`### ${it.schema}.${it.name}(${it.arguments}) (function)`, '', it.comment ?? '', '', `Returns ${code(it.result)}.`].join('\n');
}

function dataciteTable(rows: readonly ColumnRow[]): string {
  return markdownTable(
    ['element or attribute', 'column', ''],
    rows.map(([path, columns, note]) => [code(path), columns.map(code).join(', '), note ?? '']),
  );
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const code = (text: string): string => `\`${text}\``;
