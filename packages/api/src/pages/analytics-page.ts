import type { Analysis, AnalysisRow } from '@thresher/store/read';
import { type Bar, barList, columnChart } from './charts.ts';
import { instant, languageName, spelled } from './format.ts';
import { h, type Html } from './html.ts';
import type { Page } from './layout.ts';
import { profileHead } from './profile/profile.ts';

export interface Answered {
  readonly analysis: Analysis;
  readonly rows: readonly AnalysisRow[];
}

/** The collection at a glance: each chart with its query and its numbers. */
export function analyticsPage(answers: readonly Answered[], asOf: Date | null): Page {
  const known = answers.filter(({ rows }) => rows.length > 0);
  return {
    title: 'Analytics',
    path: '/analytics',
    main: h(
      'div',
      { class: 'profile' },
      profileHead(
        'Analytics',
        [asOf !== null && `As of ${instant(asOf.toISOString())}`, 'All sources together'],
        [
          h('a', { class: 'button', href: '/docs/questions' }, 'Twelve questions in SQL'),
          h('a', { class: 'button', href: '/docs/studies/README' }, 'Studies'),
        ],
      ),
      known.length === 0 && h('p', { class: 'empty' }, 'The figures are computed at the end of a harvest. There are none yet.'),
      known.filter(({ analysis }) => analysis.form === 'columns').map(figure),
      h('div', { class: 'columns' }, known.filter(({ analysis }) => analysis.form === 'list').map(figure)),
    ),
  };
}

function figure({ analysis, rows }: Answered): Html {
  const { id, title, form, counts, sql } = analysis;
  const bars = rows.map((row) => toBar(id, row));
  return h(
    'div',
    { class: 'analysis' },
    form === 'columns' ? columnChart(title, bars, counts) : barList(title, bars),
    h('details', { class: 'query' }, h('summary', {}, 'SQL'), h('pre', {}, h('code', {}, sql))),
    h('a', { class: 'quiet', href: `/analytics/${id}.csv`, 'aria-label': `CSV of ${title}` }, 'CSV'),
  );
}

const PATHS: Readonly<Record<string, string>> = { communities: '/communities/', people: '/people/', organisations: '/organisations/' };

function toBar(id: string, row: AnalysisRow): Bar {
  const base = PATHS[id];
  return {
    label: labelOf(id, row.label),
    value: row.value,
    ...(base !== undefined && { href: base + encodeURIComponent(row.id ?? row.label) }),
  };
}

function labelOf(id: string, label: string): string {
  if (id === 'languages') return languageName(label);
  return id === 'types' || id === 'access' ? spelled(label) : label;
}
