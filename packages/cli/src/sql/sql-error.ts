import { isLostConnection, NotAQueryError, ResultTooLargeError } from '@thresher/store/database';

/** An error of a query, with a message for the user. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
}

interface PostgresFault extends Error {
  readonly severity: string;
  readonly code: string;
  readonly position?: string;
  readonly hint?: string;
}

/** A PostgreSQL error as one sentence with its place in the query; any other error as it is. */
export function explain(error: unknown, query: string, timeoutMs: number): unknown {
  if (error instanceof ResultTooLargeError)
    return new SqlError(
      `${error.message}: ${error.limit === 'rows' ? '--max-rows permits more, thresher export writes any number into files' : 'select shorter columns'}`,
      {
        cause: error,
      },
    );
  if (error instanceof NotAQueryError) return new SqlError(error.message, { cause: error });
  if (!isPostgresFault(error) || isLostConnection(error)) return error;
  if (error.code === '57014')
    return new SqlError(`the query was ended after ${timeoutMs / 1_000} s: --timeout raises the limit`, { cause: error });
  const place = error.position === undefined ? '' : ` (${placeOf(query, Number(error.position))})`;
  const hint = error.hint === undefined ? '' : `: ${error.hint}`;
  return new SqlError(`${error.message}${place}${hint}`, { cause: error });
}

/** PostgreSQL counts characters from 1. */
function placeOf(query: string, position: number): string {
  const before = Array.from(query)
    .slice(0, position - 1)
    .join('');
  const line = before.split('\n').length;
  const column = position - Array.from(before).lastIndexOf('\n') - 1;
  return line === 1 && !query.includes('\n') ? `column ${column}` : `line ${line}, column ${column}`;
}

function isPostgresFault(error: unknown): error is PostgresFault {
  return error instanceof Error && 'severity' in error && 'code' in error;
}
