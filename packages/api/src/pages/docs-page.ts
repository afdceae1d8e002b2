import { type Child, h, type Html, trusted } from './html.ts';
import type { Page } from './layout.ts';

/** A page in the navigation of the documentation. */
export interface DocLink {
  readonly name: string;
  readonly title: string;
}

interface DocHit {
  readonly path: string;
  readonly page: string;
  readonly section: string;
  readonly excerpt: string;
}

/** What a page of the documentation shows: its text, or what a search found. */
export interface DocsView {
  readonly links: readonly DocLink[];
  readonly words: string;
  readonly page:
    | (DocLink & { readonly html: string; readonly sections: readonly { readonly id: string; readonly title: string }[] })
    | null;
  readonly hits: readonly DocHit[];
}

/** Groups of the navigation; pages in none of them are reference. */
const GROUPS: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Begin', ['tutorial']],
  ['How to', ['harvesting', 'export', 'servers', 'questions']],
  ['Reference', ['commands', 'search', 'api', 'zenodo-api', 'sql']],
  ['Background', ['reliability', 'performance', 'storage']],
];

/** A page of the documentation with its navigation. */
export function docsPage(view: DocsView): Page {
  const { page, words } = view;
  return {
    title: page?.title ?? (words === '' ? 'Documentation' : `${words} in the documentation`),
    path: page === null ? '/docs' : `/docs/${page.name}`,
    main: h(
      'div',
      { class: 'handbook' },
      h('article', { class: 'handbook-text' }, page === null ? found(view) : [trusted(page.html)]),
      navigation(view),
    ),
  };
}

function navigation({ links, words, page }: DocsView): Html {
  const byName = new Map(links.map((link) => [link.name, link]));
  const item = ({ name, title }: DocLink): Html =>
    h(
      'li',
      {},
      h('a', { href: `/docs/${name}`, 'aria-current': page?.name === name && 'page' }, title),
      page?.name === name && page.sections.length < 40 && contents(page.sections),
    );
  const group = (title: string, members: readonly DocLink[]): Child =>
    members.length > 0 && [h('h2', {}, title), h('ul', {}, members.map(item))];
  const named = new Set(GROUPS.flatMap(([, names]) => names));
  const studies = links.filter(({ name }) => name.startsWith('studies/') && !name.endsWith('README'));
  const others = links.filter(({ name }) => !named.has(name) && !name.includes('/'));
  return h(
    'nav',
    { class: 'handbook-nav', 'aria-label': 'Documentation' },
    h(
      'form',
      { role: 'search', 'aria-label': 'Documentation', action: '/docs', class: 'find' },
      h('input', {
        type: 'search',
        name: 'q',
        value: words,
        'aria-label': 'Search the documentation',
        placeholder: 'Search the documentation',
      }),
    ),
    GROUPS.map(([title, names]) =>
      group(
        title,
        names.flatMap((name) => byName.get(name) ?? []),
      ),
    ),
    group('Further', others),
    group('Studies', studies),
  );
}

function contents(sections: readonly { readonly id: string; readonly title: string }[]): Html {
  return h(
    'ul',
    {},
    sections.filter(({ id }) => id !== '').map(({ id, title }) => h('li', {}, h('a', { href: `#${id}` }, title))),
  );
}

function found({ words, hits, links }: DocsView): Child {
  if (words === '')
    return [
      h('h1', {}, 'Documentation'),
      h(
        'p',
        {},
        'New here? ',
        links.some(({ name }) => name === 'tutorial') &&
          h('a', { href: '/docs/tutorial' }, 'The tutorial leads from nothing to a first chart.'),
      ),
      h(
        'ul',
        {},
        links.filter(({ name }) => !name.includes('/')).map(({ name, title }) => h('li', {}, h('a', { href: `/docs/${name}` }, title))),
      ),
    ];
  const hit = ({ path, page, section, excerpt }: DocHit): Html =>
    h('li', {}, h('a', { href: path }, section === '' ? page : `${page}: ${section}`), h('p', { class: 'quiet' }, excerpt));
  return [
    h('h1', {}, `“${words}” in the documentation`),
    hits.length === 0
      ? h('p', { class: 'empty' }, 'Nothing in the documentation has these words.')
      : h('ol', { class: 'doc-hits' }, hits.map(hit)),
  ];
}
