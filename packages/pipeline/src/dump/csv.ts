import { CsvError, parse } from 'csv-parse';
import { DumpUnreadableError } from './dump-errors.ts';

/** Maximum number of characters of one row: a quote that is never closed would make one row of the whole file. */
const mostCharacters = 1_000_000;

/**
 * Rows of CSV text (RFC 4180), from pieces that are cut anywhere. Rows end with LF or CRLF; empty ones are left out. Throws
 * DumpUnreadableError for a row of more than a million characters and for a quote that is not closed, and what `pieces` throws.
 */
export async function* csvRows(pieces: AsyncIterable<string>): AsyncGenerator<string[], void, undefined> {
  // Each row is taken when it is parsed, since a stream that fails drops rows that were not read.
  const rows: string[][] = [];
  const parser = parse({
    record_delimiter: ['\n', '\r\n'],
    skip_empty_lines: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: mostCharacters,
    on_record: (row: string[]) => {
      rows.push(row);
      return null;
    },
  });
  parser.on('error', () => {});
  parser.resume();
  try {
    for await (const piece of pieces) {
      await new Promise<void>((resolve, reject) => parser.write(piece, (error) => (error ? reject(error) : resolve())));
      yield* rows.splice(0);
    }
    await new Promise<void>((resolve, reject) => parser.once('error', reject).once('end', resolve).end());
    yield* rows.splice(0);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield* rows.splice(0);
    const row = `row ${Number(error['records'] ?? 0) + 1}`;
    const isLong = error.code === 'CSV_MAX_RECORD_SIZE';
    throw new DumpUnreadableError(
      isLong ? `${row} has more than ${mostCharacters} characters: is a quote not closed?` : `${row}: ${error.message}`,
    );
  }
}
