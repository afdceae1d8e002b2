import type { RecordPage, ZenodoRecord } from '@thresher/api';
import { h, said } from './dom.ts';
import { count, day, plural } from './format.ts';
import { excerpt, highlight, wordsOf } from './highlight.ts';
import { accessBadge, typeBadge } from './record-badges.ts';
import { isNarrowed, pageCount, pageNumbers, type SearchState, writeState } from './search-state.ts';

const EXCERPT = 280;
const CREATORS = 6;

/** The hits of a search, or what to try when there are none. */
export function searchResults(state: SearchState, { hits }: RecordPage): HTMLElement {
  if (hits.total === 0) return nothingFound(state);
  const words = wordsOf(state.q);
  return h(
    'div',
    {},
    h(
      'ol',
      { class: 'hits' },
      hits.hits.map((hit) => h('li', {}, hitCard(hit, words))),
    ),
    pager(state, hits.total),
  );
}

function hitCard(hit: ZenodoRecord, words: readonly string[]): HTMLElement {
  const { metadata } = hit;
  const heading = h('h2', {}, h('a', { href: `/records/${encodeURIComponent(hit.id)}` }, marked(hit.title || 'Without a title', words)));
  const text =
    metadata.description && h('p', { class: 'excerpt', dir: 'auto' }, marked(excerpt(metadata.description, words, EXCERPT), words));
  return h(
    'article',
    { class: 'hit' },
    h('div', { class: 'hit-badges' }, typeBadge(metadata.resource_type), accessBadge(metadata.access_right)),
    heading,
    people(metadata.creators, words),
    text,
    facts(hit),
  );
}

function people(creators: ZenodoRecord['metadata']['creators'], words: readonly string[]): HTMLElement | null {
  if (creators.length === 0) return null;
  const shown = creators.slice(0, CREATORS).flatMap(({ name }, index) => [index > 0 && '; ', h('bdi', {}, marked(name, words))]);
  const more = creators.length - CREATORS;
  return h('p', { class: 'people' }, shown, more > 0 && h('span', { class: 'quiet' }, ` and ${count(more)} more`));
}

function facts({ metadata, doi }: ZenodoRecord): HTMLElement {
  const parts = [
    metadata.publication_date && h('time', { datetime: metadata.publication_date }, day(metadata.publication_date)),
    metadata.version && h('span', {}, 'Version ', said(metadata.version.slice(0, 40))),
    metadata.license && h('span', {}, metadata.license.id),
    doi && h('span', { class: 'mono' }, doi),
    ...(metadata.communities ?? [])
      .slice(0, 3)
      .map(({ id }) => h('a', { href: `/?communities=${encodeURIComponent(id)}`, class: 'community' }, id)),
  ];
  return h('p', { class: 'facts' }, parts);
}

/** `dir` is the text's own: titles come in every script. */
function marked(text: string, words: readonly string[]): HTMLElement {
  return h(
    'bdi',
    { dir: 'auto' },
    highlight(text, words).map((piece) => (piece.found ? h('mark', {}, piece.text) : piece.text)),
  );
}

function nothingFound(state: SearchState): HTMLElement {
  const tips = [
    'Fewer or other words; words side by side are all looked for.',
    'Words that nearly match, with a tilde: ',
    h('code', {}, 'glasier~'),
    '. Beginnings, with a star: ',
    h('code', {}, 'glaci*'),
    '.',
  ];
  return h(
    'div',
    { class: 'empty' },
    h('h2', {}, isNarrowed(state) ? 'Nothing found' : 'There are no records yet'),
    isNarrowed(state)
      ? h('ul', {}, h('li', {}, tips[0]), h('li', {}, tips.slice(1)), h('li', {}, h('a', { href: '/' }, 'Start over with all records')))
      : h(
          'p',
          {},
          'A harvest brings them: ',
          h('code', {}, 'npx thresher harvest zenodo --set user-SLUG'),
          '. ',
          h('a', { href: '/harvest' }, 'See how it goes'),
        ),
  );
}

function pager(state: SearchState, total: number): HTMLElement | null {
  const pages = pageCount(total);
  if (pages <= 1) return null;
  const link = (page: number, label: string, rel: string | null = null): HTMLElement =>
    h('a', { href: `/${writeState({ ...state, page })}`, rel, 'data-page': page }, label);
  const number = (page: number | null): HTMLElement => {
    if (page === null) return h('li', { class: 'gap', 'aria-hidden': true }, '…');
    return h('li', {}, page === state.page ? h('span', { 'aria-current': 'page' }, count(page)) : link(page, count(page)));
  };
  return h(
    'nav',
    { class: 'pager', 'aria-label': 'Pages' },
    state.page > 1 && link(state.page - 1, 'Previous', 'prev'),
    h('ol', {}, pageNumbers(state.page, pages).map(number)),
    state.page < pages && link(state.page + 1, 'Next', 'next'),
    total > 10_000 &&
      state.page === pages &&
      h('p', { class: 'quiet' }, `Pages reach the first 10,000 of ${plural(total, 'record')}: narrow the search down to see the others.`),
  );
}
