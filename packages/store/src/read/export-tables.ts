import type { Db } from '../database/db.ts';
import { type ColumnDescription, describeTables } from '../database/describe-schema.ts';
import { openReadOnly } from '../database/read-only-session.ts';
import { chosenRecords, copyFrom, type ExportSelection } from './export-records.ts';

/** A table of records, with the columns that are exported. */
export interface ExportTable {
  readonly name: string;
  readonly comment: string | null;
  readonly columns: readonly ColumnDescription[];
  /** Its rows as lines of JSON, in pieces that end anywhere. One table at a time. */
  read(): AsyncGenerator<Buffer, void, undefined>;
}

/** Tables as they are at one instant. */
export interface ExportTables extends AsyncDisposable {
  readonly tables: readonly ExportTable[];
}

/** How the rows of this mirror were made, and what other columns have in another form. */
const INTERNAL = new Set(['metadata', 'page_id', 'sets_page_id', 'latest_version_changed_at']);
/** Earlier revisions. */
const LEFT_OUT = new Set(['record_history']);

/**
 * `record`, the table of each of its lists, and `community`: only rows of records that are not deleted and could be mapped, or those among them
 * with the ids of the selection. `db` has to have logged in as a role that can only read. Throws NotReadOnlyError and what PostgreSQL does.
 */
export async function openExportTables(db: Db, selection: ExportSelection, signal: AbortSignal): Promise<ExportTables> {
  const described = await describeTables(db, ['public']);
  const session = await openReadOnly(db, { timeoutMs: 0, signal });
  const tables = described
    .filter(({ name }) => (name === 'community' || name.startsWith('record')) && !LEFT_OUT.has(name))
    .map(({ name, comment, columns }): ExportTable => {
      const exported = columns.filter((column) => column.type !== 'bytea' && !INTERNAL.has(column.name));
      const source = { name: 'source', type: 'text', notNull: true, comment: 'Name of the source.' };
      return {
        name,
        comment,
        columns: name === 'record' ? [source, ...exported] : exported,
        read: async function* () {
          session.busy = true;
          yield* copyFrom(session.client, rowsOf(name, exported, selection));
          session.busy = false;
        },
      };
    });
  return { tables, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
}

function rowsOf(table: string, columns: readonly ColumnDescription[], selection: ExportSelection): string {
  const list = columns.map(({ name }) => `t."${name}"`).join(', ');
  const records = `select r.id from public.record r where ${chosenRecords(selection)}`;
  const query =
    table === 'community'
      ? `select ${list} from public.community t`
      : table === 'record'
        ? `select s.name as source, ${list} from public.record t join analytics.source s on s.source_id = t.source_id where t.id in (${records})`
        : `select ${list} from public."${table}" t where t.record_id in (${records})`;
  return `select row_to_json(q)::text from (${query}) q`;
}
