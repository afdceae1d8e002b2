/** DuckDB's types by the object id of PostgreSQL's. Values of all others, such as arrays and JSON, are text. */
export const DUCKDB_TYPES: Readonly<Record<number, string>> = {
  16: 'BOOLEAN',
  20: 'BIGINT',
  21: 'SMALLINT',
  23: 'INTEGER',
  26: 'BIGINT',
  700: 'FLOAT',
  701: 'DOUBLE',
  1700: 'DOUBLE',
  1082: 'DATE',
  1114: 'TIMESTAMP',
  1184: 'TIMESTAMPTZ',
};

/** A name as SQL quotes it. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as SQL quotes it. */
export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
