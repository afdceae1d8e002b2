import { h } from './dom.ts';
import { exportPath, feedPath, type SearchState } from './search-state.ts';

const FORMATS = [
  ['csv', 'CSV'],
  ['jsonl', 'JSON lines'],
  ['bibtex', 'BibTeX'],
  ['ris', 'RIS'],
  ['csl', 'CSL'],
  ['datacite-xml', 'DataCite XML'],
  ['marcxml', 'MARCXML'],
] as const;

/** What can be had of a whole search: files with everything that is found, and a feed of what comes. */
export function takeAway(state: SearchState): HTMLElement {
  return h(
    'details',
    { class: 'export' },
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
