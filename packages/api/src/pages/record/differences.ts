import type { RecordVersion, StoredRecordView } from '@thresher/store/read';
import type { FieldDifference } from '../../shapes/field-differences.ts';
import { fieldLabel } from '../../shapes/field-differences.ts';
import type { TextPiece } from '../../shapes/word-differences.ts';
import { recordPath } from '../../shapes/links.ts';
import { count, day, instant, plural } from '../format.ts';
import { type Child, h, type Html, said } from '../html.ts';
import type { Page } from '../layout.ts';

interface Comparison {
  /** The record that the page belongs to. */
  readonly record: StoredRecordView;
  /** Its versions, the latest first. */
  readonly versions: readonly RecordVersion[];
  readonly before: StoredRecordView;
  readonly after: StoredRecordView;
  readonly differences: readonly FieldDifference[];
}

/** What differs between two versions of a record. */
export function comparePage({ record, versions, before, after, differences }: Comparison): Page {
  const path = `/records/${recordPath(record)}`;
  return {
    title: `Versions of ${record.metadata?.title ?? record.uniqueName}`,
    path: `${path}/compare`,
    main: h(
      'div',
      { class: 'profile differences' },
      head(path, record.metadata?.title ?? null, 'Differences between two versions'),
      versions.length > 1 && versionForm(`${path}/compare`, versions, before, after),
      h(
        'p',
        {},
        differences.length === 0
          ? 'The metadata are the same in '
          : `${plural(differences.length, 'field differs', 'fields differ')} between `,
        recordLink(before),
        ' and ',
        recordLink(after),
        '.',
      ),
      differenceTable(differences, 'Only in the first', 'Only in the second'),
    ),
  };
}

interface History {
  readonly title: string | null;
  /** Name of the record in paths. */
  readonly id: string;
  /** The present one first. */
  readonly revisions: readonly {
    readonly revision: number;
    readonly from: string;
    readonly deleted: boolean;
    readonly paths: readonly string[];
    readonly differences: readonly FieldDifference[];
  }[];
  readonly total: number;
}

/** The revisions of a record that this mirror saw, with what each changed. */
export function historyPage({ title, id, revisions, total }: History): Page {
  return {
    title: `History of ${title ?? id}`,
    path: `/records/${id}/history`,
    main: h(
      'div',
      { class: 'profile differences' },
      head(`/records/${id}`, title, 'History'),
      h('p', { class: 'quiet' }, `${plural(total, 'revision')}, as this mirror saw them. Earlier changes at the source are not known.`),
      revisions.map((one, place) => revisionSection(one, place === total - 1)),
      revisions.length < total &&
        h('p', { class: 'quiet' }, `These are the last ${count(revisions.length)}. The first revisions are not shown.`),
    ),
  };
}

function revisionSection({ revision, from, deleted, paths, differences }: History['revisions'][number], isFirst: boolean): Html {
  const others = paths.filter((path) => path === 'setSpecs' || path === 'deleted' || path === 'metadata');
  return h(
    'section',
    {},
    h('h2', {}, `Revision ${revision}`, h('span', { class: 'quiet' }, ' ', h('time', { datetime: from }, instant(from)))),
    deleted && h('p', {}, h('span', { class: 'badge' }, 'deleted')),
    paths.length === 0 && h('p', { class: 'quiet' }, isFirst ? 'First seen here.' : 'Nothing is known of what it changed.'),
    others.length > 0 && h('p', {}, `Changed: ${others.map(fieldLabel).join(', ')}`),
    differenceTable(differences, 'Before', 'After'),
  );
}

function head(path: string, title: string | null, what: string): Html {
  return h('header', { class: 'profile-head' }, h('p', {}, h('a', { href: path }, said(title ?? 'The record'))), h('h1', {}, what));
}

/** Any two versions, without a script. */
function versionForm(action: string, versions: readonly RecordVersion[], before: StoredRecordView, after: StoredRecordView): Html {
  const select = (name: string, label: string, chosen: StoredRecordView): Html =>
    h(
      'label',
      {},
      h('span', {}, label),
      h(
        'select',
        { name },
        versions.map((one) => versionOption(one, one.oaiIdentifier === chosen.oaiIdentifier)),
      ),
    );
  return h('form', { class: 'compare', action }, select('from', 'From', before), select('to', 'to', after), h('button', {}, 'Compare'));
}

/** A version in a list to choose from. */
export function versionOption({ uniqueName, version, publicationDate }: RecordVersion, selected = false): Html {
  const label = version === null ? `Record ${uniqueName}` : `Version ${version.slice(0, 40)}`;
  return h('option', { value: uniqueName, selected }, `${label}${publicationDate === null ? '' : `, ${day(publicationDate)}`}`);
}

function recordLink(record: StoredRecordView): Html {
  const version = record.metadata?.version;
  return h('a', { href: `/records/${recordPath(record)}` }, version ? ['version ', said(version)] : `record ${record.uniqueName}`);
}

function differenceTable(differences: readonly FieldDifference[], before: string, after: string): Html | null {
  if (differences.length === 0) return null;
  const heading = (text: string): Html => h('th', { scope: 'col' }, text);
  const row = (one: FieldDifference): Html =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, one.label),
      one.note === null
        ? one.words === null
          ? [h('td', {}, values(one.removed, 'del')), h('td', {}, values(one.added, 'ins'))]
          : [h('td', {}, words(one.words.before, 'del')), h('td', {}, words(one.words.after, 'ins'))]
        : h('td', { colspan: 2, class: 'quiet' }, NOTES[one.note]),
    );
  return h(
    'table',
    { class: 'rows difference-table' },
    h('thead', {}, h('tr', {}, heading('Field'), heading(before), heading(after))),
    h('tbody', {}, differences.map(row)),
  );
}

const NOTES = { order: 'The same values in another order', details: 'Details that are not shown here' } as const;

/** Longer lists are of interest to programs. */
const SHOWN = 30;

/** A text in which the words that the other one lacks are marked. */
function words(pieces: readonly TextPiece[], tag: 'del' | 'ins'): Html {
  return h(
    'p',
    { class: 'words', dir: 'auto' },
    pieces.map(({ text, changed }) => (changed ? h(tag, {}, text) : text)),
  );
}

function values(list: readonly string[], tag: 'del' | 'ins'): Child {
  if (list.length === 0) return h('span', { class: 'quiet' }, '–');
  const more = list.length - SHOWN;
  return h(
    'ul',
    { class: 'plain' },
    list.slice(0, SHOWN).map((one) => h('li', {}, h(tag, { dir: 'auto' }, one))),
    more > 0 && h('li', { class: 'quiet' }, `and ${count(more)} more`),
  );
}
