import { explainFault } from '@thresher/api/near-names';
import { type Db, NotAQueryError, ResultTooLargeError } from '@thresher/store/database';

/** An error of a query, with a message for the user. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
}

/** A PostgreSQL error as one sentence with its place in the query; any other error as it is. */
export async function explain(db: Db, error: unknown, query: string, timeoutMs: number): Promise<unknown> {
  if (error instanceof ResultTooLargeError)
    return new SqlError(
      `${error.message}: ${error.limit === 'rows' ? '--max-rows permits more, thresher export writes any number into files' : 'select shorter columns'}`,
      {
        cause: error,
      },
    );
  if (error instanceof NotAQueryError) return new SqlError(error.message, { cause: error });
  const fault = await explainFault(db, error, query);
  if (fault === null) return error;
  if (fault.isCancelled)
    return new SqlError(`the query was ended after ${timeoutMs / 1_000} s: --timeout raises the limit`, { cause: error });
  return new SqlError(fault.sentence, { cause: error });
}
