import { h } from './dom.ts';

const FORMS = [
  ['climate model', 'both words, in any form and anywhere in the record'],
  ['"sea level rise"', 'these words side by side'],
  ['coral OR reef', 'one of them; also AND, NOT and parentheses'],
  ['glaci*', 'words that begin so'],
  ['tsunamy~', 'words that are spelt nearly so'],
  ['title:coral', 'a field: title, creators.name, keywords, description, communities …'],
  ['publication_date:[2020 TO 2024]', 'a span of time'],
  ['10.5281/zenodo.1234567', 'a DOI, ORCID, ROR or other identifier, in any spelling'],
] as const;

/** How a query is written. */
export function queryHelp(): HTMLElement {
  return h(
    'details',
    { class: 'query-help' },
    h('summary', {}, 'How to search'),
    h(
      'dl',
      {},
      FORMS.map(([form, meaning]) => h('div', {}, h('dt', {}, h('code', {}, form)), h('dd', {}, meaning))),
    ),
  );
}
