import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import { type Db, describeTables, findTable, fullName, queriedSchemas, readRows, type TableDescription } from '@thresher/store/database';
import { Type } from 'typebox';
import { explainFault, similarTables } from '../sql/near-names.ts';
import { argumentsOf, READS } from './record-tools.ts';
import { failure, plainResult, untrustedResult } from './tool-result.ts';

/** How SQL is run, or why it is not. */
export type SqlAccess =
  | {
      readonly db: () => Promise<Db>;
      /** Time of a query in milliseconds; 20 s unless specified. */
      readonly timeoutMs?: number;
      /** Aborts when the client is gone: a request of the older protocol does not notice it otherwise. */
      readonly signal?: AbortSignal;
    }
  | { readonly refused: string };

const MOST_ROWS = 200;
const USUAL_TIMEOUT_MS = 20_000;

/** Tools that query the database and explain its tables, as a role that can only read. */
export function addSqlTools(server: McpServer, access: SqlAccess): void {
  addSql(server, access);
  addSchema(server, access);
}

function addSql(server: McpServer, access: SqlAccess): void {
  const inputSchema = argumentsOf(
    Type.Object({
      query: Type.String({ minLength: 1, maxLength: 20_000, description: 'One SELECT, WITH, VALUES, TABLE or EXPLAIN of PostgreSQL' }),
      max_rows: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ROWS, description: '50 unless specified' })),
    }),
  );
  const timeoutMs = 'refused' in access ? USUAL_TIMEOUT_MS : (access.timeoutMs ?? USUAL_TIMEOUT_MS);
  const description = `Runs one query on PostgreSQL as a role that can only read, for at most ${timeoutMs / 1_000} s. explain_schema describes tables and columns; views in schema analytics answer most questions.`;
  server.registerTool(
    'sql',
    { title: 'Run SQL', description, inputSchema, annotations: READS },
    async ({ query, max_rows = 50 }, context) => {
      if ('refused' in access) return failure(access.refused);
      const signal = AbortSignal.any([context.mcpReq.signal, ...(access.signal === undefined ? [] : [access.signal])]);
      try {
        return await firstRows(await access.db(), query.replace(/;\s*$/, ''), max_rows, { timeoutMs, signal });
      } catch (error) {
        signal.throwIfAborted();
        return failure(await sentenceOf(await access.db(), error, query, timeoutMs));
      }
    },
  );
}

async function firstRows(db: Db, query: string, most: number, limits: { timeoutMs: number; signal: AbortSignal }): Promise<CallToolResult> {
  for await (const { columns, rows } of readRows(db, query, limits)) {
    const shown = rows.slice(0, most);
    const more = rows.length > most && { note: `there are more rows: only the first ${most} are shown` };
    return untrustedResult({ columns: columns.map(({ name }) => name), rows: shown, ...more }, { items: most, text: 500 });
  }
  return plainResult('no rows');
}

async function sentenceOf(db: Db, error: unknown, query: string, timeoutMs: number): Promise<string> {
  const fault = await explainFault(db, error, query);
  if (fault?.isCancelled) return `the query was ended after ${timeoutMs / 1_000} s: narrow it, or use a view of schema analytics`;
  return fault?.sentence ?? (error as Error).message;
}

function addSchema(server: McpServer, access: SqlAccess): void {
  const table = Type.Optional(
    Type.String({ maxLength: 100, description: 'A table or view, such as record or analytics.growth; left out, all are listed' }),
  );
  const description = 'Lists the tables and views of the database, or the columns of one with their meaning.';
  server.registerTool(
    'explain_schema',
    { title: 'Explain the schema', description, inputSchema: argumentsOf(Type.Object({ table })), annotations: READS },
    async ({ table: wanted }) => {
      if ('refused' in access) return failure(access.refused);
      const tables = await describeTables(await access.db(), queriedSchemas);
      if (wanted === undefined) return plainResult(tables.map((one) => `${fullName(one)}: ${one.comment ?? ''}`).join('\n'));
      const found = findTable(tables, wanted);
      if (found !== undefined) return plainResult(columnsOf(found));
      const near = similarTables(tables, wanted);
      return failure(
        `there is no table or view ${wanted}: ${near.length === 0 ? 'call explain_schema without a table' : `there is ${near.join(', ')}`}`,
      );
    },
  );
}

const columnsOf = (table: TableDescription): string =>
  [
    `${fullName(table)} (${table.kind}): ${table.comment ?? ''}`,
    ...table.columns.map(({ name, type, comment }) => `${name} ${type}: ${comment ?? ''}`),
  ].join('\n');
