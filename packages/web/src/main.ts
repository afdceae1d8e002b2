import { showDocsPage } from './docs-page.ts';
import { fill, h, icon } from './dom.ts';
import { showHarvestPage } from './harvest-page.ts';
import { showRecordPage } from './record-page.ts';
import { showSearchPage } from './search-page.ts';
import { applyTheme, themeButton } from './theme.ts';

applyTheme();
const main = h('main', { id: 'main', tabindex: -1 });
document.body.append(h('a', { class: 'skip', href: '#main' }, 'Skip to the content'), header(), main, footer());
addEventListener('keydown', focusSearch);
showPage();

function showPage(): void {
  const record = /^\/records\/(.+?)\/?$/.exec(location.pathname)?.[1];
  if (record !== undefined) void showRecordPage(main, decodeURIComponent(record));
  else if (location.pathname.startsWith('/harvest')) showHarvestPage(main);
  else if (location.pathname.startsWith('/api/docs')) void showDocsPage(main);
  else if (location.pathname === '/') showSearchPage(main);
  else
    fill(
      main,
      h('div', { class: 'alone empty' }, h('h1', {}, 'There is nothing here'), h('p', {}, h('a', { href: '/' }, 'Search the records'))),
    );
}

function header(): HTMLElement {
  const link = (href: string, label: string): HTMLElement => h('a', { href, 'aria-current': isHere(href) && 'page' }, label);
  return h(
    'header',
    { class: 'bar' },
    h('a', { class: 'brand', href: '/' }, h('span', { class: 'mark', 'aria-hidden': true }), 'Thresher'),
    location.pathname === '/'
      ? null
      : h(
          'form',
          { class: 'bar-search', role: 'search', action: '/' },
          icon('search'),
          h('input', { type: 'search', name: 'q', 'aria-label': 'Search records', placeholder: 'Search', autocomplete: 'off' }),
        ),
    h('nav', { 'aria-label': 'Main' }, link('/', 'Search'), link('/harvest', 'Harvest'), link('/api/docs', 'API')),
    themeButton(),
  );
}

function isHere(href: string): boolean {
  return href === '/' ? location.pathname === '/' : location.pathname.startsWith(href);
}

function footer(): HTMLElement {
  return h('footer', {}, h('p', {}, 'Served by Thresher on this machine. Metadata belongs to the repositories it was harvested from.'));
}

/** `/` leads to the search box, as on most sites that are searched a lot. */
function focusSearch(event: KeyboardEvent): void {
  const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select, textarea, [contenteditable]');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector<HTMLInputElement>('input[name="q"]');
  if (box === null) return;
  event.preventDefault();
  box.focus();
  box.select();
}
