import type { SearchPage } from '@thresher/api';
import { ask, Refused } from './api-client.ts';
import { fill, h } from './dom.ts';
import { type FacetName, type SearchState, valuesPath } from './search-state.ts';

type Bucket = NonNullable<SearchPage['group_by']>['buckets'][number];

/** How long the keys must rest before the list follows. */
const REST_MS = 180;
const SHOWN = 15;

/** Without case and accents: what is typed in a hurry finds what is written with care. */
export function foldText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The values that have all words of what was typed, in their order. */
export function matching<T extends { readonly label: string }>(values: readonly T[], typed: string): T[] {
  const words = foldText(typed).split(/\s+/).filter(Boolean);
  return values.filter(({ label }) => words.every((word) => foldText(label).includes(word)));
}

/** A box that finds values of a facet among its 200 most frequent ones; `line` shows one of them. */
export function facetFinder(state: SearchState, facet: FacetName, legend: string, line: (bucket: Bucket) => HTMLElement): HTMLElement {
  const list = h('ul', { class: 'found-values' });
  const status = h('p', { class: 'unseen', role: 'status' });
  let values: Promise<readonly Bucket[]> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;
  const show = async (): Promise<void> => {
    const typed = input.value.trim();
    const found = typed === '' ? [] : matching(await (values ??= readValues(state, facet)), typed);
    if (input.value.trim() !== typed) return;
    fill(list, found.slice(0, SHOWN).map(line));
    const none = typed !== '' && found.length === 0;
    if (none) fill(list, h('li', { class: 'quiet' }, 'None of the 200 most frequent'));
    status.textContent = typed === '' ? '' : none ? 'None found' : `${found.length} found`;
  };
  const input: HTMLInputElement = h('input', {
    type: 'search',
    autocomplete: 'off',
    placeholder: 'Find …',
    'aria-label': `Find in ${legend}`,
    oninput: () => {
      clearTimeout(rest);
      rest = setTimeout(() => void show(), REST_MS);
    },
  });
  return h('div', { class: 'finder' }, input, status, list);
}

async function readValues(state: SearchState, facet: FacetName): Promise<readonly Bucket[]> {
  try {
    return (await ask<SearchPage>(valuesPath(state, facet))).value.group_by?.buckets ?? [];
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
