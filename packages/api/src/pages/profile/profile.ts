import { type Bar, barList, columnChart } from '../charts.ts';
import { count, day, plural } from '../format.ts';
import { type Child, h, type Html, said } from '../html.ts';

/** A record in a list of the newest. */
export interface ListedRecord {
  readonly path: string;
  readonly title: string | null;
  readonly creators: readonly string[];
  readonly date: string | null;
}

/** What the index counts for a community, a person or an organisation. */
export interface Profile {
  /** Latest versions. */
  readonly total: number;
  /** By ascending year. */
  readonly years: readonly Bar[];
  /** The greatest first, by name of the facet. */
  readonly facets: Readonly<Record<string, readonly Bar[]>>;
  readonly newest: readonly ListedRecord[];
}

/** Headings of facets, in the order of the page. */
const HEADINGS: readonly (readonly [facet: string, title: string])[] = [
  ['resource_type', 'Types'],
  ['access_status', 'Access to the files'],
  ['license', 'Licences'],
  ['person', 'Creators'],
  ['affiliation', 'Affiliations'],
  ['funder', 'Funders'],
  ['community', 'Communities'],
  ['subject', 'Subjects'],
  ['language', 'Languages'],
];

/** The part that all three pages share; `unavailable` says why the index was not asked. */
export function profileBody(profile: Profile | null, unavailable: string | null, without: readonly string[] = []): Child {
  if (profile === null) return h('p', { class: 'empty' }, unavailable);
  return [
    columnChart('Records by year of publication', profile.years, 'Records'),
    h(
      'div',
      { class: 'columns' },
      HEADINGS.filter(([facet]) => !without.includes(facet)).map(([facet, title]) => barList(title, profile.facets[facet] ?? [])),
    ),
    newestList(profile.newest),
  ];
}

function newestList(records: readonly ListedRecord[]): Html | null {
  if (records.length === 0) return null;
  const line = ({ path, title, creators, date }: ListedRecord): Html =>
    h(
      'li',
      {},
      h('a', { href: path }, said(title ?? 'Without a title')),
      h('span', { class: 'quiet' }, [
        creators.slice(0, 3).join('; '),
        creators.length > 3 && ` and ${count(creators.length - 3)} more`,
        date !== null && ` · ${day(date)}`,
      ]),
    );
  return h('section', { class: 'newest' }, h('h2', {}, 'Newest records'), h('ul', { class: 'lines' }, records.map(line)));
}

/** Heading, a line of facts, and links that lead on. */
export function profileHead(title: string, facts: readonly Child[], links: readonly Child[]): Html {
  return h(
    'header',
    { class: 'profile-head' },
    h('h1', { dir: 'auto' }, title),
    h(
      'p',
      { class: 'facts' },
      facts.filter(Boolean).map((fact) => h('span', {}, fact)),
    ),
    h('p', { class: 'actions' }, links),
  );
}

export const recordCount = (number: number): string => plural(number, 'record');
