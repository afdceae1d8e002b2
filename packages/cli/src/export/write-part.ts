import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quotedName, quotedText } from '@thresher/api/duckdb';
import { FORMULA, NUMBER } from '@thresher/datacite';
import type { ColumnType } from './record-columns.ts';

export const exportFormats = ['jsonl', 'csv', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];
export const compressions = ['gzip', 'zstd', 'none'] as const;
export type Compression = (typeof compressions)[number];

/** Format of the files. */
export interface PartFormat {
  readonly format: ExportFormat;
  readonly compression: Compression;
}

/** The columns of a file. */
export interface Layout {
  /** Columns of the JSON lines. */
  readonly columns: readonly ColumnType[];
  /** The columns of CSV and Parquet: name and DuckDB expression. */
  readonly selected: readonly (readonly [name: string, expression: string])[];
}

/** Turns JSON lines into files. */
export interface PartWriter extends AsyncDisposable {
  /** Writes a file from lines of JSON, one a row. It gets its name last. */
  write(path: string, layout: Layout, lines: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>;
}

/** `part-0.jsonl.gz`, `part-0.parquet`. */
export function extensionOf({ format, compression }: Pick<PartFormat, 'format' | 'compression'>): string {
  if (format === 'parquet') return '.parquet';
  return `.${format}${{ gzip: '.gz', zstd: '.zst', none: '' }[compression]}`;
}

/** JSON lines are compressed as they come; CSV and Parquet are made of them by DuckDB, a file at a time. */
export async function createPartWriter(format: PartFormat): Promise<PartWriter> {
  if (format.format === 'jsonl')
    return {
      write: (path, _layout, lines, signal) => writeLines(path, lines, compressor(format.compression), signal),
      [Symbol.asyncDispose]: async () => {},
    };
  // Memory that a laptop has free next to the database; two of these work at a time. One thread each: files are small, and what more
  // threads have to exchange takes as long again (34 instead of 19 ms of CPU for a month of 140 records).
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' });
  const connection = await instance.connect();
  await connection.run(`set preserve_insertion_order = false; set timezone = 'UTC'; ${CSV_CELL}`);
  return {
    write: (path, layout, lines, signal) => convert(connection, { ...format, ...layout }, path, lines, signal),
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Larger chunks than the default: each chunk crosses to another thread and back, which took a third of zstd's time. */
const inLargePieces = { chunkSize: 1 << 18 };

function compressor(compression: Compression): Transform[] {
  return compression === 'gzip' ? [createGzip(inLargePieces)] : compression === 'zstd' ? [createZstdCompress(inLargePieces)] : [];
}

async function writeLines(path: string, lines: AsyncIterable<Buffer>, through: Transform[], signal: AbortSignal): Promise<void> {
  const part = `${path}.part`;
  try {
    await pour(part, lines, through, signal);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** Writes a file, and returns only when it is closed: if interrupted, it may still be opened after the pipeline ended. */
export async function pour(path: string, lines: AsyncIterable<Buffer>, through: Transform[], signal: AbortSignal): Promise<void> {
  const file = createWriteStream(path, { highWaterMark: 1 << 20 });
  try {
    await pipeline([Readable.from(lines), ...through, file] as const, { signal });
  } finally {
    if (!file.closed) await once(file, 'close');
  }
}

async function convert(
  connection: DuckDBConnection,
  format: PartFormat & Layout,
  path: string,
  lines: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const raw = `${path}.jsonl.part`;
  const part = `${path}.part`;
  const interrupt = (): void => connection.interrupt();
  try {
    const longest = createLongestLine();
    await pour(raw, longest.watch(lines), [], signal);
    signal.throwIfAborted();
    signal.addEventListener('abort', interrupt, { once: true });
    await connection.run(copyStatement(format, raw, part, longest.bytes()));
    await rename(part, path);
  } finally {
    signal.removeEventListener('abort', interrupt);
    await rm(raw, { force: true });
    await rm(part, { force: true });
  }
}

/** Measures the longest line of a stream. */
export function createLongestLine() {
  let longest = 0;
  let open = 0;
  return {
    async *watch(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
      for await (const piece of pieces) {
        let begin = 0;
        for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, begin)) {
          longest = Math.max(longest, open + end - begin);
          begin = end + 1;
          open = 0;
        }
        open += piece.length - begin;
        yield piece;
      }
    },
    bytes: () => Math.max(longest, open) + 1,
  };
}

/** DuckDB gives each thread buffers of twice the longest line: with room for any record they took gigabytes. */
const leastBuffer = 1 << 20;

/** As `harmlessText`, for text only: an expression of another type keeps its value. */
const CSV_CELL = `create macro csv_cell(value) as case
  when typeof(value) = 'VARCHAR' and regexp_matches(cast(value as varchar), ${quotedText(FORMULA)}) and not regexp_matches(cast(value as varchar), ${quotedText(NUMBER)})
  then '''' || cast(value as varchar) else cast(value as varchar) end`;

function copyStatement(
  { format, compression, columns, selected }: PartFormat & Layout,
  from: string,
  to: string,
  longestLine: number,
): string {
  const cell = (expression: string): string => (format === 'csv' ? `csv_cell(${expression})` : expression);
  const layout = { columns, selected: selected.map(([name, expression]) => [name, cell(expression)] as const) };
  const options =
    format === 'csv'
      ? `format csv, header, compression ${compression}`
      : `format parquet, compression ${compression === 'none' ? 'uncompressed' : compression}, row_group_size 8192`;
  return `copy (${selectLines(layout, from, longestLine)}) to ${quotedText(to)} (${options})`;
}

/** A query of DuckDB that reads a file of JSON lines. */
export function selectLines({ columns, selected }: Layout, from: string, longestLine: number): string {
  const types = columns.map(([name, type]) => `${quotedText(name)}: ${quotedText(type)}`).join(', ');
  const list = selected.map(([name, expression]) => `${expression} as ${quotedName(name)}`).join(', ');
  return `select ${list} from read_json(${quotedText(from)}, format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${Math.max(longestLine, leastBuffer)})`;
}
