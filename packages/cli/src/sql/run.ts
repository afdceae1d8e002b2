import { once } from 'node:events';
import { Writable } from 'node:stream';
import { type Db, readRows } from '@thresher/store/database';
import type { Io } from '../io.ts';
import { formatRows, type SqlFormat } from './format.ts';
import { describe } from './help.ts';
import { explain } from './sql-error.ts';

export interface SqlSettings {
  readonly format: SqlFormat;
  readonly timeoutMs: number;
  readonly maxRows: number;
}

/**
 * Runs a statement, or `\d` and `\d NAME`, and prints the result in portions, at the pace of the reader of stdout. Returns the number
 * of rows. Throws SqlError, UsageError for a name that does not exist.
 */
export async function runStatement(
  io: Io,
  db: Db,
  text: string,
  { format, timeoutMs, maxRows }: SqlSettings,
  signal: AbortSignal,
): Promise<number> {
  const described = /^\\d\+?(?:\s+(\S+?))?;?$/.exec(text);
  if (described !== null) {
    await put(io, `${await describe(db, described[1])}\n`);
    return 0;
  }
  const toText = formatRows(format);
  let rows = 0;
  try {
    for await (const portion of readRows(db, text, { timeoutMs, maxRows, signal, asText: format !== 'json' })) {
      await put(io, toText(portion, rows === 0));
      rows += portion.rows.length;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw await explain(db, error, text, timeoutMs);
  }
  return rows;
}

/** Writes, and waits while the reader is slow. */
async function put({ stdout, signal }: Io, text: string): Promise<void> {
  if (text === '') return;
  if (stdout.write(text) === false && stdout instanceof Writable && !stdout.destroyed) await once(stdout, 'drain', { signal });
}
