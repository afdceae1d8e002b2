import { askText, Refused, sentence } from './api-client.ts';
import { fill, h } from './dom.ts';

const STYLES = [
  ['apa', 'APA'],
  ['chicago', 'Chicago'],
  ['harvard', 'Harvard'],
  ['ieee', 'IEEE'],
  ['mla', 'MLA'],
  ['nature', 'Nature'],
  ['vancouver', 'Vancouver'],
] as const;

/** How to cite the record, in a style of the reader's; `self` is its address in the API. */
export function citation(self: string): HTMLElement {
  const text = h('p', { class: 'citation', 'aria-live': 'polite' });
  const show = async (style: string): Promise<void> => {
    try {
      fill(text, await askText(`${self}/export/citation?style=${style}`));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fill(text, sentence(error.problem.detail));
    }
  };
  const select: HTMLSelectElement = h(
    'select',
    { onchange: () => void show(select.value) },
    STYLES.map(([style, label]) => h('option', { value: style }, label)),
  );
  void show(select.value);
  return h('div', {}, text, h('label', { class: 'citation-style' }, h('span', {}, 'Style'), select));
}
