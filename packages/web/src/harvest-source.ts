import type { HarvestReport, HarvestRun } from '@thresher/api';
import { count, duration, moment, plural } from '@thresher/api/format';
import { dataTable, tableRow } from './data-table.ts';
import { type Child, fill, h, icon } from './dom.ts';
import { confirmed, type Operator } from './harvest-operator.ts';
import { ratesOf, type Sample, withSample } from './harvest-pace.ts';
import { failuresOf, suspectsOf } from './harvest-problems.ts';
import { runCard, runRow, sampleOf } from './harvest-run.ts';

type Source = HarvestReport['sources'][number];

/** A source on the dashboard. Its parts are drawn again only when what they show has changed. */
export interface SourceCard {
  readonly root: HTMLElement;
  show(source: Source, now: string): void;
}

/** Makes the card of a source, empty. */
export function createSourceCard(name: string, operator: Operator): SourceCard {
  const told = h('p', { class: 'told', role: 'status' });
  const head = h('header', {});
  const [state, actions, run, schedules, earlier] = [h('div', {}), h('div', {}), h('div', {}), h('div', {}), h('div', {})];
  actions.className = 'actions';
  const failures = failuresOf(name, operator, told);
  const suspects = suspectsOf(name, operator, told);
  const root = h(
    'section',
    { class: 'source', 'aria-label': name },
    head,
    state,
    actions,
    told,
    run,
    schedules,
    failures.root,
    suspects.root,
    earlier,
  );
  const draw = createDrawing();
  let samples: readonly Sample[] = [];

  function show(source: Source, now: string): void {
    const { last } = source;
    draw(head, [source.name, source.base_url, source.repository_name, source.metadata_prefix], () => heading(source));
    // The lag grows with the clock.
    draw(state, [source.paused_at, source.blocked, source.asked, source.searchable_until, now.slice(0, 16)], () => standing(source, now));
    draw(actions, [source.paused_at !== null, last?.run.id, last?.run.state, short(last?.run)], () => actionsOf(source, operator, told));
    if (last !== null) samples = withSample(samples, sampleOf(last.run, now));
    const rates = last?.run.state === 'running' ? ratesOf(samples) : null;
    draw(run, [last, rates, source.paused_at, source.rate_limit], () =>
      last === null ? h('p', { class: 'quiet' }, 'Never harvested.') : runCard(last, { source, sample: samples.at(-1)!, rates }),
    );
    draw(schedules, [source.schedules, source.asked], () => scheduleTable(source, operator, told));
    drawFailures(source);
    drawSuspects(source);
    const [, ...before] = source.runs;
    draw(earlier, before, () => before.length > 0 && earlierRuns(name, before));
  }

  function drawFailures({ quarantined, failed_pages: pages, refused_documents: refused }: Source): void {
    const parts = [
      quarantined > 0 && `${plural(quarantined, 'record')} in quarantine`,
      pages > 0 && `${plural(pages, 'page')} not mapped`,
      refused > 0 && `${plural(refused, 'document')} refused`,
    ].filter((part) => part !== false);
    failures.root.hidden = parts.length === 0 && !failures.root.open;
    if (draw(failures.summary, parts, () => (parts.length === 0 ? 'No failures' : parts.join(', ')))) failures.reload();
  }

  function drawSuspects({ suspects: all, held }: Source): void {
    suspects.root.hidden = all === 0 && !suspects.root.open;
    const text = all === 0 ? 'No suspects' : `${plural(all, 'suspect')}${held > 0 ? `, ${count(held)} held for your decision` : ''}`;
    if (draw(suspects.summary, text, () => text)) suspects.reload();
  }

  return { root, show };
}

/** Fills elements when what they show has changed. True if that was so. What is open and what has the focus stays so. */
function createDrawing(): (element: HTMLElement, facts: unknown, draw: () => Child) => boolean {
  const drawn = new Map<HTMLElement, string>();
  return (element, facts, draw) => {
    const key = JSON.stringify(facts);
    if (drawn.get(element) === key || isMarked(element)) return false;
    drawn.set(element, key);
    const open = [...element.querySelectorAll<HTMLElement>('details[open][id]')].map(({ id }) => id);
    const focus = element.contains(document.activeElement) ? document.activeElement!.id : '';
    fill(element, draw());
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    if (focus !== '') document.getElementById(focus)?.focus({ preventScroll: true });
    return true;
  };
}

/** Whether a reader is marking a text in it. */
function isMarked(element: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode);
}

const short = (run: HarvestRun | undefined): number => (run === undefined ? 0 : run.totals.short + run.totals.failed);

function heading({ name, base_url, repository_name, metadata_prefix }: Source): Child {
  const address = base_url.includes('?')
    ? h('span', { class: 'mono' }, base_url)
    : h('a', { href: `${base_url}?verb=Identify`, rel: 'noopener', class: 'mono' }, base_url);
  return [h('h2', {}, name), h('p', { class: 'quiet' }, repository_name && `${repository_name} · `, address, ` · ${metadata_prefix}`)];
}

/** Whether requests are sent, and how far search lags behind the source. */
function standing({ paused_at, blocked, asked, searchable_until }: Source, now: string): Child {
  const line = (text: string, kind: string): HTMLElement => h('p', { class: kind }, text);
  const behind = searchable_until === null ? 0 : (Date.parse(now) - Date.parse(searchable_until)) / 1_000;
  return [
    paused_at !== null && h('p', { class: 'failure' }, icon('warning'), ` Paused since ${moment(paused_at)}: no request is sent.`),
    blocked !== null && h('p', { class: 'failure' }, icon('warning'), ` ${blocked}`),
    searchable_until !== null && line(`Changes up to ${moment(searchable_until)} are searchable, ${lag(behind)}.`, 'quiet standing'),
    asked.map(({ kind, asked_at }) =>
      line(`Asked for ${NAMES[kind] ?? kind} at ${moment(asked_at)}: it waits for a harvester process.`, 'quiet'),
    ),
  ];
}

/** To the minute, as the line is drawn once a minute. */
const lag = (seconds: number): string => (seconds < 60 ? 'less than a minute behind' : `${duration(Math.floor(seconds / 60) * 60)} behind`);

const NAMES: Readonly<Record<string, string>> = { full: 'a full harvest', incremental: 'a sync', enrich: 'files and statistics' };
const LABELS: Readonly<Record<string, string>> = { full: 'Full harvest', incremental: 'Sync', enrich: 'Files and statistics' };

function actionsOf({ name, paused_at, last }: Source, operator: Operator, told: HTMLElement): Child {
  const path = `/sources/${encodeURIComponent(name)}`;
  const button = (id: string, label: string, act: () => void): HTMLElement =>
    h('button', { type: 'button', id: `act-${name}-${id}`, onclick: act }, label);
  const pause = (): void =>
    operator.act({
      path: `${path}/pause`,
      told,
      say: () => `${name} is paused: the harvester sends nothing after the page that is under way.`,
    });
  const resume = (): void => operator.act({ path: `${path}/resume`, told, say: () => `${name} goes on.` });
  const walk = (): void =>
    operator.act({
      path: `${path}/windows/retry`,
      told,
      say: ({ windows }) => `${plural(Number(windows), 'window')} will be walked again.`,
    });
  const run = last?.run;
  return [
    // One identifier for both, so that the focus stays.
    paused_at === null ? button('pause', 'Pause', pause) : button('pause', 'Resume', resume),
    run?.state === 'running' &&
      confirmed(`act-${name}-cancel`, `Cancel run ${run.id}`, 'What has arrived stays, the rest is not harvested.', () =>
        operator.act({ path: `/runs/${run.id}/cancel`, told, say: () => `Run ${run.id} is cancelled.` }),
      ),
    run?.state === 'incomplete' && short(run) > 0 && button('walk', `Walk ${plural(short(run), 'window')} again`, walk),
  ];
}

function scheduleTable({ name, schedules, asked }: Source, operator: Operator, told: HTMLElement): HTMLElement {
  const row = (kind: string): HTMLElement => {
    const schedule = schedules.find((one) => one.kind === kind);
    const begin = (): void =>
      operator.act({
        path: `/sources/${encodeURIComponent(name)}/runs`,
        body: { kind },
        told,
        say: () => `${LABELS[kind]} of ${name} was asked for: a harvester process begins it.`,
      });
    const isAsked = asked.some((one) => one.kind === kind);
    return tableRow(
      LABELS[kind],
      schedule === undefined ? 'no schedule' : [h('span', { class: 'mono' }, schedule.cron), ` ${schedule.time_zone}`],
      schedule?.next_at ? moment(schedule.next_at) : '–',
      schedule?.last_at ? moment(schedule.last_at) : '–',
      h(
        'button',
        { type: 'button', id: `run-${name}-${kind}`, 'aria-label': `Run now: ${LABELS[kind]}`, onclick: begin },
        isAsked ? 'Asked for' : 'Run now',
      ),
    );
  };
  return h(
    'details',
    { id: `schedules-${name}` },
    h('summary', {}, schedules.length === 0 ? 'No schedules' : plural(schedules.length, 'schedule')),
    dataTable(`Schedules of ${name}`, ['What', 'When', 'Next', 'Last', 'Action'], ['incremental', 'full', 'enrich'].map(row)),
  );
}

function earlierRuns(name: string, runs: readonly HarvestRun[]): HTMLElement {
  const heads = ['Run', 'State', 'Started', 'Took', 'Declared', 'Received', 'In SQL', 'In search'];
  return h(
    'details',
    { class: 'earlier', id: `earlier-${name}` },
    h('summary', {}, plural(runs.length, 'earlier run')),
    dataTable(`Earlier runs of ${name}`, heads, runs.map(runRow)),
  );
}
