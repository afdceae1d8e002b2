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

/** Bars in the order of their labels, as years are, with an axis; the same numbers follow as a table. `what` names what is counted. */
export function columnChart(title: string, bars: readonly Bar[], what: string): Html | null {
  const most = Math.max(0, ...bars.map(({ value }) => value));
  if (most === 0) return null;
  const top = niceTop(most);
  const step = (WIDTH - LEFT) / bars.length;
  const every = Math.ceil(bars.length / LABELS);
  const y = (value: number): number => HEIGHT - FOOT - (value / top) * (HEIGHT - FOOT - 12);
  return h(
    'figure',
    { class: 'chart' },
    h('figcaption', {}, title),
    h(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: 'img',
        'aria-label': `${title}: ${count(bars.length)} columns, at most ${count(most)}. The table has all numbers.`,
      },
      [0, top / 2, top].map((value) => [
        h('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }),
        h('text', { class: 'tick', x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, short(value)),
      ]),
      bars.map((bar, index) => [
        h(
          'rect',
          {
            class: 'bar-rect',
            x: round(LEFT + index * step + step * 0.1),
            y: round(y(bar.value)),
            width: round(step * 0.8),
            height: round(HEIGHT - FOOT - y(bar.value)),
          },
          h('title', {}, `${bar.label}: ${count(bar.value)}`),
        ),
        (bars.length - 1 - index) % every === 0 &&
          h('text', { class: 'tick', x: round(LEFT + (index + 0.5) * step), y: HEIGHT - 6, 'text-anchor': 'middle' }, bar.label),
      ]),
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
