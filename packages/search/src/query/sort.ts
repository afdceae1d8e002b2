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

/** Orders of Zenodo by facts that OAI-PMH does not carry: the newest first, as at Zenodo for records without them. */
const UNCARRIED = ['conference-desc', 'conference-asc', 'journal-desc', 'journal-asc'] as const;

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
  ...Object.fromEntries(UNCARRIED.map((name) => [name, NEWEST])),
};

export const SORT_NAMES: readonly string[] = Object.keys(SORTS);

/** What to tell a person about a sort that has nothing to sort by; null for all others. */
export function sortNote(sort: string): string | null {
  const isUncarried = (UNCARRIED as readonly string[]).includes(sort.replace(/^-/, ''));
  return isUncarried ? `OAI-PMH carries no journals and conferences, so '${sort}' sorts the newest records first` : null;
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

function unknownSort(sort: string, name: string): QueryError {
  const near = nearest(name, SORT_NAMES);
  const hint = near === null ? `use one of ${SORT_NAMES.join(', ')}` : `did you mean '${near}'? There are ${SORT_NAMES.join(', ')}`;
  return new QueryError(`there is no sort '${sort}': ${hint}`, { code: 'wrong-parameter', parameter: 'sort' });
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
  if (field === 'title.sort') return { [field]: { order, missing: '_last' } };
  if (field === 'datestamp' || field === 'publication_date')
    return { [field]: { order, missing: order === 'asc' ? LAST_INSTANT : -LAST_INSTANT, numeric_type: 'date' } };
  return { [field]: { order, missing: order === 'asc' ? Number.MAX_SAFE_INTEGER : -1, unmapped_type: 'long' } };
}

/** Milliseconds; beyond the years of four digits, which is all that the index has. */
const LAST_INSTANT = 400_000_000_000_000;
