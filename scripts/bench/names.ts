/** Whose figures: ours. */
export const thresher = 'thresher';

/** What a plain script of a user is called. */
export const script = 'plain script (sickle, lxml, psycopg, bulk helpers)';

/** Stages as the table calls them. */
export const names = {
  walk: 'walk, pages durable',
  map: 'parse and map, one thread',
  store: 'pages into SQL',
  replay: 'replay, nothing changes, SQL',
  oneCore: 'the same replay on one core',
  twoCores: 'the same replay on two cores',
  reindex: 'index out of SQL',
  export: 'export to Parquet',
  harvest: 'end to end: SQL and search',
  again: 'the same again, unchanged',
  incremental: 'incremental: a tenth changed',
  jsonDump: 'dump import, JSON: SQL and search',
  xmlDump: 'dump import, XML: SQL and search',
} as const;
