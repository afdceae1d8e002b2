import { h, icon } from './dom.ts';

const KEY = 'thresher-theme';

/** Puts the reader's own choice before that of their system. Called before anything is drawn. */
export function applyTheme(): void {
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset['theme'] = chosen;
}

export function themeButton(): HTMLElement {
  return h(
    'button',
    { class: 'bare', type: 'button', title: 'Light or dark', 'aria-label': 'Switch between light and dark', onclick: turn },
    icon('contrast'),
  );
}

function turn(): void {
  const { dataset } = document.documentElement;
  const isDark = dataset['theme'] === 'dark' || (dataset['theme'] === undefined && matchMedia('(prefers-color-scheme: dark)').matches);
  dataset['theme'] = isDark ? 'light' : 'dark';
  localStorage.setItem(KEY, dataset['theme']);
}
