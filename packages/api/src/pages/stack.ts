import type { ChartRow } from './chart-svg.ts';

/** A value of one part of a column. */
export interface StackedRow extends ChartRow {
  readonly part: string;
}

/** The parts of all columns, in the order in which they are stacked. */
export interface Stack {
  /** The labels of the columns. */
  readonly labels: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Parts that colours can distinguish. */
export const MOST_PARTS = 6;
const OTHERS = 'Others';

/** Columns in the order of the rows, the largest part at the bottom; parts beyond the largest are one part, which is last. Pure. */
export function stackOf(rows: readonly StackedRow[], most = MOST_PARTS): Stack {
  const labels = [...new Set(rows.map(({ label }) => label))];
  const sums = new Map<string, number>();
  for (const { part, value } of rows) sums.set(part, (sums.get(part) ?? 0) + value);
  const bySize = [...sums].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  const own = bySize.length <= most ? bySize : bySize.slice(0, most - 1);
  const named = [...own, ...(own.length < bySize.length ? [OTHERS] : [])];
  const [columns, places] = [placeOf(labels), placeOf(own)];
  const series = named.map((name) => ({ name, values: labels.map(() => 0) }));
  for (const { label, part, value } of rows) series[places.get(part) ?? own.length]!.values[columns.get(label)!]! += value;
  return { labels, series };
}

const placeOf = (names: readonly string[]): ReadonlyMap<string, number> => new Map(names.map((name, place) => [name, place]));

/** Each column as a whole. */
export function totalsOf({ labels, series }: Stack): number[] {
  return labels.map((_, column) => series.reduce((sum, { values }) => sum + values[column]!, 0));
}
