import type { NormalisedRecord, Problem, RecordExtras, RecordPage, ZenodoRecord } from '@thresher/api';
import { ask, Refused } from './api-client.ts';
import { fill, h, icon } from './dom.ts';
import { day, moment } from './format.ts';
import { problemBox } from './problem-box.ts';
import { recordAside } from './record-aside.ts';
import { recordBody } from './record-body.ts';

/** The page of one record; its name is whatever the API takes: number, DOI, OAI identifier. */
export async function showRecordPage(main: HTMLElement, name: string): Promise<void> {
  fill(main, h('p', { class: 'loading', role: 'status' }, 'Loading the record …'));
  try {
    const path = `/api/records/${encodeURIComponent(name)}`;
    const [{ value: record }, { value: fetched }, versions, extras] = await Promise.all([
      ask<NormalisedRecord>(`${path}/export/normalised`),
      ask<Fetched>(path),
      versionsOf(path),
      extrasOf(name),
    ]);
    draw(main, record, fetched, versions, extras);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(
      main,
      h(
        'div',
        { class: 'alone' },
        refusal(error.problem, name, () => void showRecordPage(main, name)),
      ),
    );
  }
}

/** What does not come with OAI-PMH. */
type Fetched = Pick<ZenodoRecord, 'files' | 'stats'>;

/** A record is worth showing without them. */
async function versionsOf(path: string): Promise<RecordPage['hits']['hits']> {
  return ask<RecordPage>(`${path}/versions`).then(
    ({ value }) => value.hits.hits,
    () => [],
  );
}

/** And without these. */
async function extrasOf(name: string): Promise<RecordExtras | null> {
  return ask<RecordExtras>(`/page-data/records/${encodeURIComponent(name)}`).then(
    ({ value }) => value,
    () => null,
  );
}

function draw(
  main: HTMLElement,
  record: NormalisedRecord,
  fetched: Fetched,
  versions: RecordPage['hits']['hits'],
  extras: RecordExtras | null,
): void {
  document.title = `${record.metadata.title ?? 'Record'} – Thresher`;
  // A concept's name led to its latest version, which has its own address.
  const own = new URL(record.links['html'] ?? location.href).pathname;
  if (own !== location.pathname) history.replaceState(null, '', own);
  fill(
    main,
    backLink(),
    h('div', { class: 'record' }, recordBody(record, fetched.files, extras), recordAside(record, fetched.stats, versions, extras)),
  );
}

/** To the results one came from, as they were. */
function backLink(): HTMLElement | null {
  if (!document.referrer.startsWith(`${location.origin}/`) || history.length < 2) return null;
  const cameFromSearch = new URL(document.referrer).pathname === '/';
  return cameFromSearch
    ? h(
        'p',
        { class: 'back' },
        h('button', { class: 'link', type: 'button', onclick: () => history.back() }, icon('back'), 'Back to the results'),
      )
    : null;
}

interface Tombstone {
  readonly title: string | null;
  readonly doi: string | null;
  readonly oai_identifier: string;
  readonly first_seen: string;
  readonly deleted_seen: string;
}

function refusal(problem: Problem, name: string, again: () => void): HTMLElement {
  const { tombstone } = problem as Problem & { tombstone?: Tombstone };
  if (tombstone !== undefined) return tombstoneBox(tombstone);
  if (problem.status !== 404) return problemBox(problem, again, 'h1');
  return h(
    'div',
    { class: 'refusal' },
    problemBox(problem, again, 'h1'),
    h('p', {}, h('a', { href: `/?q=${encodeURIComponent(`"${name}"`)}` }, `Search for “${name}” instead`)),
  );
}

function tombstoneBox({ title, doi, oai_identifier, first_seen, deleted_seen }: Tombstone): HTMLElement {
  return h(
    'article',
    { class: 'tombstone' },
    h('span', { class: 'badge' }, 'Deleted'),
    h('h1', { dir: 'auto' }, title ?? oai_identifier),
    h(
      'p',
      {},
      `The source has taken this record away. It was first seen here on ${day(first_seen.slice(0, 10))} and found deleted on ${moment(deleted_seen)}.`,
    ),
    h(
      'dl',
      { class: 'details' },
      doi && [h('dt', {}, 'DOI'), h('dd', { class: 'mono' }, doi)],
      h('dt', {}, 'OAI identifier'),
      h('dd', { class: 'mono' }, oai_identifier),
    ),
  );
}
