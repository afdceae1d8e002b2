import type { ChartData } from '@thresher/api/chart-svg';

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const isNumber = (cell: string | null): boolean => cell !== null && cell.trim() !== '' && Number.isFinite(Number(cell));
const isOrdered = (cell: string | null): boolean => cell !== null && /^-?\d{1,4}(?:-\d\d){0,2}(?:[ T].*)?$/.test(cell);

/**
 * The chart of a result: its first column against the first later one whose values are all numbers. Years and dates make columns in their
 * order, all else a list. Null if there is nothing to draw.
 */
export function chartOf({ columns, rows }: Table): ChartData | null {
  const known = rows.filter((row) => row[0] !== null);
  const place = columns.findIndex(
    (_, index) =>
      index > 0 && known.some((row) => row[index] !== null) && known.every((row) => row[index] === null || isNumber(row[index]!)),
  );
  if (known.length === 0 || place === -1) return null;
  const data = known.map((row) => ({ label: row[0]!, value: Number(row[place] ?? 0) }));
  const counts = columns[place]!;
  return { title: `${counts} by ${columns[0]!}`, counts, form: known.every((row) => isOrdered(row[0]!)) ? 'columns' : 'list', rows: data };
}
