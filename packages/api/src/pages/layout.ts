import { type Child, fragment, h, type Html, icon } from './html.ts';

/** The files that every page loads. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

/** One page of the site. */
export interface Page {
  readonly title: string;
  /** Path, to mark its place in the navigation. */
  readonly path: string;
  readonly head?: Child;
  readonly main: Child;
  /** Class of the body. */
  readonly body?: string;
}

const PLACES = [
  ['/', 'Search'],
  ['/communities', 'Communities'],
  ['/analytics', 'Analytics'],
  ['/harvest', 'Harvest'],
  ['/docs', 'Docs'],
  ['/api/docs', 'API'],
] as const;

/** A whole document. It is complete without scripts; the script adds what only scripts can do. */
export function renderPage(page: Page, files: PageFiles): string {
  const { title, head, main } = page;
  const document = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      {},
      h('meta', { charset: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('title', {}, title === '' ? 'Thresher' : `${title} – Thresher`),
      h('link', { rel: 'icon', href: files.icon, type: 'image/svg+xml' }),
      h('link', { rel: 'stylesheet', href: files.style }),
      h('link', { rel: 'search', type: 'application/opensearchdescription+xml', title: 'Thresher', href: '/opensearch.xml' }),
      h('script', { type: 'module', src: files.script }),
      head,
    ),
    h(
      'body',
      { class: page.body },
      h('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
      bar(page),
      h('main', { id: 'main', tabindex: -1 }, main),
      h('footer', {}, h('p', {}, 'Served by Thresher on this machine. Metadata belongs to the repositories it was harvested from.')),
    ),
  );
  return `<!doctype html>\n${document.toString()}\n`;
}

function bar({ path }: Page): Html {
  const isHere = (href: string): boolean => (href === '/' ? path === '/' : path.startsWith(href));
  const place = ([href, label]: (typeof PLACES)[number]): Html => h('a', { href, 'aria-current': isHere(href) && 'page' }, label);
  return h(
    'header',
    { class: 'bar' },
    h('a', { class: 'brand', href: '/' }, h('span', { class: 'mark', 'aria-hidden': 'true' }), 'Thresher'),
    path !== '/' && search(),
    h('nav', { 'aria-label': 'Main' }, PLACES.map(place)),
    h(
      'button',
      {
        class: 'bare',
        type: 'button',
        hidden: true,
        'data-theme-button': true,
        title: 'Light or dark',
        'aria-label': 'Switch between light and dark',
      },
      icon('contrast'),
    ),
  );
}

function search(): Html {
  return h(
    'form',
    { class: 'bar-search', role: 'search', action: '/' },
    icon('search'),
    h('input', { type: 'search', name: 'q', 'aria-label': 'Search records', placeholder: 'Search', autocomplete: 'off' }),
  );
}

/** The body of a page that the script fills. */
export function needsScript(loading: string): Html {
  return fragment(
    h('p', { class: 'loading', role: 'status' }, loading),
    h(
      'noscript',
      {},
      h(
        'p',
        { class: 'noscript' },
        'This page needs JavaScript. The same records are at ',
        h('a', { href: '/api/records' }, '/api/records'),
        '.',
      ),
    ),
  );
}
