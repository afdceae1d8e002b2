import { h } from './dom.ts';

/** A button that copies a text; `what` names it for screen readers. */
export function copyButton(text: string, what: string): HTMLElement {
  const button = h('button', { type: 'button', class: 'link', 'aria-label': `Copy ${what}`, onclick: () => void copy() }, 'Copy');
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  };
  return button;
}
