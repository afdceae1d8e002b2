import type { SuggestionList } from '@thresher/api';
import { ask } from './api-client.ts';
import { fill, h } from './dom.ts';

/** How long the keys must rest before suggestions follow. */
const REST_MS = 120;

const KINDS: Readonly<Record<SuggestionList['suggestions'][number]['type'], string>> = {
  title: 'Record',
  person: 'Person',
  keyword: 'Keyword',
  community: 'Community',
};

/**
 * Links under the search box to what somebody may be about to type. Arrow keys lead into them and back, Escape, Enter and
 * a click elsewhere take them away. They are a help: that the server has none, or does not answer, is not said.
 */
export function suggestionsFor(input: HTMLInputElement): HTMLElement {
  const list = h('ul', { class: 'suggestions', 'aria-label': 'Suggestions', hidden: true });
  let rest: ReturnType<typeof setTimeout> | undefined;
  let asked = new AbortController();
  const close = (): void => {
    clearTimeout(rest);
    asked.abort();
    list.hidden = true;
  };
  const open = async (): Promise<void> => {
    asked = new AbortController();
    const { signal } = asked;
    const found = await ask<SuggestionList>(`/api/suggest?size=8&q=${encodeURIComponent(input.value)}`, signal).catch(() => null);
    if (found === null || signal.aborted || document.activeElement !== input) return;
    const { suggestions } = found.value;
    fill(list, suggestions.map(toLine));
    list.hidden = suggestions.length === 0;
  };
  input.addEventListener('input', () => {
    close();
    if (isWords(input.value)) rest = setTimeout(() => void open(), REST_MS);
  });
  const isInside = (event: Event): boolean => event.target instanceof Node && (input.form?.contains(event.target) ?? false);
  addEventListener('keydown', (event) => {
    if (!isInside(event)) return;
    if (event.key === 'Escape' || (event.key === 'Enter' && event.target === input)) close();
    else if (!list.hidden && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      moveFocus(input, list, event.key === 'ArrowDown' ? 1 : -1);
    }
    if (event.key === 'Escape') input.focus();
  });
  for (const away of ['focusin', 'pointerdown']) addEventListener(away, (event) => !isInside(event) && close());
  return list;
}

/** A query with signs in it is not completed. */
function isWords(text: string): boolean {
  return text.trim().length >= 2 && !/[:"()[\]{}*?/~^\\]/.test(text);
}

function toLine({ type, text, query, html }: SuggestionList['suggestions'][number]): HTMLElement {
  const href = html === undefined ? `/?q=${encodeURIComponent(query)}` : new URL(html).pathname;
  return h('li', {}, h('a', { href }, h('span', { class: 'kind' }, KINDS[type]), h('bdi', {}, text)));
}

function moveFocus(input: HTMLElement, list: HTMLElement, step: 1 | -1): void {
  const stops: HTMLElement[] = [input, ...list.querySelectorAll('a')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
}
