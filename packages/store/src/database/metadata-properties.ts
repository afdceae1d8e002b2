import { type JsonColumn, type Leaf, metadataColumns, type Rows } from './metadata-columns.ts';

/** A property of the metadata, or of an object or list element inside it. */
export interface Property {
  readonly name: string;
  /** The type of a plain value, or of the elements of a list of plain values; `object` if `inner` is not null. */
  readonly type: Leaf['type'] | 'object';
  readonly isList: boolean;
  /** The properties of the object, or of the elements of the list. */
  readonly inner: readonly Property[] | null;
  /** Null for an object whose properties have columns, and for what is inside a JSON column. */
  readonly column: string | null;
  /** The table with the rows of the list, or the view of it that is read. */
  readonly table: string | null;
  /** The table that is written, with its schema. */
  readonly storedIn: string | null;
  readonly isDescribed: boolean;
  readonly nullIfEqual: string | null;
}

/** A text without a column. */
const plain = {
  type: 'text',
  isList: false,
  inner: null,
  column: null,
  table: null,
  storedIn: null,
  isDescribed: false,
  nullIfEqual: null,
} as const;

/** The properties of an object in a shape of `metadata-columns.ts`, in its order. */
export function propertiesOf(shape: object): readonly Property[] {
  return Object.entries(shape).map(([name, part]: [string, unknown]) => property(name, part));
}

function property(name: string, part: unknown): Property {
  if (part === null || typeof part === 'string') return { ...plain, name, column: part };
  if (Array.isArray(part)) return { ...property(name, part[0]), isList: true };
  if (isRows(part)) return { ...property(name, part.of), isList: true, table: part.table, storedIn: part.storedIn };
  if (isJson(part)) return { ...property(name, part.json), column: part.column };
  if (isLeaf(part)) return { ...plain, name, ...part };
  return { ...plain, name, type: 'object', inner: propertiesOf(part as object) };
}

const isRows = (part: unknown): part is Rows => 'table' in (part as object);
const isJson = (part: unknown): part is JsonColumn => 'json' in (part as object);
const isLeaf = (part: unknown): part is Leaf => 'column' in (part as object);

/** The properties of a record's metadata. */
export const metadataProperties: readonly Property[] = propertiesOf(metadataColumns);

/** A column and the property that it holds. */
export interface ColumnPath {
  readonly table: string;
  readonly column: string;
  /** Its type in PostgreSQL. */
  readonly type: string;
  /** Where the property is in the metadata: `creators[].affiliations[].ror`. */
  readonly path: string;
}

/** All columns of `record` and its lists that hold metadata, in the order of the properties. */
export const columnPaths = (properties: readonly Property[] = metadataProperties, table = 'record', within = ''): readonly ColumnPath[] =>
  properties.flatMap((it) => {
    const of = it.table ?? table;
    const path = `${within}${it.name}${it.isList ? '[]' : ''}`;
    if (it.column !== null) return [{ table: of, column: it.column, type: sqlType(it), path }];
    return it.inner === null ? [] : columnPaths(it.inner, of, `${path}.`);
  });

const sqlType = ({ type }: Property): string => sqlTypes[type];
const sqlTypes = { text: 'text', integer: 'integer', double: 'double precision', day: 'date', object: 'jsonb' } as const;
