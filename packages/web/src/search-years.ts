import { h } from './dom.ts';
import { count } from '@thresher/api/format';
import type { SearchState } from './search-state.ts';

type Change = (change: Partial<SearchState>) => void;
type Bucket = { readonly key: string; readonly doc_count: number };

/** Years that a histogram has room for. */
const YEARS = 30;

/** Years of publication: how many records each has, and the first and last one wanted. */
export function yearBox({ from, to }: SearchState, counts: readonly Bucket[], change: Change): HTMLElement {
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
    histogram(counts, change),
    year('from', from, (value) => change({ from: value })),
    year('to', to, (value) => change({ to: value })),
  );
}

/** A bar a year, the latest at the right; a click narrows down to it. Keyboards and screen readers have the fields below. */
function histogram(counts: readonly Bucket[], change: Change): HTMLElement | null {
  const counted = new Map(counts.map(({ key, doc_count }) => [Number(key), doc_count]));
  const latest = Math.min(Math.max(...counted.keys()), new Date().getFullYear() + 1);
  const shown = Array.from({ length: YEARS }, (_, n) => latest - YEARS + 1 + n).map((year) => [year, counted.get(year) ?? 0] as const);
  const most = Math.max(...shown.map(([, number]) => number));
  if (counted.size < 2 || !(most > 0)) return null;
  const bar = ([year, number]: readonly [number, number]): HTMLElement =>
    h(
      'span',
      { title: `${year}: ${count(number)}`, onclick: () => change({ from: String(year), to: String(year) }) },
      h('span', { class: `bar-${Math.ceil((number / most) * 10)}` }),
    );
  return h('div', { class: 'histogram', 'aria-hidden': 'true' }, shown.map(bar));
}
