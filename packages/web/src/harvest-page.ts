import type { HarvestReport } from '@thresher/api';
import { count } from '@thresher/api/format';
import { fill, h } from './dom.ts';
import { followHarvest } from './harvest-live.ts';
import { createOperator } from './harvest-operator.ts';
import { webhooksOf } from './harvest-problems.ts';
import { createSourceCard, type SourceCard } from './harvest-source.ts';
import { problemBox } from './problem-box.ts';

/** The dashboard; it keeps itself up to date while somebody looks at it. */
export function showHarvestPage(main: HTMLElement): void {
  document.title = 'Harvest – Thresher';
  const told = h('p', { class: 'told', role: 'status' });
  const operator = createOperator(() => refresh());
  const webhooks = webhooksOf(operator, told);
  const tiles = h('div', { class: 'tiles' }, h('p', { class: 'loading', role: 'status' }, 'Reading the ledger …'));
  const cards = h('div', { class: 'board' });
  const problem = h('div', {});
  fill(
    main,
    h(
      'div',
      { class: 'harvest' },
      h(
        'div',
        { class: 'harvest-head' },
        h('h1', {}, 'Harvest'),
        h('p', { class: 'quiet' }, 'What the repositories declared, what arrived, and where it is now.'),
      ),
      operator.form,
      problem,
      h('div', { class: 'board' }, tiles),
      cards,
      h('section', { class: 'source', 'aria-label': 'Webhooks' }, webhooks.root, told),
    ),
  );
  const known = new Map<string, SourceCard>();
  const refresh = followHarvest({
    onReport(report) {
      fill(problem);
      overview(tiles, report);
      showSources(cards, known, report, (name) => createSourceCard(name, operator));
    },
    onProblem: (refusal) =>
      fill(
        problem,
        problemBox(refusal, () => refresh()),
      ),
  });
}

function showSources(
  board: HTMLElement,
  known: Map<string, SourceCard>,
  { sources, now }: HarvestReport,
  create: (name: string) => SourceCard,
): void {
  const names = new Set(sources.map(({ name }) => name));
  for (const [name, { root }] of known)
    if (!names.has(name)) {
      root.remove();
      known.delete(name);
    }
  if (sources.length === 0) return fill(board, noSources());
  if (known.size === 0) fill(board);
  for (const [index, source] of sources.entries()) {
    const card = known.get(source.name) ?? create(source.name);
    known.set(source.name, card);
    // Moving an element that is in its place would take the focus away.
    if (board.children[index] !== card.root) board.insertBefore(card.root, board.children[index] ?? null);
    card.show(source, now);
  }
}

function overview(tiles: HTMLElement, { sources, documents }: HarvestReport): void {
  const running = sources.filter(({ last }) => last?.run.state === 'running').length;
  const tile = (value: string, label: string): HTMLElement => h('div', { class: 'tile' }, h('strong', {}, value), h('span', {}, label));
  fill(
    tiles,
    tile(documents === null ? '–' : count(documents), documents === null ? 'search does not answer' : 'records can be searched'),
    tile(count(sources.length), sources.length === 1 ? 'source' : 'sources'),
    tile(count(running), running === 1 ? 'run under way' : 'runs under way'),
  );
}

function noSources(): HTMLElement {
  return h(
    'div',
    { class: 'empty' },
    h('h2', {}, 'No source yet'),
    h('p', {}, 'Harvest one from the command line: ', h('code', {}, 'npx thresher harvest zenodo --set user-SLUG')),
  );
}
