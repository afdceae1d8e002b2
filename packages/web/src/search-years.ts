import { count, plural } from '@thresher/api/format';
import { h } from './dom.ts';
import type { SearchState } from './search-state.ts';

type Change = (change: Partial<SearchState>) => void;
type Bucket = { readonly key: string; readonly doc_count: number };

/** Years that a histogram has room for. */
const YEARS = 30;

/** Years of publication: how many records each has, and the first and last one wanted. */
export function yearBox(state: SearchState, counts: readonly Bucket[], change: Change): HTMLElement {
  const year = (label: string, value: string, set: (year: string) => void): HTMLElement => {
    const changed = (event: Event): void => {
      const input = event.currentTarget as HTMLInputElement;
      if (input.checkValidity()) set(input.value);
    };
    const attributes = { type: 'text', name: label, inputmode: 'numeric', pattern: '\\d{4}', maxlength: 4, placeholder: 'year', value };
    return h('label', {}, h('span', {}, label), h('input', { ...attributes, onchange: changed, title: 'Four digits' }));
  };
  return h(
    'fieldset',
    { class: 'years' },
    h('legend', {}, 'Published'),
    histogram(state, counts, change),
    year('from', state.from, (value) => change({ from: value })),
    year('to', state.to, (value) => change({ to: value })),
  );
}

/** A year of the histogram. */
export interface YearBar {
  readonly year: number;
  readonly records: number;
}

/** The years that are shown, the latest last: at most 30, without a gap, and none after the next year. Empty for fewer than two years. */
export function yearBars(counts: readonly Bucket[], thisYear: number): YearBar[] {
  const counted = new Map(counts.map(({ key, doc_count }) => [Number(key), doc_count]));
  const known = [...counted.keys()].filter((year) => year <= thisYear + 1 && counted.get(year)! > 0);
  if (known.length < 2) return [];
  const latest = Math.max(...known);
  const first = Math.max(Math.min(...known), latest - YEARS + 1);
  return Array.from({ length: latest - first + 1 }, (_, n) => ({ year: first + n, records: counted.get(first + n) ?? 0 }));
}

/**
 * A button for each year, with an axis. A click or Enter chooses the year, dragging or Shift with it a span. One of them is in the order
 * of Tab, and arrow keys lead through the others.
 */
function histogram({ from, to }: SearchState, counts: readonly Bucket[], change: Change): HTMLElement | null {
  const bars = yearBars(counts, new Date().getFullYear());
  if (bars.length === 0) return null;
  const most = Math.max(...bars.map(({ records }) => records));
  const isChosen = (year: number): boolean => (from !== '' || to !== '') && year >= Number(from || 0) && year <= Number(to || 9999);
  let anchor: number | null = null;
  const choose = (a: number, b: number): void => change({ from: String(Math.min(a, b)), to: String(Math.max(a, b)) });
  const bar = ({ year, records }: YearBar, index: number): HTMLElement => {
    const label = `${year}: ${plural(records, 'record')}`;
    const start = Number(from || year);
    return h(
      'button',
      {
        type: 'button',
        title: label,
        'aria-label': label,
        'aria-pressed': String(isChosen(year)),
        'data-year': year,
        tabindex: index === bars.length - 1 ? 0 : -1,
        onpointerdown: () => (anchor = year),
        onpointerup: () => choose(anchor ?? year, year),
        // Clicks of a pointer have a count; those of keys and of screen readers have none.
        onclick: (event: MouseEvent) => event.detail === 0 && choose(event.shiftKey ? start : year, year),
      },
      h('span', { class: records === 0 ? 'bar-0' : `bar-${Math.ceil((records / most) * 10)}` }),
    );
  };
  const group = h(
    'div',
    {
      class: 'histogram',
      role: 'group',
      'aria-label': 'Records by year of publication',
      onkeydown: (event: KeyboardEvent) => moveAlong(group, event),
    },
    bars.map(bar),
  );
  const [first, last] = [bars[0]!.year, bars.at(-1)!.year];
  const axis = h(
    'div',
    { class: 'year-axis', 'aria-hidden': 'true' },
    h('span', {}, first),
    h('span', {}, `up to ${count(most)}`),
    h('span', {}, last),
  );
  return h('div', { class: 'year-chart' }, group, axis);
}

const STEPS: Readonly<Record<string, (at: number, length: number) => number>> = {
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowRight: (at, length) => Math.min(length - 1, at + 1),
  Home: () => 0,
  End: (_, length) => length - 1,
};

function moveAlong(group: HTMLElement, event: KeyboardEvent): void {
  const buttons = [...group.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const step = STEPS[event.key];
  if (step === undefined || at === -1) return;
  event.preventDefault();
  const next = buttons[step(at, buttons.length)]!;
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}
