import { copyButton } from './copy-button.ts';
import { type Child, fill, h } from './dom.ts';
import { type SameQuery, sameQuery } from './same-query.ts';
import { savedRecordsBox } from './save-record.ts';
import { readSaved, type SavedSearch, without, withSaved, writeSaved } from './saved-searches.ts';
import { exportPath, feedPath, readState, type SearchState, writeState } from './search-state.ts';

const FORMATS = [
  ['csv', 'CSV'],
  ['jsonl', 'JSON lines'],
  ['bibtex', 'BibTeX'],
  ['ris', 'RIS'],
  ['csl', 'CSL'],
  ['datacite-xml', 'DataCite XML'],
  ['marcxml', 'MARCXML'],
] as const;

/** What can be had of a whole search: files and a feed, the same search for other programs, and a place among the saved ones. */
export function takeAway(state: SearchState): HTMLElement {
  return h('div', { class: 'take-aways' }, exportBox(state), elsewhere(state), savedBox(state), savedRecordsBox());
}

function exportBox(state: SearchState): HTMLElement {
  return h(
    'details',
    { class: 'export', 'data-fold': 'export' },
    h('summary', {}, 'Export or follow this search'),
    h('p', {}, 'Everything that is found, in one file:'),
    h(
      'ul',
      { class: 'exports' },
      FORMATS.map(([format, label]) => h('li', {}, h('a', { class: 'button', href: exportPath(state, format), download: true }, label))),
    ),
    h('p', {}, 'What comes from now on: ', h('a', { href: feedPath(state) }, 'Atom feed')),
  );
}

const FORMS: readonly (readonly [name: keyof SameQuery, label: string])[] = [
  ['url', 'API'],
  ['curl', 'curl'],
  ['commandLine', 'Command line'],
  ['sql', 'SQL'],
];

/** The same search, to copy into another program. */
function elsewhere(state: SearchState): HTMLElement {
  const same = sameQuery(state, location.origin);
  const line = ([name, label]: (typeof FORMS)[number]): Child => {
    const text = same[name];
    if (text === null)
      return h('div', {}, h('dt', {}, label), h('dd', { class: 'quiet' }, 'SQL has no such words: use the search, or its export'));
    return h(
      'div',
      {},
      h('dt', {}, label, ' ', copyButton(text, label)),
      h('dd', {}, h('pre', { tabindex: 0 }, h('code', {}, text)), name === 'sql' && sqlNote(text)),
    );
  };
  return h(
    'details',
    { class: 'export', 'data-fold': 'elsewhere' },
    h('summary', {}, 'The same query elsewhere'),
    h('dl', { class: 'elsewhere' }, FORMS.map(line)),
  );
}

const sqlNote = (sql: string): HTMLElement =>
  h(
    'p',
    { class: 'quiet' },
    'SQL compares letters and knows no word forms, so it finds other records for words. ',
    h('a', { href: `/analytics/sql?q=${encodeURIComponent(sql)}` }, 'Run it'),
  );

/** Searches that are kept in this browser, each with its feed. */
function savedBox(state: SearchState): HTMLElement {
  const box = h('div', { class: 'saved-box' });
  const draw = (): void => {
    const isOpen = box.querySelector('details')?.open ?? false;
    const list = savedList(state, draw);
    list.open = isOpen;
    fill(box, list);
  };
  draw();
  return box;
}

function savedList(state: SearchState, draw: () => void): HTMLDetailsElement {
  const saved = readSaved(localStorage);
  const search = writeState(state);
  const keep = (list: readonly SavedSearch[]): void => void (writeSaved(localStorage, list) && draw());
  const isSaved = saved.some((one) => one.search === search);
  const line = (one: SavedSearch): HTMLElement =>
    h(
      'li',
      {},
      h('a', { href: `/${one.search}` }, h('bdi', {}, one.name)),
      h('a', { class: 'quiet', href: feedPath(readState(one.search)), 'aria-label': `Feed of ${one.name}` }, 'Feed'),
      h(
        'button',
        { type: 'button', class: 'link quiet', 'aria-label': `Remove ${one.name}`, onclick: () => keep(without(saved, one.search)) },
        'Remove',
      ),
    );
  return h(
    'details',
    { class: 'export', 'data-fold': 'saved' },
    h('summary', {}, saved.length === 0 ? 'Save this search' : `Saved searches (${saved.length})`),
    h('p', {}, 'Saved searches stay in this browser. A feed reader shows what comes.'),
    search !== '' &&
      !isSaved &&
      h(
        'p',
        {},
        h('button', { type: 'button', onclick: () => keep(withSaved(saved, { name: nameOf(state), search })) }, 'Save this search'),
      ),
    saved.length > 0 && h('ul', { class: 'saved' }, saved.map(line)),
  );
}

/** What a person would call it: its words and what it is narrowed to. */
function nameOf({ q, chosen, from, to }: SearchState): string {
  const years = from === '' && to === '' ? '' : from === to ? from : `${from || '…'}–${to || '…'}`;
  return [q.trim(), ...Object.values(chosen).flat(), years].filter(Boolean).join(', ').slice(0, 120) || 'All records';
}
