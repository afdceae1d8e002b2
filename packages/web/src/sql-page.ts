import type { QueryResult } from '@thresher/api';
import { chartSvg, type ChartData } from '@thresher/api/chart-svg';
import { count, plural } from '@thresher/api/format';
import { askWith, Refused } from './api-client.ts';
import { type Child, fill, h } from './dom.ts';
import { saveAs, svgToPng } from './picture.ts';
import { problemBox } from './problem-box.ts';
import { readHistory, remembered, writeHistory } from './query-history.ts';
import { chartOf } from './result-chart.ts';

interface Parts {
  readonly form: HTMLFormElement;
  readonly box: HTMLTextAreaElement;
  readonly cancel: HTMLButtonElement;
  readonly result: HTMLElement;
  readonly history: HTMLElement;
}

/** Makes the query box, which the server has rendered, run its query. */
export function enableSqlForm(main: HTMLElement, form: HTMLFormElement): void {
  const parts: Parts = {
    form,
    box: form.querySelector('textarea')!,
    cancel: form.querySelector('[data-cancel]')!,
    result: main.querySelector('[data-sql-result]')!,
    history: main.querySelector('[data-sql-history]')!,
  };
  let running = new AbortController();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    running.abort();
    running = new AbortController();
    const { submitter } = event;
    void run(parts, submitter instanceof HTMLButtonElement ? submitter.value : 'json', running.signal);
  });
  parts.cancel.addEventListener('click', () => running.abort());
  parts.box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  showHistory(parts);
}

async function run(parts: Parts, format: string, signal: AbortSignal): Promise<void> {
  const { box, cancel, result, form } = parts;
  cancel.hidden = false;
  fill(result, h('p', { role: 'status' }, 'The query is running …'));
  try {
    const key = form.querySelector<HTMLInputElement>('[name="key"]')?.value ?? '';
    const reply = await askWith('/analytics/sql', { query: box.value, format }, key, signal);
    if (format === 'json') showResult(result, (await reply.json()) as QueryResult);
    else {
      saveAs(await reply.blob(), `query.${format}`);
      fill(result, h('p', { role: 'status' }, `The result was saved as query.${format}.`));
    }
    writeHistory(localStorage, remembered(readHistory(localStorage), box.value));
    showHistory(parts);
  } catch (error) {
    if (error instanceof Refused)
      fill(
        result,
        problemBox(error.problem, () => void run(parts, format, signal)),
      );
    else if (signal.aborted) fill(result, h('p', { role: 'status' }, 'The query was cancelled.'));
    else throw error;
  } finally {
    cancel.hidden = true;
  }
}

function showResult(result: HTMLElement, found: QueryResult): void {
  const chart = chartOf(found);
  const line = `${found.isCut ? `The first ${count(found.rows.length)} rows` : plural(found.rows.length, 'row')} in ${count(found.tookMs)} ms`;
  fill(result, h('p', { role: 'status' }, line), chart !== null && chartFigure(chart), resultTable(found));
}

/** The picture is made by the same function as those of the server, and is parsed as a separate document, in which no script runs. */
function chartFigure(chart: ChartData): HTMLElement {
  const svg = chartSvg(chart);
  const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const save = (name: string, make: () => Blob | Promise<Blob>): HTMLElement =>
    h(
      'button',
      { type: 'button', class: 'link', onclick: () => void Promise.resolve(make()).then((file) => saveAs(file, `query.${name}`)) },
      name.toUpperCase(),
    );
  return h(
    'figure',
    { class: 'result-chart' },
    document.adoptNode(drawing),
    h(
      'figcaption',
      {},
      save('svg', () => new Blob([svg], { type: 'image/svg+xml' })),
      ' ',
      save('png', () => svgToPng(svg)),
    ),
  );
}

function resultTable({ columns, rows }: QueryResult): HTMLElement {
  const cell = (value: string | null): Child => (value === null ? h('span', { class: 'quiet' }, 'null') : value);
  return h(
    'div',
    { class: 'result-table', tabindex: 0, role: 'region', 'aria-label': 'Rows' },
    h(
      'table',
      { class: 'rows' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) =>
          h(
            'tr',
            {},
            row.map((value) => h('td', { dir: 'auto' }, cell(value))),
          ),
        ),
      ),
    ),
  );
}

function showHistory({ history, box }: Parts): void {
  const queries = readHistory(localStorage);
  history.hidden = queries.length === 0;
  const take = (query: string): void => {
    box.value = query;
    box.focus();
  };
  const line = (query: string): HTMLElement =>
    h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'link mono', onclick: () => take(query) },
        query.length > 160 ? `${query.slice(0, 160)}…` : query,
      ),
    );
  fill(history.querySelector('ol')!, queries.map(line));
}
