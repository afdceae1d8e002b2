import type { HarvestReport, HarvestRun, HarvestRunDetail } from '@thresher/api';
import { ask, Refused } from './api-client.ts';
import { fill, h } from './dom.ts';
import { count, plural } from '@thresher/api/format';
import { runCard, runRow } from './harvest-run.ts';
import { problemBox } from './problem-box.ts';

const BUSY_MS = 2_000;
const QUIET_MS = 15_000;

/** Numbers of received records with their times, for the current rate. */
export type Pace = Map<number, { readonly at: number; readonly received: number; readonly perSecond: number | null }>;

/** The dashboard; it keeps itself up to date while somebody looks at it. */
export function showHarvestPage(main: HTMLElement): void {
  document.title = 'Harvest – Thresher';
  const board = h('div', { class: 'board' }, h('p', { class: 'loading', role: 'status' }, 'Reading the ledger …'));
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
      board,
    ),
  );
  const pace: Pace = new Map();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const isBusy = await refresh(board, pace);
    if (!document.hidden) timer = setTimeout(() => void look(), isBusy ? BUSY_MS : QUIET_MS);
  };
  document.addEventListener('visibilitychange', () => void (document.hidden ? clearTimeout(timer) : look()));
  void look();
}

/** Draws the board again; true while a run is under way. */
async function refresh(board: HTMLElement, pace: Pace): Promise<boolean> {
  try {
    const { value: report } = await ask<HarvestReport>('/api/harvest');
    const details = await Promise.all(report.sources.map(({ runs: [last] }) => lastRun(last)));
    for (const detail of details) if (detail !== null) notePace(pace, detail.run);
    keepingPlace(board, () =>
      fill(
        board,
        overview(report),
        report.sources.map((source, index) => sourceCard(source, details[index] ?? null, pace)),
        report.sources.length === 0 && noSources(),
      ),
    );
    return details.some((detail) => detail?.run.state === 'running');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(
      board,
      problemBox(error.problem, () => void refresh(board, pace)),
    );
    return true;
  }
}

/** Drawing again neither folds what was opened nor takes the focus away; while a text is being marked nothing is drawn. */
function keepingPlace(board: HTMLElement, draw: () => void): void {
  const selection = getSelection();
  if (selection !== null && !selection.isCollapsed && board.contains(selection.anchorNode)) return;
  const open = [...board.querySelectorAll<HTMLElement>('details[open][id]')].map(({ id }) => id);
  const focusable = (): HTMLElement[] => [...board.querySelectorAll<HTMLElement>('a, summary, button')];
  const focus = focusable().indexOf(document.activeElement as HTMLElement);
  draw();
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focus >= 0) focusable()[focus]?.focus({ preventScroll: true });
}

async function lastRun(run: HarvestRun | undefined): Promise<HarvestRunDetail | null> {
  return run === undefined ? null : (await ask<HarvestRunDetail>(`/api/harvest/runs/${run.id}`)).value;
}

function notePace(pace: Pace, { id, totals: { received } }: HarvestRun): void {
  const before = pace.get(id);
  const at = performance.now();
  pace.set(id, {
    at,
    received,
    perSecond: before === undefined ? null : Math.max(0, (received - before.received) / ((at - before.at) / 1000)),
  });
}

function overview({ sources, documents }: HarvestReport): HTMLElement {
  const running = sources.filter(({ runs: [last] }) => last?.state === 'running').length;
  const tile = (value: string, label: string): HTMLElement => h('div', { class: 'tile' }, h('strong', {}, value), h('span', {}, label));
  return h(
    'div',
    { class: 'tiles' },
    tile(documents === null ? '–' : count(documents), documents === null ? 'search does not answer' : 'records can be searched'),
    tile(count(sources.length), sources.length === 1 ? 'source' : 'sources'),
    tile(count(running), running === 1 ? 'run under way' : 'runs under way'),
  );
}

function sourceCard(source: HarvestReport['sources'][number], detail: HarvestRunDetail | null, pace: Pace): HTMLElement {
  const [, ...earlier] = source.runs;
  return h(
    'section',
    { class: 'source', 'aria-label': source.name },
    h(
      'header',
      {},
      h('h2', {}, source.name),
      h(
        'p',
        { class: 'quiet' },
        source.repository_name && `${source.repository_name} · `,
        source.base_url.includes('?')
          ? h('span', { class: 'mono' }, source.base_url)
          : h('a', { href: `${source.base_url}?verb=Identify`, rel: 'noopener', class: 'mono' }, source.base_url),
        ` · ${source.metadata_prefix}`,
      ),
    ),
    detail === null ? h('p', { class: 'quiet' }, 'Never harvested.') : runCard(detail, pace.get(detail.run.id)?.perSecond ?? null),
    earlier.length > 0 &&
      h(
        'details',
        { class: 'earlier', id: `earlier-${source.name}` },
        h('summary', {}, plural(earlier.length, 'earlier run')),
        earlierTable(earlier),
      ),
  );
}

function earlierTable(runs: readonly HarvestRun[]): HTMLElement {
  const heads = ['Run', 'State', 'Started', 'Took', 'Declared', 'Received', 'In SQL', 'In search'];
  return h(
    'div',
    { class: 'scroll' },
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
      h('tbody', {}, runs.map(runRow)),
    ),
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
