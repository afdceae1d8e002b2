const KEY = 'thresher-theme';

/** Puts the reader's own choice before that of their system. Called before anything is drawn. */
export function applyTheme(): void {
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset['theme'] = chosen;
}

/** Shows the button that the server rendered; without a script it would do nothing. */
export function enableThemeButton(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-theme-button]');
  button?.removeAttribute('hidden');
  button?.addEventListener('click', turn);
}

function turn(): void {
  const { dataset } = document.documentElement;
  const isDark = dataset['theme'] === 'dark' || (dataset['theme'] === undefined && matchMedia('(prefers-color-scheme: dark)').matches);
  dataset['theme'] = isDark ? 'light' : 'dark';
  localStorage.setItem(KEY, dataset['theme']);
}
