import type { RecordPage } from '@thresher/api';
import { ask, Refused } from './api-client.ts';
import { fill, h, icon } from './dom.ts';
import { plural } from './format.ts';
import { problemBox } from './problem-box.ts';
import { queryHelp } from './query-help.ts';
import { activeFilters, searchFilters } from './search-filters.ts';
import { searchResults } from './search-results.ts';
import { apiPath, EMPTY_SEARCH, isNarrowed, readState, type SearchState, writeState } from './search-state.ts';

/** How long the keys must rest before results follow what is typed. */
const REST_MS = 180;

const EXAMPLES = ['climate', 'title:workshop', '"open data"', 'publication_date:[2024 TO *]'];

const SORTS = [
  ['', 'Best match'], ['newest', 'Newest'], ['oldest', 'Oldest'], ['-publication_date', 'Publication date, latest first'],
  ['publication_date', 'Publication date, earliest first'], ['updated-desc', 'Last changed'], ['title', 'Title'],
] as const;

/** The search page: a box, filters, and results that follow both. */
export function showSearchPage(main: HTMLElement): void {
  let state = readState(location.search);
  let asked = new AbortController();
  const input = h('input', { type: 'search', name: 'q', id: 'q', value: state.q, autocomplete: 'off', spellcheck: 'false', placeholder: 'Words, a DOI, an ORCID, field:value …', 'aria-label': 'Search records', enterkeyhint: 'search' });
  const status = h('p', { class: 'status', role: 'status' });
  const filters = h('div', { class: 'side' });
  const chips = h('div', {});
  const results = h('div', { class: 'results' });
  const sort = h('select', { id: 'sort', onchange: () => change({ sort: sort.value }) }, SORTS.map(([value, label]) => h('option', { value }, label)));

  /** `typing` replaces the entry of the history instead of adding one: going back leads out of the word, not through its letters. */
  function change(part: Partial<SearchState>, typing = false): void {
    state = { ...state, page: 1, ...part };
    const address = `/${writeState(state)}`;
    if (typing) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    void show();
  }

  function drawControls(): void {
    document.body.classList.toggle('start', !isNarrowed(state) && state.page === 1);
    document.title = state.q === '' ? 'Thresher' : `${state.q} – Thresher`;
    if (document.activeElement !== input) input.value = state.q;
    sort.value = state.sort;
    const focus = document.activeElement instanceof HTMLInputElement && filters.contains(document.activeElement) ? document.activeElement.value : null;
    const open = filters.querySelector('details')?.open;
    fill(filters, searchFilters(state, change));
    if (open !== undefined) filters.querySelector('details')!.open = open;
    if (focus !== null) filters.querySelector<HTMLInputElement>(`input[value="${CSS.escape(focus)}"]`)?.focus();
    fill(chips, activeFilters(state, change));
  }

  async function show(): Promise<void> {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    drawControls();
    results.setAttribute('aria-busy', 'true');
    try {
      const start = performance.now();
      const { value } = await ask<RecordPage>(apiPath(state), signal);
      fill(status, h('strong', {}, plural(value.hits.total, 'record')), h('span', { class: 'quiet' }, ` in ${Math.round(performance.now() - start)} ms`));
      fill(results, searchResults(state, value));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      fill(status);
      fill(results, problemBox(error.problem, () => void show()));
    }
    results.removeAttribute('aria-busy');
  }

  let rest: ReturnType<typeof setTimeout> | undefined;
  input.addEventListener('input', () => {
    clearTimeout(rest);
    rest = setTimeout(() => change({ q: input.value }, true), REST_MS);
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    clearTimeout(rest);
    change({ q: input.value });
  };
  addEventListener('popstate', () => {
    state = readState(location.search);
    input.value = state.q;
    void show();
  });
  results.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-page]') : null;
    if (link === null || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    change({ page: Number(link.dataset['page']) });
    scrollTo({ top: 0 });
  });
  const example = (query: string): HTMLElement => h('button', { type: 'button', class: 'example', onclick: () => ((input.value = query), change({ ...EMPTY_SEARCH, q: query })) }, query);
  fill(
    main,
    h(
      'div',
      { class: 'search-head' },
      h('div', { class: 'hero' }, h('h1', {}, 'Research, at arm’s length'), h('p', {}, 'Every harvested record on this machine: searchable as you type, complete, and yours.')),
      h('form', { role: 'search', class: 'search-box', action: '/', onsubmit: submit }, icon('search'), input, h('button', { class: 'primary' }, 'Search')),
      h('div', { class: 'search-aids' }, h('span', { class: 'examples' }, 'Try ', EXAMPLES.map(example)), queryHelp()),
    ),
    h('div', { class: 'search-body' }, filters, h('section', { 'aria-label': 'Results' }, h('div', { class: 'results-head' }, status, h('label', { class: 'sort' }, h('span', {}, 'Sort'), sort)), chips, results)),
  );
  if (state.q === '' && matchMedia('(hover: hover)').matches) input.focus({ preventScroll: true });
  void show();
}
