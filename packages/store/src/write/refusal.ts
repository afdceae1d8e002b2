import { IdentifierTooLongError, maxIdentifierBytes } from './harvested-record.ts';

/** Explains why a record or page cannot be stored; null if the error has another cause, so that the same input may be tried again. */
export function refusalOf(error: unknown): string | null {
  if (error instanceof IdentifierTooLongError)
    return `its OAI identifier has ${Buffer.byteLength(error.identifier)} bytes, and ${maxIdentifierBytes} can be stored`;
  // Beyond what JavaScript can hold: a string or a list that is too long.
  if (error instanceof RangeError) return `it is too large to be stored: ${error.message}`;
  const { code, message } = error as { code?: unknown; message?: string };
  return typeof code === 'string' && refusing.test(code) ? `PostgreSQL cannot hold it: ${message}` : null;
}

/** Data exceptions (22), not null, checks, and limits of the program such as the size of an index row (54). */
const refusing = /^(22...|23502|23514|54...)$/;
