import { withoutTags } from './without-tags.ts';
import type { SearchHit, SearchPage, ZenodoRecord } from '@thresher/api';
import { Refused } from './api-client.ts';
import { type Child, h, said } from './dom.ts';
import { accessLabel, count, day, plural, sentence, typeLabel } from '@thresher/api/format';
import { excerpt, highlight, type Piece, wordsOf } from './highlight.ts';
import { piecesOf } from './marked.ts';
import { saveButton } from './save-record.ts';
import { isNarrowed, type SearchState, writeState } from './search-state.ts';

export type Hit = ZenodoRecord & Pick<SearchHit, 'highlights'>;

/** What the API finds: whole records, as this page selects nothing. */
export type Found = Omit<SearchPage, 'hits'> & { readonly hits: { readonly hits: readonly Hit[]; readonly total: number } };

const EXCERPT = 280;
const CREATORS = 6;

/** The hits of a search, or what to try when there are none; `more` brings further ones and says whether there are others yet. */
export function searchResults(state: SearchState, { hits, spelling }: Found, more: More): HTMLElement {
  if (hits.total === 0) return h('div', {}, spellingLine(state, spelling), nothingFound(state));
  const list = h('ol', { class: 'hits' }, hitLines(state, hits.hits));
  return h('div', {}, spellingLine(state, spelling), list, hits.hits.length < hits.total && moreButton(state, list, hits.total, more));
}

/** The next hits, and whether any are left. */
export type More = () => Promise<{ readonly hits: readonly Hit[]; readonly isLast: boolean }>;

function hitLines({ q }: SearchState, hits: readonly Hit[]): HTMLElement[] {
  const words = wordsOf(q);
  return hits.map((hit) => h('li', {}, hitCard(hit, words)));
}

function moreButton(state: SearchState, list: HTMLElement, total: number, more: More): HTMLElement {
  const label = (): string => `Show more (${count(list.children.length)} of ${count(total)})`;
  const button = h('button', { type: 'button', onclick: () => void show() }, label());
  const show = async (): Promise<void> => {
    button.disabled = true;
    try {
      const { hits, isLast } = await more();
      const lines = hitLines(state, hits);
      list.append(...lines);
      button.textContent = label();
      if (isLast) button.remove();
      // Where the reading goes on; the button may be gone.
      lines[0]?.querySelector('a')?.focus({ preventScroll: true });
    } catch (error) {
      // Else another search has begun, and this list is gone.
      if (error instanceof Refused) button.textContent = `${sentence(error.problem.detail)} Try again`;
    }
    button.disabled = false;
  };
  return h('p', { class: 'more-hits' }, button);
}

/** What was perhaps meant, and that what is shown is only near to what was typed. */
function spellingLine(state: SearchState, spelling: Found['spelling']): HTMLElement | null {
  if (spelling === undefined) return null;
  const { near, did_you_mean: better } = spelling;
  return h(
    'p',
    { class: 'spelling' },
    near && 'No record has these words as they are written; these have words that are spelt nearly so. ',
    better && ['Did you mean ', h('a', { href: `/${writeState({ ...state, q: better.q })}` }, better.q), '?'],
  );
}

function hitCard(hit: Hit, words: readonly string[]): HTMLElement {
  const { metadata, highlights } = hit;
  const [title] = highlights?.title ?? [];
  const heading = title === undefined ? highlight(hit.title || 'Without a title', words) : piecesOf(title);
  return h(
    'article',
    { class: 'hit' },
    h('div', { class: 'hit-badges' }, badges(metadata)),
    h('h2', {}, h('a', { href: pathOf(hit) }, marked(heading))),
    people(metadata.creators, words),
    description(hit, words),
    facts(hit),
  );
}

const pathOf = ({ id }: Hit): string => `/records/${encodeURIComponent(id)}`;

function badges({ resource_type: type, access_right: right }: ZenodoRecord['metadata']): Child {
  const label = typeLabel(type);
  return [
    label !== null && h('span', { class: `badge type-${type?.type ?? 'other'}` }, label),
    right !== null && h('span', { class: `badge access access-${right}` }, accessLabel(right)),
  ];
}

function description({ metadata, highlights }: Hit, words: readonly string[]): HTMLElement | null {
  const [piece] = highlights?.description ?? [];
  const text = plainText(metadata.description ?? '');
  if (text === '') return null;
  const found =
    piece === undefined
      ? highlight(excerpt(text, words, EXCERPT), words)
      : [{ text: '… ', found: false }, ...piecesOf(piece), { text: ' …', found: false }];
  return h('p', { class: 'excerpt', dir: 'auto' }, marked(found));
}

/**
 * Descriptions may be HTML. Its tags are cut out before anything parses it, since a parser would report each inline handler
 * and style to the console. The rest is parsed as the text of a `textarea`, in which a parser resolves character references and nothing else.
 */
function plainText(html: string): string {
  if (!/[<&]/.test(html)) return html;
  const area = document.createElement('textarea');
  area.innerHTML = withoutTags(html);
  return area.value;
}

function people(creators: ZenodoRecord['metadata']['creators'], words: readonly string[]): HTMLElement | null {
  if (creators.length === 0) return null;
  const shown = creators.slice(0, CREATORS).flatMap(({ name }, index) => [index > 0 && '; ', marked(highlight(name, words))]);
  const more = creators.length - CREATORS;
  return h('p', { class: 'people' }, shown, more > 0 && h('span', { class: 'quiet' }, ` and ${count(more)} more`));
}

function facts(hit: Hit): HTMLElement {
  const { metadata, doi, stats } = hit;
  const parts = [
    metadata.publication_date && h('time', { datetime: metadata.publication_date }, day(metadata.publication_date)),
    metadata.version && h('span', {}, 'Version ', said(metadata.version.slice(0, 40))),
    metadata.license && h('span', {}, metadata.license.id),
    doi && h('span', { class: 'mono' }, doi),
    stats?.['views'] !== undefined && h('span', {}, plural(stats['views'], 'view')),
    stats?.['downloads'] !== undefined && h('span', {}, plural(stats['downloads'], 'download')),
    ...(metadata.communities ?? [])
      .slice(0, 3)
      .map(({ id }) => h('a', { href: `/?communities=${encodeURIComponent(id)}`, class: 'community' }, id)),
    saveButton({ oaiIdentifier: hit.oai.id, path: pathOf(hit), title: hit.title || 'Without a title' }),
  ];
  return h('p', { class: 'facts' }, parts);
}

/** `dir` is the text's own: titles come in every script. */
function marked(pieces: readonly Piece[]): HTMLElement {
  return h(
    'bdi',
    { dir: 'auto' },
    pieces.map((piece) => (piece.found ? h('mark', {}, piece.text) : piece.text)),
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
