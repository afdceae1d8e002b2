import type { Problem } from '@thresher/api';
import { ask, Refused } from './api-client.ts';
import { fill, h } from './dom.ts';
import { plural, sentence } from '@thresher/api/format';
import { problemBox } from './problem-box.ts';
import { type Found, searchResults } from './search-results.ts';
import { apiPath, readState, type SearchState, writeState } from './search-state.ts';
import { createSearchView, type SearchView } from './search-view.ts';
import { walkOn } from './search-walk.ts';

/** How long the keys must rest before results follow what is typed. */
const REST_MS = 180;

/** The search page: a box, filters, and results that follow both. The address holds all of its state. */
export function showSearchPage(main: HTMLElement): void {
  let state = readState(location.search);
  let rest: ReturnType<typeof setTimeout> | undefined;
  let asked = new AbortController();
  const show = (isTyping = false): void => {
    asked.abort();
    asked = new AbortController();
    void showResults(view, state, isTyping, asked.signal);
  };
  // While one types, the entry of the history is replaced: going back leads out of the word, not through its letters.
  const change = (part: Partial<SearchState>, isTyping = false): void => {
    clearTimeout(rest);
    state = { ...state, ...part };
    history[isTyping ? 'replaceState' : 'pushState'](null, '', `/${writeState(state)}`);
    show(isTyping);
  };
  const type = (q: string): void => {
    clearTimeout(rest);
    rest = setTimeout(() => change({ q }, true), REST_MS);
  };
  const view = createSearchView(main, { change, type, submit: (q) => change({ q }) });
  addEventListener('popstate', () => {
    state = readState(location.search);
    view.input.value = state.q;
    show();
  });
  view.input.value = state.q;
  // On a touch screen that would raise the keyboard.
  if (state.q === '' && matchMedia('(hover: hover)').matches) view.input.focus({ preventScroll: true });
  show();
}

async function showResults(view: SearchView, state: SearchState, isTyping: boolean, signal: AbortSignal): Promise<void> {
  view.draw(state);
  view.results.setAttribute('aria-busy', 'true');
  try {
    const start = performance.now();
    const { value } = await ask<Found>(apiPath(state), signal);
    fill(
      view.status,
      h('strong', {}, plural(value.hits.total, 'record')),
      h('span', { class: 'quiet took' }, ` in ${Math.round(performance.now() - start)} ms`),
    );
    view.count(state, value.aggregations ?? {});
    fill(view.results, searchResults(state, value, walkOn(state, value.hits.hits, signal)));
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Refused)) throw error;
    showRefusal(view, error.problem, isTyping, () => void showResults(view, state, false, signal));
  }
  view.results.removeAttribute('aria-busy');
}

/** A query half typed is wrong most of the time: that is noted in passing, next to the results of what it was before. */
function showRefusal(view: SearchView, problem: Problem, isTyping: boolean, again: () => void): void {
  const inPassing = isTyping && problem.status === 400;
  fill(view.status, inPassing && h('span', { class: 'quiet' }, sentence(problem.detail)));
  if (!inPassing) fill(view.results, problemBox(problem, again));
}
