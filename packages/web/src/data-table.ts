import { type Child, h } from './dom.ts';

/** A table that scrolls in itself where it is wider than the page. */
export function dataTable(label: string, heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head) => h('th', { scope: 'col' }, head)),
        ),
      ),
      h('tbody', {}, rows),
    ),
  );
}

/** A row of a table, whose first cell names it. */
export function tableRow(name: Child, ...cells: Child[]): HTMLElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, name),
    cells.map((cell) => h('td', {}, cell)),
  );
}
