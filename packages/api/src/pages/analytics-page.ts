import type { Analysis, AnalysisFilter, AnalysisRow } from '@thresher/store/read';
import { chartSvg } from './chart-svg.ts';
import { type Bar, barList, columnChart } from './charts.ts';
import { instant, languageName, spelled } from './format.ts';
import { h, type Html } from './html.ts';
import type { Page } from './layout.ts';
import { profileHead } from './profile/profile.ts';
import type { StackedRow } from './stack.ts';
import { stackedChart, stackedSvg } from './stacked-chart.ts';

/** An analysis with its answer; null: it took too long. */
export interface Answered {
  readonly analysis: Analysis;
  readonly rows: readonly AnalysisRow[] | null;
}

interface AnalyticsView {
  readonly answers: readonly Answered[];
  /** When the figures were computed. */
  readonly asOf: Date | null;
  /** Names of sources. */
  readonly sources: readonly string[];
  readonly filter: AnalysisFilter;
}

/** The collection at a glance: each chart with its query and its numbers. */
export function analyticsPage({ answers, asOf, sources, filter }: AnalyticsView): Page {
  const known = answers.filter(({ rows }) => rows === null || rows.length > 0);
  return {
    title: 'Analytics',
    path: '/analytics',
    main: h(
      'div',
      { class: 'profile' },
      profileHead(
        'Analytics',
        [asOf !== null && `As of ${instant(asOf.toISOString())}`, described(filter)],
        [
          h('a', { class: 'button', href: '/analytics/sql' }, 'Ask in SQL'),
          h('a', { class: 'button', href: '/docs/questions' }, 'Twelve questions in SQL'),
          h('a', { class: 'button', href: '/docs/studies/README' }, 'Studies'),
        ],
      ),
      filterForm(filter, sources),
      known.length === 0 &&
        h(
          'p',
          { class: 'empty' },
          described(filter) === ALL
            ? 'The figures are computed at the end of a harvest. There are none yet.'
            : 'No record is in all of these filters.',
        ),
      known.filter(({ analysis }) => analysis.form !== 'list').map((one) => figure(one, filter)),
      h(
        'div',
        { class: 'columns' },
        known.filter(({ analysis }) => analysis.form === 'list').map((one) => figure(one, filter)),
      ),
    ),
  };
}

const ALL = 'All sources together';

function described({ source, community, from, to }: AnalysisFilter): string {
  const years = from === null && to === null ? null : from === to ? `${from}` : `${from ?? 'the beginning'} to ${to ?? 'today'}`;
  const parts = [source && `source ${source}`, community && `community ${community}`, years && `published ${years}`].filter(Boolean);
  return parts.length === 0 ? ALL : `Only ${parts.join(', ')}`;
}

/** One filter for all charts, without a script. */
function filterForm(filter: AnalysisFilter, sources: readonly string[]): Html {
  const field = (label: string, control: Html): Html => h('label', {}, h('span', {}, label), control);
  const yearField = (name: 'from' | 'to', label: string): Html =>
    field(
      label,
      h('input', { name, inputmode: 'numeric', pattern: '\\d{4}', maxlength: 4, size: 6, placeholder: 'year', value: filter[name] }),
    );
  return h(
    'form',
    { class: 'chart-filter', action: '/analytics', 'aria-label': 'Filter all charts' },
    field(
      'Source',
      h(
        'select',
        { name: 'source' },
        h('option', { value: '' }, 'All'),
        sources.map((name) => h('option', { value: name, selected: name === filter.source }, name)),
      ),
    ),
    field('Community', h('input', { name: 'community', placeholder: 'slug', autocomplete: 'off', value: filter.community })),
    yearField('from', 'Published from'),
    yearField('to', 'to'),
    h('button', {}, 'Show'),
    described(filter) !== ALL && h('a', { href: '/analytics' }, 'Everything'),
  );
}

/** The filter as the query of an address. */
function queryOf(filter: AnalysisFilter): string {
  const set = Object.entries(filter).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)] as [string, string]]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
}

function figure({ analysis, rows }: Answered, filter: AnalysisFilter): Html {
  const { id, title, form, counts } = analysis;
  const sql = analysis.sql(filter);
  const drawn = (): Html | null => {
    if (form === 'stacked') return stackedChart({ title, counts, rows: stackedRows(id, rows ?? []) });
    const bars = rows?.map((row) => toBar(id, row)) ?? [];
    return form === 'columns' ? columnChart(title, bars, counts) : barList(title, bars);
  };
  const link = (kind: string): Html =>
    h(
      'a',
      {
        class: 'quiet',
        href: `/analytics/${id}.${kind}${queryOf(filter)}`,
        download: true,
        'aria-label': `${kind.toUpperCase()} of ${title}`,
      },
      kind.toUpperCase(),
    );
  return h(
    'div',
    { class: 'analysis' },
    rows === null
      ? h(
          'section',
          { class: 'bars' },
          h('h2', {}, title),
          h('p', { class: 'quiet' }, 'This takes longer than 5 s with these filters. Its SQL runs in thresher sql.'),
        )
      : drawn(),
    h(
      'details',
      { class: 'query' },
      h('summary', {}, 'SQL'),
      h('pre', { tabindex: 0 }, h('code', {}, sql)),
      h('a', { href: `/analytics/sql?q=${encodeURIComponent(sql)}` }, 'Change and run it'),
    ),
    rows !== null && [
      link('svg'),
      h(
        'button',
        {
          class: 'link',
          type: 'button',
          hidden: true,
          'data-png': `/analytics/${id}.svg${queryOf(filter)}`,
          'data-name': id,
          'aria-label': `PNG of ${title}`,
        },
        'PNG',
      ),
      link('csv'),
    ],
  );
}

const PATHS: Readonly<Record<string, string>> = { communities: '/communities/', people: '/people/', organisations: '/organisations/' };

function toBar(id: string, row: AnalysisRow): Bar {
  const base = PATHS[id];
  return {
    label: wordsOf(id, row.label),
    value: row.value,
    ...(base !== undefined && { href: base + encodeURIComponent(row.id ?? row.label) }),
  };
}

/** A chart as a picture by itself. */
export function analysisSvg({ id, title, form, counts }: Analysis, rows: readonly AnalysisRow[]): string {
  if (form === 'stacked') return stackedSvg({ title, counts, rows: stackedRows(id, rows) });
  return chartSvg({ title, form, counts, rows: rows.map(({ label, value }) => ({ label: wordsOf(id, label), value })) });
}

const stackedRows = (id: string, rows: readonly AnalysisRow[]): StackedRow[] =>
  rows.map(({ label, part, value }) => ({ label, part: wordsOf(id, part ?? ''), value }));

/** Those whose values are words of a vocabulary. */
const SPELLED = new Set(['types', 'access', 'types-by-year', 'access-by-year']);

/** A value as people read it. */
function wordsOf(id: string, value: string): string {
  if (id === 'languages') return languageName(value);
  return SPELLED.has(id) ? spelled(value) : value;
}
