import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { csvLine } from '@thresher/datacite';
import type { ReadColumn, ReadPortion } from '@thresher/store/database';
import { ApiProblem } from '../problems/problem.ts';
import { DUCKDB_TYPES, quotedName, quotedText } from './duckdb.ts';

/** The formats of a result as a file. */
export type FileFormat = 'csv' | 'parquet';

/**
 * The rows of a query, whose values are text, as a file. It is whole before the first byte is sent, so that the fault of a query is an
 * error and no torn file, and is deleted when the stream is closed. In Parquet, values that the type of a column cannot hold (`infinity`
 * as a date) are null.
 */
export async function resultFile(portions: AsyncIterable<ReadPortion>, format: FileFormat, signal: AbortSignal): Promise<Readable> {
  const folder = await mkdtemp(join(tmpdir(), 'thresher-query-'));
  try {
    const file = join(folder, `result.${format}`);
    if (format === 'csv') await pipeline([Readable.from(csvLines(portions)), createWriteStream(file)] as const, { signal });
    else await writeParquet(portions, file, signal);
    const stream = createReadStream(file);
    stream.once('close', () => void rm(folder, { recursive: true, force: true }));
    return stream;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** With `asText`, each value is a text or null. */
const toCsvLine = (row: readonly unknown[]): string => csvLine(row as readonly (string | null)[]);

async function* csvLines(portions: AsyncIterable<ReadPortion>): AsyncGenerator<string, void, undefined> {
  let isFirst = true;
  for await (const { columns, rows } of portions) {
    yield (isFirst ? csvLine(columns.map(({ name }) => name)) : '') + rows.map(toCsvLine).join('');
    isFirst = false;
  }
}

/** DuckDB holds several lines of the greatest length. */
const LONGEST_ROW = 16_000_000;
const LEAST_BUFFER = 1_000_000;

interface Rows {
  readonly columns: readonly ReadColumn[];
  /** Bytes of the longest line. */
  readonly longest: number;
}

async function writeParquet(portions: AsyncIterable<ReadPortion>, file: string, signal: AbortSignal): Promise<void> {
  const rows = `${file}.jsonl`;
  let columns: readonly ReadColumn[] = [];
  let longest = 0;
  const toLine = (row: readonly unknown[]): string => {
    const line = `${JSON.stringify(Object.fromEntries(row.map((cell, place) => [`c${place}`, cell])))}\n`;
    longest = Math.max(longest, Buffer.byteLength(line));
    if (longest > LONGEST_ROW) throw new ApiProblem(400, 'bad-query', 'a row is larger than 16 MB: select fewer columns, or use CSV');
    return line;
  };
  const lines = async function* (): AsyncGenerator<string, void, undefined> {
    for await (const portion of portions) {
      ({ columns } = portion);
      yield portion.rows.map(toLine).join('');
    }
  };
  await pipeline([Readable.from(lines()), createWriteStream(rows)] as const, { signal });
  await convert(rows, file, { columns, longest });
}

async function convert(rows: string, file: string, { columns, longest }: Rows): Promise<void> {
  // Loading it takes 40 MB: an API without such requests does not load it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB' });
  try {
    const connection = await instance.connect();
    const texts = columns.map((_, place) => `c${place}: 'VARCHAR'`).join(', ');
    const names = distinctNames(columns.map(({ name }) => name));
    const selected = columns.map(
      ({ typeId }, place) => `try_cast(c${place} as ${DUCKDB_TYPES[typeId] ?? 'VARCHAR'}) as ${quotedName(names[place]!)}`,
    );
    await connection.run(`set timezone = 'UTC'`);
    await connection.run(
      `copy (select ${selected.join(', ')} from read_json(${quotedText(rows)}, format = 'newline_delimited', columns = {${texts}}, maximum_object_size = ${Math.max(longest, LEAST_BUFFER)})) to ${quotedText(file)} (format parquet, compression zstd)`,
    );
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

/** A query may name two columns alike; a file may not, and compares names without case. */
function distinctNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let next = 2; seen.has(own.toLowerCase()); next++) own = `${name}_${next}`;
    seen.add(own.toLowerCase());
    return own;
  });
}
