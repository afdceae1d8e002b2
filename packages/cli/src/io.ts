import { type Env, redactText } from '@thresher/runtime';

/** The parts of the process that a command may use. Results go to stdout, diagnostics to stderr. */
export interface Io {
  readonly env: Env;
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: { write(text: string | Uint8Array): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly signal: AbortSignal;
}

export const exit = { done: 0, failed: 1, usage: 2, incomplete: 3, upgrade: 4, interrupted: 130 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

/** A command was called with invalid arguments. The message names what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const print = (io: Io, text: string): unknown => io.stdout.write(`${text}\n`);
export const say = (io: Io, text: string): unknown => io.stderr.write(`${redactText(text)}\n`);
export const printJson = (io: Io, value: unknown): unknown => print(io, JSON.stringify(value, null, 2));

/** Rows for people and for machines. */
interface RowsView<T> {
  readonly json: boolean | undefined;
  /** Printed on stderr if there are no rows; if omitted, the head of the table is printed. */
  readonly none?: string;
  readonly head: readonly string[];
  readonly cells: (row: T) => readonly (string | number | null)[];
}

/** Prints rows as JSON, as a table, or says that there are none. */
export function printRows<T>(io: Io, rows: readonly T[], { json, none, head, cells }: RowsView<T>): void {
  if (json) printJson(io, rows);
  else if (rows.length === 0 && none !== undefined) say(io, none);
  else print(io, table(head, rows.map(cells)));
}

/** A table of text. Each column is as wide as its widest cell; numbers are aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : (cell ?? '–'))));
  const widths = head.map((_, i) => cells.reduce((widest, row) => Math.max(widest, row[i]?.length ?? 0), 0));
  const right = head.map((_, i) => rows.length > 0 && rows.every((row) => row[i] === null || typeof row[i] === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, i) => (right[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `8091746` as `8,091,746`. */
export const count = (n: number): string => n.toLocaleString('en');

/** `1 window`, `2 windows`. */
export const counted = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** `95` as `1 m 35 s`. */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3_600) return `${Math.floor(s / 60)} m ${s % 60} s`;
  if (s < 86_400) return `${Math.floor(s / 3_600)} h ${Math.floor((s % 3_600) / 60)} m`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3_600)} h`;
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `12850571662` as `12.9 GB`; units of a thousand. */
export function bytes(n: number): string {
  const power = n < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1_000 ** power;
  return `${power === 0 ? Math.round(value) : value.toFixed(value < 100 ? 1 : 0)} ${units[power]}`;
}
