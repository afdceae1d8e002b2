import { type Drawn, escapeXml, MOST_COLUMNS, niceTop, pictureOf, PLOT, plotOf, round, shortened, text, WIDTH } from './chart-svg.ts';
import { chartAxes, chartPlot } from './charts.ts';
import { count } from './format.ts';
import { h, type Html } from './html.ts';
import { type Stack, stackOf, type StackedRow, totalsOf } from './stack.ts';

interface StackedData {
  readonly title: string;
  /** What the figures count. */
  readonly counts: string;
  readonly rows: readonly StackedRow[];
}

/** As in `pages.css`, on white. */
const FILLS = ['#17694c', '#b5631a', '#3a62a8', '#8f4a8c', '#7a7a1e', '#5b6158'] as const;
const LEGEND_ROW = 20;
const LEGEND_COLUMNS = 3;

/** Columns cut into parts, with a legend, as a picture by itself. Pure. */
export function stackedSvg({ title, counts, rows }: StackedData): string {
  return pictureOf(title, counts, draw(lastColumns(stackOf(rows))));
}

/** As many columns as a picture has room for. */
function lastColumns({ labels, series }: Stack): Stack {
  return {
    labels: labels.slice(-MOST_COLUMNS),
    series: series.map(({ name, values }) => ({ name, values: values.slice(-MOST_COLUMNS) })),
  };
}

function draw(stack: Stack): Drawn {
  const { y, place, axes } = plotOf(stack.labels, Math.max(0, ...totalsOf(stack)));
  const bars = piecesOf(stack).map(({ column, part, from, to, label }) => {
    const { x, width } = place(column);
    return `<rect x="${x}" y="${y(to)}" width="${width}" height="${round(y(from) - y(to))}" fill="${FILLS[part]}"><title>${escapeXml(label)}</title></rect>`;
  });
  const legend = stack.series.flatMap(({ name }, part) => {
    const x = PLOT.left + (part % LEGEND_COLUMNS) * ((WIDTH - PLOT.left) / LEGEND_COLUMNS);
    const top = PLOT.bottom + 34 + Math.floor(part / LEGEND_COLUMNS) * LEGEND_ROW;
    return [
      `<rect x="${round(x)}" y="${top}" width="12" height="12" fill="${FILLS[part]}"/>`,
      text(round(x) + 18, top + 11, shortened(name, 32), { size: 12 }),
    ];
  });
  const height = PLOT.bottom + 44 + Math.ceil(stack.series.length / LEGEND_COLUMNS) * LEGEND_ROW;
  return { height, parts: [...axes, ...bars, ...legend] };
}

interface Piece {
  readonly column: number;
  readonly part: number;
  /** The values at its lower and upper edge. */
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

function piecesOf({ labels, series }: Stack): Piece[] {
  return labels.flatMap((label, column) => {
    let from = 0;
    return series.flatMap(({ name, values }, part) => {
      const value = values[column]!;
      if (value === 0) return [];
      const piece = { column, part, from, to: from + value, label: `${label}, ${name}: ${count(value)}` };
      from += value;
      return [piece];
    });
  });
}

/** Columns cut into parts, with a legend; the same numbers follow as a table. Null if there is nothing to draw. */
export function stackedChart({ title, counts, rows }: StackedData): Html | null {
  const stack = stackOf(rows);
  const totals = totalsOf(stack);
  const most = Math.max(0, ...totals);
  if (most === 0) return null;
  const { y, place } = chartPlot(stack.labels.length, niceTop(most));
  return h(
    'figure',
    { class: 'chart' },
    h('figcaption', {}, title),
    h(
      'ul',
      { class: 'legend' },
      stack.series.map(({ name }, part) => h('li', {}, h('span', { class: `swatch series-${part + 1}` }), name)),
    ),
    chartAxes(
      {
        labels: stack.labels,
        top: niceTop(most),
        label: `${title}: ${count(stack.labels.length)} columns, at most ${count(most)}. The table has all numbers.`,
      },
      piecesOf(stack).map(({ column, part, from, to, label }) =>
        h('rect', { class: `series-${part + 1}`, ...place(column), y: y(to), height: round(y(from) - y(to)) }, h('title', {}, label)),
      ),
    ),
    h('details', {}, h('summary', {}, 'As a table'), stackTable(stack, totals, counts)),
  );
}

function stackTable({ labels, series }: Stack, totals: readonly number[], what: string): Html {
  const heads = ['Year', ...series.map(({ name }) => name), what];
  const line = (label: string, column: number): Html =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, label),
      [...series.map(({ values }) => values[column]!), totals[column]!].map((one) => h('td', {}, count(one))),
    );
  return h(
    'div',
    { class: 'wide-table', tabindex: 0, role: 'region', 'aria-label': `${what} by year and part` },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head) => h('th', { scope: 'col' }, head)),
        ),
      ),
      h('tbody', {}, labels.map(line)),
    ),
  );
}
