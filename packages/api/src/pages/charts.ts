import { niceTop } from './chart-svg.ts';
import { count } from './format.ts';
import { h, type Html, said } from './html.ts';

/** A value with its name, and where it leads. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly href?: string;
}

const WIDTH = 640;
const HEIGHT = 180;
const FOOT = 22;
const LEFT = 46;
/** About as many labels as fit under the bars. */
const LABELS = 10;

/** The scale of a chart of `columns` columns whose axis ends at `top`: the height of a value, and the place of a column. */
export function chartPlot(columns: number, top: number) {
  const step = (WIDTH - LEFT) / columns;
  return {
    step,
    y: (value: number): number => round(HEIGHT - FOOT - (value / top) * (HEIGHT - FOOT - 12)),
    place: (column: number) => ({ x: round(LEFT + column * step + step * 0.1), width: round(step * 0.8) }),
  };
}

interface Axes {
  /** Of the columns. */
  readonly labels: readonly string[];
  /** Where the axis of values ends. */
  readonly top: number;
  /** What the drawing shows, for screen readers. */
  readonly label: string;
}

/** A drawing of columns with its axes. */
export function chartAxes({ labels, top, label }: Axes, columns: readonly Html[]): Html {
  const { y, step } = chartPlot(labels.length, top);
  const every = Math.ceil(labels.length / LABELS);
  return h(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    [0, top / 2, top].map((value) => [
      h('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }),
      h('text', { class: 'tick', x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, short(value)),
    ]),
    columns,
    labels.map(
      (name, index) =>
        (labels.length - 1 - index) % every === 0 &&
        h('text', { class: 'tick', x: round(LEFT + (index + 0.5) * step), y: HEIGHT - 6, 'text-anchor': 'middle' }, name),
    ),
  );
}

/** Bars in the order of their labels, as years are, with an axis; the same numbers follow as a table. `what` names what is counted. */
export function columnChart(title: string, bars: readonly Bar[], what: string): Html | null {
  const most = Math.max(0, ...bars.map(({ value }) => value));
  if (most === 0) return null;
  const top = niceTop(most);
  const { y, place } = chartPlot(bars.length, top);
  return h(
    'figure',
    { class: 'chart' },
    h('figcaption', {}, title),
    chartAxes(
      {
        labels: bars.map(({ label }) => label),
        top,
        label: `${title}: ${count(bars.length)} columns, at most ${count(most)}. The table has all numbers.`,
      },
      bars.map(({ label, value }, index) =>
        h(
          'rect',
          { class: 'bar-rect', ...place(index), y: y(value), height: round(HEIGHT - FOOT - y(value)) },
          h('title', {}, `${label}: ${count(value)}`),
        ),
      ),
    ),
    h('details', {}, h('summary', {}, 'As a table'), barTable(bars, what)),
  );
}

/** Named values, the greatest first, each with a bar; it reads as a list. */
export function barList(title: string, bars: readonly Bar[]): Html | null {
  const most = Math.max(0, ...bars.map(({ value }) => value));
  if (most === 0) return null;
  const line = ({ label, value, href }: Bar): Html =>
    h(
      'li',
      {},
      href === undefined ? said(label) : h('a', { href }, said(label)),
      h('span', { class: 'count' }, count(value)),
      h(
        'svg',
        { class: 'meter', viewBox: '0 0 100 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        h('rect', { class: 'bar-rect', width: round((100 * value) / most), height: 1 }),
      ),
    );
  return h('section', { class: 'bars' }, h('h2', {}, title), h('ol', {}, bars.map(line)));
}

function barTable(bars: readonly Bar[], what: string): Html {
  return h(
    'table',
    {},
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Year'), h('th', { scope: 'col' }, what))),
    h(
      'tbody',
      {},
      bars.map(({ label, value, href }) =>
        h('tr', {}, h('th', { scope: 'row' }, href === undefined ? label : h('a', { href }, label)), h('td', {}, count(value))),
      ),
    ),
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact' });
const short = (value: number): string => (Number.isInteger(value) ? COMPACT.format(value) : '');
