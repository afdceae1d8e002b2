import type { MappingIssue, RecordMetadata } from '@thresher/datacite';
import { copyField, type CopyValue } from './copy-rows.ts';
import { headerColumns } from './metadata-columns.ts';
import { metadataProperties, propertiesOf, type Property } from './metadata-properties.ts';
import type { ListTable } from './record-schema.ts';
import { toSqlDate } from './sql-values.ts';

/** A record, as far as it has rows in the list tables. */
export interface ListedContent {
  readonly metadata: RecordMetadata | null;
  readonly setSpecs: readonly string[];
  readonly issues?: readonly MappingIssue[];
}

/** A table with one row for each element of a list of the record. */
export interface RecordList {
  /** The table, or the view of it that is read. */
  readonly table: ListTable;
  /** The table that is written, with its schema. */
  readonly storedIn: string;
  /** The property of the list: of the metadata, of each person in it, or of the record. */
  readonly property: string;
  readonly owner: 'metadata' | 'person' | 'record';
  /** The columns before those of the element, without `record_id`. */
  readonly keys: readonly string[];
  readonly columns: readonly ListColumn[];
}

/** A column of a list table. */
export interface ListColumn {
  readonly name: string;
  /** The property of the element; null if the element is a plain value or stored as JSON. */
  readonly property: string | null;
  /** The property of the object in `property` (`point`, `longitude`). */
  readonly inner: string | null;
  /** The value of the property is the value of the column. */
  readonly isPlain: boolean;
  readonly isDay: boolean;
  /** The value is a list in a JSON column; empty is null. */
  readonly isList: boolean;
  /** The column is null if this property of the element has the same value. */
  readonly nullIfEqual: string | null;
  /** The column is null if its value is the description of the record. */
  readonly isNullIfDescription: boolean;
}

/** The list tables in the order in which they are written. */
export const recordLists: readonly RecordList[] = [
  ...metadataProperties.flatMap((it) => listOf(it, 'metadata')),
  // Creators and contributors have the same lists inside, in tables with a column `role`.
  ...metadataProperties.find(({ name }) => name === 'creators')!.inner!.flatMap((it) => listOf(it, 'person')),
  ...propertiesOf(headerColumns).flatMap((it) => listOf(it, 'record')),
];

export const listTables: readonly ListTable[] = recordLists.map(({ table }) => table);

/** All columns of a list table but `record_id`, in the order of its rows. */
export const columnNames = ({ keys, columns }: RecordList): readonly string[] => [...keys, ...columns.map(({ name }) => name)];

function listOf(property: Property, owner: RecordList['owner']): RecordList[] {
  if (property.table === null) return [];
  const keys = owner === 'person' ? ['role', 'person_position', 'position'] : ['position'];
  const isWhole = property.column !== null;
  const columns = isWhole ? [columnOf(property, null, null)] : property.inner!.flatMap(elementColumns);
  return [{ table: property.table as ListTable, storedIn: property.storedIn!, property: property.name, owner, keys, columns }];
}

function elementColumns(property: Property): ListColumn[] {
  if (property.table !== null) return [];
  if (property.column !== null) return [columnOf(property, property.name, null)];
  return property.inner!.map((inner) => columnOf(inner, property.name, inner.name));
}

function columnOf(of: Property, property: string | null, inner: string | null): ListColumn {
  const isDay = of.type === 'day';
  const isList = property !== null && of.isList;
  const isPlain = inner === null && !isDay && !isList && !of.isDescribed && of.nullIfEqual === null;
  const isNullIfDescription = of.isDescribed && of.nullIfEqual === null;
  return { name: of.column!, property, inner, isPlain, isDay, isList, nullIfEqual: of.nullIfEqual, isNullIfDescription };
}

/** Values of a row in the order of `keys` and `columns`. */
export type ListRow = readonly CopyValue[];

/** The rows of a record in a list table, without its number. */
export const rowsOf = (list: RecordList, record: ListedContent): ListRow[] =>
  ownersOf(list, record).flatMap(({ keys, object }) =>
    elementsOf(list, object).map((element, position) => [
      ...keys,
      position,
      ...list.columns.map((column) => valueOf(column, element, record.metadata?.description ?? null)),
    ]),
  );

/** The same as lines of COPY, with the number of the record. */
export function linesOf(list: RecordList, recordId: number, record: ListedContent): string {
  if (list.owner === 'record') return linesOfElements(list, `${recordId}`, record, null);
  const { metadata } = record;
  if (metadata === null) return '';
  const { description } = metadata;
  if (list.owner === 'metadata') return linesOfElements(list, `${recordId}`, metadata, description);
  let lines = '';
  for (const { keys, object } of ownersOf(list, record))
    lines += linesOfElements(list, `${recordId}\t${keys.join('\t')}`, object, description);
  return lines;
}

/** Makes no arrays of values, as it runs for each row of a harvest. */
function linesOfElements(list: RecordList, head: string, object: object, description: string | null): string {
  const elements = elementsOf(list, object);
  const { columns } = list;
  let lines = '';
  for (let position = 0; position < elements.length; position++) {
    const element = elements[position];
    let line = `${head}\t${position}`;
    for (let n = 0; n < columns.length; n++) line += `\t${copyField(valueOf(columns[n]!, element, description))}`;
    lines += `${line}\n`;
  }
  return lines;
}

/** An object with a list, and the values of `keys` before the positions of its elements. */
interface Owner {
  readonly keys: readonly (string | number)[];
  readonly object: object;
}

function ownersOf({ owner }: RecordList, record: ListedContent): Owner[] {
  if (owner === 'record') return [{ keys: [], object: record }];
  const { metadata } = record;
  if (metadata === null) return [];
  if (owner === 'metadata') return [{ keys: [], object: metadata }];
  return [
    ...metadata.creators.map((object, n) => ({ keys: ['creator', n], object })),
    ...metadata.contributors.map((object, n) => ({ keys: ['contributor', n], object })),
  ];
}

const none: readonly unknown[] = [];
const elementsOf = ({ property }: RecordList, object: object): readonly unknown[] =>
  (object as Readonly<Record<string, readonly unknown[] | undefined>>)[property] ?? none;

type Values = Readonly<Record<string, CopyValue>>;

function valueOf(column: ListColumn, element: unknown, description: string | null): CopyValue {
  if (column.property === null) return element as CopyValue;
  const value = (element as Values)[column.property];
  if (column.isPlain) return value;
  if (column.inner !== null) return (value as Values | null)?.[column.inner] ?? null;
  if (column.isDay) return toSqlDate(value as string | null);
  if (column.isList) return (value as unknown as readonly unknown[]).length === 0 ? null : value;
  if (column.isNullIfDescription) return value === description ? null : value;
  return value === (element as Values)[column.nullIfEqual!] ? null : value;
}
