import { harmlessText } from '@thresher/datacite';
import type { ReadPortion } from '@thresher/store/database';

export const sqlFormats = ['table', 'csv', 'json'] as const;
export type SqlFormat = (typeof sqlFormats)[number];

/** Turns portions of rows into text, one string per portion. `json` needs values, the other formats text. */
export function formatRows(format: SqlFormat): (portion: ReadPortion, first: boolean) => string {
  switch (format) {
    case 'csv':
      return (portion, first) =>
        lines([
          ...(first ? [csvLine(portion.columns.map((column) => column.name))] : []),
          ...portion.rows.map((row) => csvLine(row.map((cell, i) => harmless(cell, portion.columns[i]!.typeId)))),
        ]);
    case 'json':
      return (portion) =>
        lines(portion.rows.map((row) => JSON.stringify(Object.fromEntries(portion.columns.map((column, i) => [column.name, row[i]])))));
    case 'table':
      return createTable();
  }
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

/** RFC 4180 except the line end; null is empty, an empty text is "". */
function csvLine(cells: readonly unknown[]): string {
  return cells.map(csvCell).join(',');
}

/** Text as `export csv` writes it; numbers, of any size and precision, as they are. */
function harmless(cell: unknown, typeId: number): unknown {
  return typeof cell === 'string' && !numeric.has(typeId) ? harmlessText(cell) : cell;
}

const textOf = (cell: unknown): string => (typeof cell === 'string' ? cell : JSON.stringify(cell));

function csvCell(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  const text = textOf(cell);
  return text === '' || /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** int8, int2, int4, oid, float4, float8, numeric, money. */
const numeric = new Set([20, 21, 23, 26, 700, 701, 1700, 790]);
const widest = 80;

/** Columns as wide as the first portion needs; longer cells are cut there. */
function createTable(): (portion: ReadPortion, first: boolean) => string {
  let widths: number[] = [];
  return ({ columns, rows }, first) => {
    const cells = rows.map((row) => row.map(tableCell));
    if (first)
      widths = columns.map((column, i) =>
        Math.min(
          widest,
          cells.reduce((most, row) => Math.max(most, widthOf(row[i]!)), widthOf(column.name)),
        ),
      );
    const line = (row: readonly string[]): string =>
      row
        .map((cell, i) => fit(cell, widths[i]!, numeric.has(columns[i]!.typeId)))
        .join('  ')
        .trimEnd();
    const head =
      first && columns.length > 0 ? [line(columns.map((column) => column.name)), widths.map((width) => '─'.repeat(width)).join('  ')] : [];
    return lines([...head, ...cells.map(line)]);
  };
}

function tableCell(cell: unknown): string {
  return cell === null
    ? '–'
    : textOf(cell)
        .replaceAll(/\s*\n\s*/g, ' ⏎ ')
        .replaceAll('\t', ' ');
}

// East Asian characters and emoji fill two columns of a terminal, combining marks none.
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const widthOfCharacter = (character: string): number => (/\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1);
const widthOf = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text) ? text.length : Array.from(text).reduce((sum, character) => sum + widthOfCharacter(character), 0);

function fit(text: string, width: number, right: boolean): string {
  const shown = widthOf(text) <= width ? text : cut(text, width);
  const blanks = ' '.repeat(Math.max(0, width - widthOf(shown)));
  return right ? blanks + shown : shown + blanks;
}

function cut(text: string, width: number): string {
  let shown = '';
  let used = 0;
  for (const character of text) {
    used += widthOfCharacter(character);
    if (used > width - 1) break;
    shown += character;
  }
  return `${shown}…`;
}
