import { enhanceCharts } from './analytics-page.ts';
import { showDocsPage } from './docs-page.ts';
import { showHarvestPage } from './harvest-page.ts';
import { enhanceRecordPage } from './record-page.ts';
import { showSearchPage } from './search-page.ts';
import { enableSqlForm } from './sql-page.ts';
import { applyTheme, enableThemeButton } from './theme.ts';

applyTheme();
enableThemeButton();
addEventListener('keydown', focusSearch);
showPage(document.querySelector('main')!);

function showPage(main: HTMLElement): void {
  const { pathname } = location;
  if (main.querySelector('.record') !== null) enhanceRecordPage(main);
  else if (pathname.startsWith('/analytics')) enhanceAnalytics(main);
  else if (pathname === '/harvest' || pathname === '/harvest/') showHarvestPage(main);
  else if (pathname.startsWith('/api/docs')) void showDocsPage(main);
  else if (pathname === '/') showSearchPage(main);
}

function enhanceAnalytics(main: HTMLElement): void {
  const form = main.querySelector<HTMLFormElement>('form[data-sql]');
  if (form === null) enhanceCharts(main);
  else enableSqlForm(main, form);
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
