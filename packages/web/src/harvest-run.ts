import type { HarvestRun, HarvestRunDetail } from '@thresher/api';
import { h, icon, type Child } from './dom.ts';
import { count, duration, moment, percent, plural } from '@thresher/api/format';

/** The last run of a source: how far it is, and whether what was declared is all there. */
export function runCard({ run, segments, problems }: HarvestRunDetail, perSecond: number | null): HTMLElement {
  const { totals } = run;
  const expected = Math.max(totals.expected, totals.declared);
  return h(
    'div',
    { class: 'run' },
    h('p', { class: 'run-line' }, stateBadge(run.state), `${run.kind} harvest no. ${run.id}`, h('span', { class: 'quiet' }, scope(run))),
    run.state === 'running' && progress(run, expected, perSecond),
    flow(run),
    windowsBar(segments, totals),
    facts(run, perSecond),
    run.failure !== null && h('p', { class: 'failure' }, icon('warning'), ' ', run.failure),
    problems.length > 0 && problemTable(run, problems),
  );
}

function scope({ sets, from, until }: HarvestRun): string {
  const what = sets.length === 0 ? 'the whole repository' : sets.join(', ');
  const day = (instant: string): string => instant.slice(0, 10);
  return [` · ${what}`, from !== null && ` · from ${day(from)}`, until !== null && ` · until ${day(until)}`].filter(Boolean).join('');
}

export function stateBadge(state: string): HTMLElement {
  return h('span', { class: `badge state state-${state}` }, state);
}

function progress({ totals, seconds }: HarvestRun, expected: number, perSecond: number | null): HTMLElement {
  const mean = seconds > 0 ? totals.received / seconds : 0;
  const left = (expected - totals.received) / (perSecond !== null && perSecond > 0 ? perSecond : mean);
  const label =
    expected === 0
      ? 'asking the repository'
      : `${percent(totals.received, expected)}${totals.received < expected && Number.isFinite(left) ? ` · about ${duration(left)} left` : ''}`;
  return h(
    'div',
    { class: 'progress' },
    h('progress', { max: Math.max(expected, 1), value: Math.min(totals.received, expected), 'aria-label': 'Records received' }),
    h('span', {}, label),
  );
}

/** Declared → received → SQL → search; each step tells whether it lost anything. */
function flow({ state, totals }: HarvestRun): HTMLElement {
  const isRunning = state === 'running';
  const declared = isRunning ? Math.max(totals.expected, totals.declared) : totals.declared;
  const arrived = isRunning ? totals.received : totals.distinct_received;
  const steps: (readonly [label: string, value: number | null, wanted: number])[] = [
    ['Declared', declared, declared],
    ['Received', arrived, declared],
    ['In SQL', totals.stored, arrived],
    ['In search', totals.indexed, arrived],
  ];
  const step = ([label, value, wanted]: (typeof steps)[number], index: number): HTMLElement => {
    const missing = value === null ? 0 : wanted - value;
    const verdict = index === 0 || value === null ? null : verdictOf(state, missing);
    return h(
      'li',
      { class: verdict && `step-${verdict}` },
      h('span', { class: 'step-label' }, label),
      h('strong', {}, value === null ? '–' : count(value)),
      note(verdict, missing, value),
    );
  };
  return h('ol', { class: 'flow', 'aria-label': 'Where the records are' }, steps.map(step));
}

/** A complete run has every record where it belongs; what is not searchable then was deleted or says nothing. */
function verdictOf(state: string, missing: number): 'whole' | 'apart' | 'going' | 'short' {
  if (missing <= 0) return 'whole';
  if (state === 'complete') return 'apart';
  return state === 'running' ? 'going' : 'short';
}

function note(verdict: ReturnType<typeof verdictOf> | null, missing: number, value: number | null): Child {
  if (value === null) return h('span', { class: 'quiet' }, 'not counted');
  if (verdict === 'apart') return h('span', { class: 'quiet' }, `all but ${count(missing)} deleted or without metadata`);
  if (verdict === 'whole') return h('span', { class: 'quiet' }, icon('check'), ' all there');
  if (verdict === 'short') return h('span', { class: 'missing' }, `${count(missing)} missing`);
  if (verdict === 'going') return h('span', { class: 'quiet' }, `${count(missing)} to come`);
  return h('span', { class: 'quiet' }, 'by the repository');
}

const ORDER = ['failed', 'short', 'planned', 'walking', 'walked', 'complete'];

/** One stripe for each stretch of time, in the colour of its least finished window. */
function windowsBar(segments: HarvestRunDetail['segments'], totals: HarvestRun['totals']): HTMLElement | null {
  if (segments.length === 0) return null;
  const stripe = (segment: HarvestRunDetail['segments'][number]): HTMLElement => {
    const state = ORDER.find((one) => (segment.states[one] ?? 0) > 0) ?? 'planned';
    const span = [segment.from, segment.until].map((instant) => instant?.slice(0, 10) ?? '…').join(' – ');
    const states = Object.entries(segment.states)
      .map(([name, number]) => `${number} ${name}`)
      .join(', ');
    return h('span', {
      class: `stripe stripe-${state}`,
      title: `${span}: ${states}, ${count(segment.received)} of ${count(segment.declared)} received`,
    });
  };
  const legend = [
    [totals.complete, 'complete'],
    [totals.open, 'open'],
    [totals.short, 'short'],
    [totals.failed, 'failed'],
  ] as const;
  const parts = legend
    .filter(([number]) => number > 0)
    .map(([number, state]) => h('span', { class: `key key-${state}` }, `${count(number)} ${state}`));
  return h(
    'div',
    { class: 'windows' },
    h('p', { class: 'windows-label' }, h('span', {}, plural(totals.windows, 'window')), parts),
    h(
      'div',
      { class: 'stripes', role: 'img', 'aria-label': `${totals.complete} of ${plural(totals.windows, 'window')} complete` },
      segments.map(stripe),
    ),
  );
}

function facts(run: HarvestRun, perSecond: number | null): HTMLElement {
  const { totals, seconds, requests } = run;
  const mean = seconds > 0 ? totals.received / seconds : 0;
  const rows: (readonly [string, string | null])[] = [
    ['Started', moment(run.started_at)],
    [run.state === 'running' ? 'Running for' : 'Took', duration(seconds)],
    [
      run.state === 'running' && perSecond !== null ? 'Records a second now' : 'Records a second',
      count(Math.round(run.state === 'running' && perSecond !== null ? perSecond : mean)),
    ],
    ['Requests', count(requests)],
    ['Lists begun again', totals.restarts > 0 ? count(totals.restarts) : null],
    ['In quarantine', totals.quarantined > 0 ? count(totals.quarantined) : null],
    ['Arrived, not through yet', totals.pending > 0 ? count(totals.pending) : null],
  ];
  return h(
    'dl',
    { class: 'run-facts' },
    rows.filter(([, value]) => value !== null).map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
  );
}

function problemTable(run: HarvestRun, problems: HarvestRunDetail['problems']): HTMLElement {
  const heads = ['Window', 'State', 'Tries', 'Declared', 'Received', 'Why'];
  const row = (one: HarvestRunDetail['problems'][number]): HTMLElement =>
    h(
      'tr',
      {},
      h(
        'td',
        {},
        [one.from, one.until].map((instant) => instant?.slice(0, 19).replace('T', ' ') ?? '…').join(' – '),
        one.set && ` ${one.set}`,
      ),
      h('td', {}, stateBadge(one.state)),
      h('td', {}, count(one.attempt)),
      h('td', {}, one.declared === null ? '–' : count(one.declared)),
      h('td', {}, count(one.received)),
      h('td', {}, one.failure),
    );
  return h(
    'details',
    { class: 'problems', id: `problems-${run.id}` },
    h('summary', {}, plural(problems.length, 'window'), ' with problems'),
    h(
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
        h('tbody', {}, problems.map(row)),
      ),
    ),
  );
}

/** An earlier run in the table of them. */
export function runRow(run: HarvestRun): HTMLElement {
  const { totals } = run;
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, `${run.id} ${run.kind}`),
    h('td', { title: run.failure }, stateBadge(run.state)),
    h('td', {}, moment(run.started_at)),
    h('td', {}, duration(run.seconds)),
    [totals.declared, totals.distinct_received, totals.stored, totals.indexed].map((value) =>
      h('td', {}, value === null ? '–' : count(value)),
    ),
  );
}
