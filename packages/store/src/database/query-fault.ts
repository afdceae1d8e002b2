import { isLostConnection } from './lost-connection.ts';

/** What PostgreSQL found wrong with a query that somebody typed. */
export interface QueryFault {
  /** The query was ended, as it took too long or its client has gone. */
  readonly isCancelled: boolean;
  /** PostgreSQL's message with the place in the query and its hint. */
  readonly sentence: string;
}

interface PostgresError extends Error {
  readonly code: string;
  readonly position?: string;
  readonly hint?: string;
}

/** The fault of a query, from the error that it ended with; null for an error of another kind, such as a lost connection. */
export function queryFaultOf(error: unknown, query: string): QueryFault | null {
  if (!isPostgresError(error) || isLostConnection(error)) return null;
  const place = error.position === undefined ? '' : ` (${placeOf(query, Number(error.position))})`;
  const hint = error.hint === undefined ? '' : `: ${error.hint}`;
  return { isCancelled: isCancelled(error), sentence: `${error.message}${place}${hint}` };
}

/** Whether a statement was ended from outside: it took longer than permitted, or was cancelled (SQLSTATE 57014). */
export const isCancelled = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '57014';

/** PostgreSQL counts characters from 1. */
function placeOf(query: string, position: number): string {
  const before = Array.from(query)
    .slice(0, position - 1)
    .join('');
  const line = before.split('\n').length;
  const column = position - Array.from(before).lastIndexOf('\n') - 1;
  return line === 1 && !query.includes('\n') ? `column ${column}` : `line ${line}, column ${column}`;
}

function isPostgresError(error: unknown): error is PostgresError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}
