import type { Problem } from '../problems/problem.ts';
import { recordPath } from '../shapes/links.ts';
import { day, instant, sentence } from './format.ts';
import { h, type Html, icon, said } from './html.ts';

interface Tombstone {
  readonly title: string | null;
  readonly doi: string | null;
  readonly oai_identifier: string;
  readonly first_seen: string;
  readonly deleted_seen: string;
}

interface Choice {
  readonly id: string;
  readonly source: string;
  readonly title: string | null;
}

/** What a person sees in place of a page: a tombstone, the choices of an ambiguous number, or what is wrong. `name` is what the address names. */
export function problemMain(problem: Problem, name: string | null = null): Html {
  const { tombstone, choices } = problem as Problem & { tombstone?: Tombstone; choices?: readonly Choice[] };
  if (tombstone !== undefined) return h('div', { class: 'alone' }, tombstoneBox(tombstone));
  return h(
    'div',
    { class: 'alone refusal' },
    h(
      'div',
      { class: 'problem', role: 'alert' },
      icon('warning'),
      h(
        'div',
        {},
        h('h1', {}, problem.title),
        h('p', {}, sentence(problem.detail)),
        problem.status >= 500 && h('p', { class: 'quiet mono' }, `request ${problem.request_id}`),
      ),
    ),
    choices && h('ul', { class: 'lines' }, choices.map(choiceLine)),
    problem.status === 404 &&
      name !== null &&
      h('p', {}, h('a', { href: `/?q=${encodeURIComponent(`"${name}"`)}` }, `Search for “${name}” instead`)),
    problem.status === 404 && name === null && h('p', {}, h('a', { href: '/' }, 'Search the records')),
  );
}

function choiceLine({ id, source, title }: Choice): Html {
  return h(
    'li',
    {},
    h('a', { href: `/records/${recordPath({ uniqueName: id })}` }, said(title ?? id)),
    h('span', { class: 'quiet' }, ` of ${source}`),
  );
}

function tombstoneBox({ title, doi, oai_identifier: identifier, first_seen: first, deleted_seen: deleted }: Tombstone): Html {
  return h(
    'article',
    { class: 'tombstone' },
    h('span', { class: 'badge' }, 'Deleted'),
    h('h1', { dir: 'auto' }, title ?? identifier),
    h(
      'p',
      {},
      `The source has taken this record away. It was first seen here on ${day(first.slice(0, 10))} and found deleted on ${instant(deleted)}.`,
    ),
    h(
      'dl',
      { class: 'details' },
      doi && [h('dt', {}, 'DOI'), h('dd', { class: 'mono' }, doi)],
      h('dt', {}, 'OAI identifier'),
      h('dd', { class: 'mono' }, identifier),
    ),
  );
}
