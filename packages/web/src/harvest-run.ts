import type { HarvestReport, HarvestRun, HarvestRunDetail } from '@thresher/api';
import { dataTable } from './data-table.ts';
import { h, icon, type Child } from './dom.ts';
import { type Rates, type Sample, secondsLeft } from './harvest-pace.ts';
import { count, duration, moment, percent, plural } from '@thresher/api/format';

/** What the card of a run shows next to the run. */
interface Around {
  readonly source: Pick<HarvestReport['sources'][number], 'paused_at' | 'rate_limit'>;
  readonly sample: Sample;
  /** Null if the run does not go on, or too little was measured. */
  readonly rates: Rates | null;
}

/** How far a run was at the instant of a report. */
export function sampleOf({ id, requests, progress: { received, in_sql, in_search } }: HarvestRun, now: string): Sample {
  return { run: id, at: Date.parse(now), received, inSql: in_sql, inSearch: in_search, requests };
}

/** The last run of a source: how far it is, and whether what was declared is all there. */
export function runCard({ run, segments, problems }: HarvestRunDetail, around: Around): HTMLElement {
  const { totals } = run;
  return h(
    'div',
    { class: 'run' },
    h('p', { class: 'run-line' }, stateBadge(run.state), `${run.kind} harvest no. ${run.id}`, h('span', { class: 'quiet' }, scope(run))),
    run.state === 'running' && progress(run, around),
    flow(run),
    windowsBar(segments, totals),
    facts(run, around),
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

function progress(run: HarvestRun, { source, sample, rates }: Around): HTMLElement {
  const { totals } = run;
  const expected = Math.max(totals.expected, totals.declared);
  const through = run.progress.in_search ?? run.progress.in_sql;
  const left = secondsLeft(expected, sample, rates);
  const time =
    source.paused_at !== null
      ? 'paused'
      : left === null
        ? 'time left not known yet'
        : left > 0
          ? `about ${duration(left)} left`
          : 'being counted';
  return h(
    'div',
    { class: 'progress' },
    h('progress', {
      max: Math.max(expected, 1),
      value: Math.min(through, expected),
      'aria-label': run.progress.in_search === null ? 'Records in SQL' : 'Records through to search',
    }),
    h('span', {}, expected === 0 ? 'asking the repository' : `${percent(Math.min(through, expected), expected)} · ${time}`),
  );
}

/**
 * Declared → received → SQL → search; each step tells whether it lost anything. While a run goes on these are the records of its
 * pages, each step a part of the one before; then what was counted in SQL and search.
 */
function flow({ state, totals, progress: { received, in_sql, in_search } }: HarvestRun): HTMLElement {
  const isRunning = state === 'running';
  const declared = isRunning ? Math.max(totals.expected, totals.declared) : totals.declared;
  const arrived = isRunning ? received : totals.distinct_received;
  const steps: (readonly [label: string, value: number | null, wanted: number])[] = [
    ['Declared', declared, declared],
    ['Received', arrived, declared],
    ['In SQL', isRunning ? in_sql : totals.stored, arrived],
    ['In search', isRunning ? in_search : totals.indexed, arrived],
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

function facts(run: HarvestRun, { source, rates }: Around): HTMLElement {
  const { totals, seconds, requests } = run;
  const isRunning = run.state === 'running';
  const rows: (readonly [string, string | null])[] = [
    ['Started', moment(run.started_at)],
    [isRunning ? 'Running for' : 'Took', duration(seconds)],
    ['Requests', count(requests)],
    ['Requests per minute', isRunning ? requestRate(rates, source.rate_limit) : null],
    ...(isRunning ? stageRates(rates, run.progress.in_search !== null) : [meanRate(run)]),
    ['Lists begun again', totals.restarts > 0 ? count(totals.restarts) : null],
    ['In quarantine', totals.quarantined > 0 ? count(totals.quarantined) : null],
    ['Arrived, not through yet', totals.pending > 0 ? count(totals.pending) : null],
    ['Given up after every try', run.progress.set_aside > 0 ? count(run.progress.set_aside) : null],
  ];
  return h(
    'dl',
    { class: 'run-facts' },
    rows.filter(([, value]) => value !== null).map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
  );
}

function requestRate(rates: Rates | null, limit: number | null): string {
  const sent = rates === null ? 'measuring' : count(Math.round(rates.requestsPerMinute));
  return limit === null ? `${sent}, no limit known` : `${sent} of ${count(Math.round(limit))}`;
}

/** Records per second of each stage over the last minute. */
function stageRates(rates: Rates | null, searchable: boolean): (readonly [string, string | null])[] {
  const shown = (rate: number | null | undefined): string => (rate === null || rate === undefined ? 'measuring' : count(Math.round(rate)));
  return [
    ['Received per second', shown(rates?.received)],
    ['Into SQL per second', shown(rates?.inSql)],
    ['Into search per second', searchable ? shown(rates?.inSearch) : null],
  ];
}

const meanRate = ({ seconds, totals }: HarvestRun): readonly [string, string] => [
  'Records per second',
  count(Math.round(seconds > 0 ? totals.received / seconds : 0)),
];

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
    dataTable('Windows with problems', heads, problems.map(row)),
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
