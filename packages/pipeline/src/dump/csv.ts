import { Readable, pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { DumpUnreadableError } from './dump-errors.ts';

/** Maximum number of characters of one row: a quote that is never closed would make one row of the whole file. */
const mostCharacters = 1_000_000;

/**
 * Rows of CSV text (RFC 4180), from pieces that are cut anywhere. Rows end with LF or CRLF; empty ones are left out. Throws
 * DumpUnreadableError for a row of more than a million characters and for a quote that is not closed, and what `pieces` throws.
 */
export async function* csvRows(pieces: AsyncIterable<string>): AsyncGenerator<string[], void, undefined> {
  const parser = parse({
    record_delimiter: ['\n', '\r\n'],
    skip_empty_lines: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: mostCharacters,
  });
  // Errors of both sides are thrown by the loop below.
  pipeline(Readable.from(pieces), parser, () => {});
  try {
    for await (const row of parser) yield row as string[];
  } catch (error) {
    if (error instanceof CsvError) throw new DumpUnreadableError(`row ${Number(error['records'] ?? 0) + 1}: ${error.message}`);
    throw error;
  }
}
