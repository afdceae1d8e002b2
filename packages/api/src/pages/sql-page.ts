import type { TableDescription } from '@thresher/store/database';
import { h, type Html } from './html.ts';
import type { Page } from './layout.ts';

/** The query box, which its script runs, and the tables with what their columns mean. `needsKey`: the operator has set an admin key. */
export function sqlPage(tables: readonly TableDescription[], query: string, needsKey: boolean): Page {
  return {
    title: 'Ask in SQL',
    path: '/analytics/sql',
    main: h(
      'div',
      { class: 'profile sql-page' },
      h(
        'header',
        { class: 'profile-head' },
        h('p', {}, h('a', { href: '/analytics' }, 'Analytics')),
        h('h1', {}, 'Ask in SQL'),
        h(
          'p',
          { class: 'quiet' },
          'One query of PostgreSQL, as a role that can only read: 20 seconds, 1,000 rows shown, 100,000 rows in a file. ',
          needsKey
            ? 'It needs the admin key of this installation.'
            : 'It works only in a browser on the machine of the API, as no admin key is set.',
          ' Without these limits: ',
          h('code', {}, 'npx thresher sql'),
        ),
      ),
      h(
        'form',
        { class: 'sql-form', 'data-sql': true, 'aria-label': 'Ask the database' },
        h('label', { for: 'sql-query' }, 'Query'),
        h(
          'textarea',
          { id: 'sql-query', name: 'query', rows: 10, spellcheck: 'false', autocomplete: 'off', required: true, maxlength: 20_000 },
          query,
        ),
        needsKey &&
          h(
            'label',
            { class: 'sql-key' },
            h('span', {}, 'Admin key'),
            h('input', { type: 'password', name: 'key', autocomplete: 'off', required: true }),
          ),
        h(
          'p',
          { class: 'sql-actions' },
          h('button', { class: 'primary', name: 'format', value: 'json' }, 'Run'),
          h('button', { name: 'format', value: 'csv' }, 'CSV'),
          h('button', { name: 'format', value: 'parquet' }, 'Parquet'),
          h('button', { type: 'button', hidden: true, 'data-cancel': true }, 'Cancel'),
          h('span', { class: 'quiet' }, 'Ctrl+Enter runs it'),
        ),
      ),
      h('noscript', {}, h('p', { class: 'noscript' }, 'Running a query here needs JavaScript. The command npx thresher sql does not.')),
      h('section', { class: 'sql-result', 'aria-label': 'Result', 'data-sql-result': true }),
      h('section', { hidden: true, 'data-sql-history': true }, h('h2', {}, 'Earlier queries'), h('ol', { class: 'lines' })),
      h('section', {}, h('h2', {}, 'Tables and columns'), tables.map(tableEntry)),
    ),
  };
}

function tableEntry({ schema, name, kind, comment, columns }: TableDescription): Html {
  const full = schema === 'public' ? name : `${schema}.${name}`;
  return h(
    'details',
    { class: 'schema' },
    h('summary', {}, h('code', {}, full), ' ', h('span', { class: 'quiet' }, firstSentence(comment))),
    h('p', {}, comment, h('span', { class: 'quiet' }, ` (${kind})`)),
    h(
      'dl',
      { class: 'schema-columns' },
      columns.map((column) =>
        h('div', {}, h('dt', {}, h('code', {}, column.name), ' ', h('span', { class: 'quiet' }, column.type)), h('dd', {}, column.comment)),
      ),
    ),
  );
}

const firstSentence = (text: string | null): string => (/^.*?[.:](?=\s|$)/s.exec(text ?? '')?.[0] ?? text ?? '').replace(/[.:]$/, '');
