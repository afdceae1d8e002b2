import type { estypes } from '@elastic/elasticsearch';
import { QueryError } from '../errors.ts';
import { nearest } from './fields.ts';

type Order = 'asc' | 'desc';
type Key = readonly [field: string, order: Order];

/** Newest first: Zenodo numbers records in the order they were begun, and says nothing else about when. */
const NEWEST: readonly Key[] = [
  ['recid', 'desc'],
  ['publication_date', 'desc'],
];

/** Invenio-rdm-records, contrib/journal/sort.py and contrib/meeting/sort.py: `-asc` is ours, the same turned round. */
const JOURNAL: readonly Key[] = [
  ['publication_date', 'desc'],
  ['journal.volume', 'asc'],
  ['journal.issue', 'asc'],
  ['journal.pages', 'asc'],
];
const CONFERENCE: readonly Key[] = [
  ['meeting.session', 'desc'],
  ['meeting.session_part', 'desc'],
];

/** Sort orders by name; `-` before a name turns it round. */
const SORTS: Readonly<Record<string, readonly Key[]>> = {
  bestmatch: [['_score', 'desc']],
  newest: NEWEST,
  mostrecent: NEWEST,
  oldest: [
    ['recid', 'asc'],
    ['publication_date', 'asc'],
  ],
  'updated-desc': [['datestamp', 'desc']],
  'updated-asc': [['datestamp', 'asc']],
  publication_date: [['publication_date', 'asc']],
  'publication-desc': [['publication_date', 'desc']],
  'publication-asc': [['publication_date', 'asc']],
  'created-desc': NEWEST,
  'created-asc': [
    ['recid', 'asc'],
    ['publication_date', 'asc'],
  ],
  title: [['title.sort', 'asc']],
  'title-asc': [['title.sort', 'asc']],
  'title-desc': [['title.sort', 'desc']],
  version: [
    ['concept_recid', 'desc'],
    ['recid', 'desc'],
  ],
  mostviewed: [['stats.views', 'desc'], ...NEWEST],
  mostdownloaded: [['stats.downloads', 'desc'], ...NEWEST],
  'conference-desc': [...CONFERENCE, ...NEWEST],
  'conference-asc': [...CONFERENCE.map(reversedKey), ...NEWEST],
  'journal-desc': [...JOURNAL, ...NEWEST],
  'journal-asc': [...JOURNAL.map(reversedKey), ...NEWEST],
};

/** The names of sort orders. A `-` before a name reverses the order. */
export const SORT_NAMES: readonly string[] = Object.keys(SORTS);

/** A note for the user on a sort by facts that many records lack; null for all other sorts. */
export function sortNote(sort: string): string | null {
  const kind = /^-?(conference|journal)-(?:desc|asc)$/.exec(sort)?.[1];
  if (kind === undefined) return null;
  const [places, within] = kind === 'journal' ? ['volumes, issues and pages of journals', 'of a day '] : ['sessions of conferences', ''];
  return `${places} are known of records that a JSON dump or thresher enrich described: ${within}the others come after them, the newest first`;
}

/**
 * How to sort: by name, else best match first, or newest first where nothing is searched for and all match alike.
 * Throws `QueryError` for an unknown name.
 */
export function compileSort(sort: string | undefined, searchesWords: boolean): estypes.SortCombinations[] {
  const reversed = sort?.startsWith('-') ?? false;
  const name = sort?.replace(/^-/, '') || 'bestmatch';
  const keys = Object.hasOwn(SORTS, name) ? SORTS[name] : undefined;
  if (!keys) throw unknownSort(sort!, name);
  const effective = name === 'bestmatch' && !searchesWords ? NEWEST : keys;
  const ordered = effective.map(([field, order]) => [field, reversed ? turned(order) : order] as const);
  return [...ordered, ['record_id', 'desc'] as const].map(toSort);
}

/** Whether the value at this place of a sort may be missing in `search_after`: texts have no value that stands for it. */
export function mayLack(sort: string, index: number): boolean {
  const name = sort.replace(/^-/, '');
  const key = Object.hasOwn(SORTS, name) ? SORTS[name]![index] : undefined;
  return key !== undefined && isText(key[0]);
}

const isText = (field: string): boolean => field === 'title.sort' || field.startsWith('journal.') || field.startsWith('meeting.');

function unknownSort(sort: string, name: string): QueryError {
  const near = nearest(name, SORT_NAMES);
  const hint = near === null ? `use one of ${SORT_NAMES.join(', ')}` : `did you mean '${near}'? There are ${SORT_NAMES.join(', ')}`;
  return new QueryError(`there is no sort '${sort}': ${hint}`, { code: 'wrong-parameter', parameter: 'sort' });
}

function reversedKey([field, order]: Key): Key {
  return [field, turned(order)];
}

function turned(order: Order): Order {
  return order === 'asc' ? 'desc' : 'asc';
}

/**
 * Records without a value come last. For numbers and dates the value that stands for it is given, since the server's own
 * are beyond what JavaScript can send back in `search_after`.
 */
function toSort([field, order]: Key): estypes.SortCombinations {
  if (field === '_score') return { _score: { order } };
  if (isText(field)) return { [field]: { order, missing: '_last', unmapped_type: 'keyword' } };
  if (field === 'datestamp' || field === 'publication_date')
    return { [field]: { order, missing: order === 'asc' ? LAST_INSTANT : -LAST_INSTANT, numeric_type: 'date' } };
  return { [field]: { order, missing: order === 'asc' ? Number.MAX_SAFE_INTEGER : -1, unmapped_type: 'long' } };
}

/** Milliseconds; beyond the years of four digits, which is all that the index has. */
const LAST_INSTANT = 400_000_000_000_000;
