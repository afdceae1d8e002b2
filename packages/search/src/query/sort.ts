import type { estypes } from '@elastic/elasticsearch';
import { QueryError } from '../errors.ts';

type Order = 'asc' | 'desc';
type Key = readonly [field: string, order: Order];

/** Newest first: Zenodo numbers records in the order they were begun, and says nothing else about when. */
const NEWEST: readonly Key[] = [
  ['recid', 'desc'],
  ['publication_date', 'desc'],
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
  title: [['title.sort', 'asc']],
  version: [
    ['concept_recid', 'desc'],
    ['recid', 'desc'],
  ],
};

export const SORT_NAMES: readonly string[] = Object.keys(SORTS);

/**
 * How to sort: by name, else best match first, or newest first where nothing is searched for and all match alike.
 * Throws `QueryError` for an unknown name.
 */
export function compileSort(sort: string | undefined, searchesWords: boolean): estypes.SortCombinations[] {
  const reversed = sort?.startsWith('-') ?? false;
  const name = sort?.replace(/^-/, '') || 'bestmatch';
  const keys = Object.hasOwn(SORTS, name) ? SORTS[name] : undefined;
  if (!keys)
    throw new QueryError(`there is no sort '${sort}': use one of ${SORT_NAMES.join(', ')}`, { code: 'wrong-parameter', parameter: 'sort' });
  const effective = name === 'bestmatch' && !searchesWords ? NEWEST : keys;
  const ordered = effective.map(([field, order]) => [field, reversed ? turned(order) : order] as const);
  return [...ordered, ['record_id', 'desc'] as const].map(toSort);
}

function turned(order: Order): Order {
  return order === 'asc' ? 'desc' : 'asc';
}

function toSort([field, order]: Key): estypes.SortCombinations {
  return field === '_score' ? { _score: { order } } : { [field]: { order, missing: '_last' } };
}
