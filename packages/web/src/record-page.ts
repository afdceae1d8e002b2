import { askText, Refused } from './api-client.ts';
import { sentence } from '@thresher/api/format';
import { h, icon } from './dom.ts';
import { enableSaveButton } from './save-record.ts';
import { enableSimilar } from './similar.ts';

/** Adds to the page of a record, which the server has rendered, what only a script can do. */
export function enhanceRecordPage(main: HTMLElement): void {
  addBackLink(main);
  for (const prose of main.querySelectorAll<HTMLElement>('.prose[data-long]')) foldProse(prose);
  for (const list of main.querySelectorAll<HTMLElement>('.creators[data-shown]')) foldCreators(list);
  for (const button of main.querySelectorAll<HTMLButtonElement>('button[data-copy]')) enableCopy(button);
  for (const select of main.querySelectorAll<HTMLSelectElement>('select[data-citation]')) enableStyles(main, select);
  for (const section of main.querySelectorAll<HTMLElement>('[data-similar]')) enableSimilar(main, section);
  for (const button of main.querySelectorAll<HTMLButtonElement>('button[data-save]')) enableSave(button);
  addEventListener('beforeprint', () => unfoldForPrint(main));
}

/** To the results one came from, as they were. */
function addBackLink(main: HTMLElement): void {
  if (!document.referrer.startsWith(`${location.origin}/`) || history.length < 2) return;
  if (new URL(document.referrer).pathname !== '/') return;
  main.prepend(
    h(
      'p',
      { class: 'back' },
      h('button', { class: 'link', type: 'button', onclick: () => history.back() }, icon('back'), 'Back to the results'),
    ),
  );
}

function foldProse(prose: HTMLElement): void {
  prose.classList.add('folded');
  const button = h('button', { class: 'link', type: 'button', 'aria-expanded': 'false', onclick: () => toggle() }, 'Show all of it');
  const toggle = (): void => {
    const isFolded = prose.classList.toggle('folded');
    button.setAttribute('aria-expanded', String(!isFolded));
    button.textContent = isFolded ? 'Show all of it' : 'Show less';
  };
  prose.after(button);
}

function foldCreators(list: HTMLElement): void {
  const rest = [...list.children].slice(Number(list.dataset['shown']));
  for (const item of rest) item.setAttribute('hidden', '');
  const unfold = (): void => {
    for (const item of rest) item.removeAttribute('hidden');
    rest[0]?.querySelector('a')?.focus();
    button.remove();
  };
  const button = h('button', { class: 'link', type: 'button', onclick: unfold }, `Show all ${list.children.length} creators`);
  list.after(button);
}

function enableCopy(button: HTMLButtonElement): void {
  button.hidden = false;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(button.dataset['copy'] ?? '');
    button.replaceChildren(icon('check'));
    setTimeout(() => button.replaceChildren(icon('copy')), 1_500);
  };
  button.addEventListener('click', () => void copy());
}

function enableSave(button: HTMLButtonElement): void {
  const { save = '', title = '' } = button.dataset;
  enableSaveButton(button, { oaiIdentifier: save, path: location.pathname.replace(/\/$/, ''), title });
}

function enableStyles(main: HTMLElement, select: HTMLSelectElement): void {
  const text = main.querySelector('.citation');
  const show = async (): Promise<string> => {
    try {
      return await askText(`${select.dataset['citation']}?style=${select.value}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return sentence(error.problem.detail);
    }
  };
  select.closest('label')?.removeAttribute('hidden');
  select.addEventListener('change', () => void show().then((shown) => text?.replaceChildren(shown)));
}

/** What is folded is opened on paper. Remarks are for curators and stay folded. */
function unfoldForPrint(main: HTMLElement): void {
  for (const details of main.querySelectorAll<HTMLDetailsElement>('details:not(.remarks)')) details.open = true;
}
