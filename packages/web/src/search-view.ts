import { fill, h, icon } from './dom.ts';
import { queryHelp } from './query-help.ts';
import { activeFilters, type Counts, searchFilters } from './search-filters.ts';
import { EMPTY_SEARCH, feedPath, isNarrowed, type SearchState } from './search-state.ts';
import { takeAway } from './search-take-away.ts';
import { suggestionsFor } from './suggestions.ts';

/** What the reader does: `change` narrows or sorts, `type` says what stands in the box, `submit` that it is whole. */
export interface SearchActions {
  readonly change: (part: Partial<SearchState>) => void;
  readonly type: (q: string) => void;
  readonly submit: (q: string) => void;
}

/** The fixed parts of the search page; `draw` makes them show a state. */
export interface SearchView {
  readonly input: HTMLInputElement;
  readonly status: HTMLElement;
  readonly results: HTMLElement;
  readonly draw: (state: SearchState) => void;
  /** Shows how many records each choice has. */
  readonly count: (state: SearchState, counts: Counts) => void;
}

const EXAMPLES = ['climate', 'title:workshop', '"open data"', 'publication_date:[2024 TO *]'];
const SORTS = [
  ['newest', 'Newest'],
  ['oldest', 'Oldest'],
  ['-publication_date', 'Publication date, latest first'],
  ['publication_date', 'Publication date, earliest first'],
  ['updated-desc', 'Last changed'],
  ['title', 'Title'],
  ['mostviewed', 'Most viewed'],
  ['mostdownloaded', 'Most downloaded'],
] as const;

/** Puts the search page into `main`. */
export function createSearchView(main: HTMLElement, actions: SearchActions): SearchView {
  const input = searchInput(actions);
  const status = h('p', { class: 'status', role: 'status' });
  const results = h('div', { class: 'results' });
  const [side, chips, take] = [h('div', { class: 'side' }), h('div'), h('div', { class: 'take-away' })];
  const sort: HTMLSelectElement = h('select', { onchange: () => actions.change({ sort: sort.value }) });
  const head = h('div', { class: 'results-head' }, status, h('label', { class: 'sort' }, h('span', {}, 'Sort'), sort));
  fill(
    main,
    searchHead(input, actions),
    h('div', { class: 'search-body' }, side, h('section', { 'aria-label': 'Results' }, head, chips, results, take)),
  );
  // Those of the search before, until there are others.
  let known: Counts = {};
  const count = (state: SearchState, counts: Counts): void => {
    known = counts;
    keepingPlace(side, () => fill(side, searchFilters(state, counts, actions.change)));
    fill(chips, activeFilters(state, counts, actions.change));
  };
  const draw = (state: SearchState): void => {
    document.body.classList.toggle('start', !isNarrowed(state));
    document.title = state.q === '' ? 'Thresher' : `${state.q} – Thresher`;
    if (document.activeElement !== input) input.value = state.q;
    drawSort(sort, state);
    count(state, known);
    keepingPlace(take, () => fill(take, takeAway(state)));
    announceFeed(feedPath(state));
  };
  return { input, status, results, draw, count };
}

function searchInput({ type }: SearchActions): HTMLInputElement {
  const attributes = {
    type: 'search',
    name: 'q',
    autocomplete: 'off',
    spellcheck: 'false',
    enterkeyhint: 'search',
    'aria-label': 'Search records',
    placeholder: 'Words, a DOI, an ORCID, field:value …',
  };
  const input: HTMLInputElement = h('input', { ...attributes, oninput: () => type(input.value) });
  return input;
}

function searchHead(input: HTMLInputElement, { submit, change }: SearchActions): HTMLElement {
  const onsubmit = (event: Event): void => {
    event.preventDefault();
    submit(input.value);
  };
  const tryExample = (q: string): void => {
    input.value = q;
    change({ ...EMPTY_SEARCH, q });
  };
  return h(
    'div',
    { class: 'search-head' },
    h(
      'div',
      { class: 'hero' },
      h('h1', {}, 'Search the harvest'),
      h('p', {}, 'Every record that was harvested to this machine, found as you type.'),
    ),
    h(
      'form',
      { role: 'search', class: 'search-box', action: '/', onsubmit },
      icon('search'),
      input,
      h('button', { class: 'primary' }, 'Search'),
      suggestionsFor(input),
    ),
    h(
      'div',
      { class: 'search-aids' },
      h(
        'span',
        { class: 'examples' },
        'Try ',
        EXAMPLES.map((query) => h('button', { type: 'button', class: 'example', onclick: () => tryExample(query) }, query)),
      ),
      queryHelp(),
    ),
  );
}

/** Where nothing is searched for, nothing matches better: the newest come first. */
function drawSort(sort: HTMLSelectElement, { q, sort: chosen }: SearchState): void {
  const options = q.trim() === '' ? [['', 'Newest'], ...SORTS.slice(1)] : [['', 'Best match'], ...SORTS];
  fill(
    sort,
    options.map(([value, label]) => h('option', { value, selected: value === chosen }, label)),
  );
}

/** So that a feed reader given the address of the page finds the feed. */
function announceFeed(href: string): void {
  const link = document.head.querySelector('link[rel="alternate"]') ?? document.createElement('link');
  for (const [name, value] of Object.entries({ rel: 'alternate', type: 'application/atom+xml', title: 'This search', href }))
    link.setAttribute(name, value);
  document.head.append(link);
}

/** Drawing again takes neither the focus nor the folds away. */
function keepingPlace(side: HTMLElement, draw: () => void): void {
  const focus = document.activeElement;
  const value = focus instanceof HTMLInputElement && side.contains(focus) ? focus.name + focus.value : null;
  const folds = new Map([...side.querySelectorAll('details')].map((details) => [details.dataset['fold'], details.open]));
  draw();
  for (const details of side.querySelectorAll('details')) details.open = folds.get(details.dataset['fold']) ?? details.open;
  if (value !== null) [...side.querySelectorAll('input')].find((input) => input.name + input.value === value)?.focus();
}
