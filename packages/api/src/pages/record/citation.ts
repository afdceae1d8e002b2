import { h, type Html } from '../html.ts';

const STYLES = [
  ['apa', 'APA'],
  ['chicago', 'Chicago'],
  ['harvard', 'Harvard'],
  ['ieee', 'IEEE'],
  ['mla', 'MLA'],
  ['nature', 'Nature'],
  ['vancouver', 'Vancouver'],
] as const;

/** How to cite the record: `text` in the first style; the script of the page reads the other ones from `self`, its address in the API. */
export function citation(self: string, text: string | null): Html {
  return h(
    'div',
    {},
    h('p', { class: 'citation', 'aria-live': 'polite' }, text),
    h(
      'label',
      { class: 'citation-style', hidden: true },
      h('span', {}, 'Style'),
      h(
        'select',
        { 'data-citation': `${self}/export/citation` },
        STYLES.map(([style, label]) => h('option', { value: style }, label)),
      ),
    ),
  );
}
