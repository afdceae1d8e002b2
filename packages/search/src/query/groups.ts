import type { estypes } from '@elastic/elasticsearch';
import { QueryError } from '../errors.ts';
import { type Facet, FACETS, type FacetName } from './facet-table.ts';
import { chosenKeys, type FacetBucket, type FacetCounts, facetNamed, GROUPS, readFacet, usualSpellings } from './facets.ts';
import { labelOf } from './labels.ts';
import { type CompiledQuery, narrowed } from './request.ts';

type Aggregation = estypes.AggregationsAggregationContainer;

/** One facet, or two: the values of the second are then counted within each value of the first. */
export type Grouping = readonly [FacetName] | readonly [FacetName, FacetName];

/** The values of a facet that `groupBy` names. */
export interface GroupCounts extends FacetCounts {
  /** Sum of the counts of values that are left out; 0 if all values are listed. */
  readonly other_doc_count: number;
  readonly buckets: readonly GroupBucket[];
}

/** A value with its count, and with the counts of the second facet within it. */
export interface GroupBucket extends FacetBucket {
  readonly group_by?: GroupCounts;
}

/** Maximum number of values of a second facet within each value of the first. 200 times 50 is 10,000 counts, about 1 MB of JSON. */
const INNER = 50;
/** Spellings read for each of those. Elasticsearch limits all buckets of an answer to 65,536. */
const INNER_SPELLINGS = 2;

/** One or two facets, separated by a comma. Throws `QueryError` for anything else. */
export function readGrouping(text: string, parameter = 'group_by'): Grouping {
  const [first, second, ...more] = text.split(',').map((name) => facetNamed(name.trim(), parameter));
  if (more.length > 0)
    throw new QueryError(`${parameter} takes at most two facets, as in resource_type,publication_year`, {
      code: 'wrong-parameter',
      parameter,
    });
  if (first === second)
    throw new QueryError(`${parameter} names '${first}' twice: name it once, or another facet as the second`, {
      code: 'wrong-parameter',
      parameter,
    });
  return second === undefined ? [first!] : [first!, second];
}

/** Counts the values of two facets. Every choice narrows both, so that it is a table of the records that are found. */
export function crossRequest(compiled: CompiledQuery, [first, second]: readonly [FacetName, FacetName]): estypes.SearchRequest {
  return { query: narrowed(compiled), size: 0, aggs: valuesOf(first, GROUPS, GROUPS, valuesOf(second, INNER, INNER * INNER_SPELLINGS)) };
}

function valuesOf(name: FacetName, size: number, spellings: number, within?: Record<string, Aggregation>): Record<string, Aggregation> {
  const facet: Facet = FACETS[name];
  return {
    values: {
      terms: { field: facet.path, size, ...(facet.byValue && { order: { _key: 'desc' } }) },
      ...(within && { aggs: within }),
    },
    ...(facet.written !== undefined && { written: { terms: { field: facet.written, size: spellings } } }),
  };
}

type Bucket = { readonly key: string | number; readonly doc_count: number } & Partial<Aggregates>;

interface Buckets {
  readonly sum_other_doc_count?: number;
  readonly buckets: readonly Bucket[];
}

interface Aggregates {
  readonly values: Buckets;
  readonly written?: Buckets;
}

/** Reads the answer to `crossRequest`; `chosenIn` returns the chosen values of a facet as the client wrote them. */
export function readCross(
  aggregations: estypes.SearchResponseBody<unknown>['aggregations'],
  [first, second]: readonly [FacetName, FacetName],
  chosenIn: (facet: FacetName) => readonly string[],
): GroupCounts {
  const [chosen, chosenWithin] = [chosenKeys(first, chosenIn(first)), chosenKeys(second, chosenIn(second))];
  const within = (bucket: Bucket): GroupCounts => readValues(bucket as Aggregates, second, chosenWithin, () => ({}));
  return readValues(aggregations as unknown as Aggregates, first, chosen, (bucket) => ({ group_by: within(bucket) }));
}

function readValues(
  { values, written }: Aggregates,
  name: FacetName,
  chosen: ReadonlySet<string>,
  more: (bucket: Bucket) => Partial<GroupBucket>,
): GroupCounts {
  const usual = usualSpellings(written);
  const toBucket = (bucket: Bucket): GroupBucket => {
    const key = usual.get(String(bucket.key)) ?? String(bucket.key);
    return { key, doc_count: bucket.doc_count, label: labelOf(name, key), is_selected: chosen.has(key.toLowerCase()), ...more(bucket) };
  };
  return { label: FACETS[name].label, other_doc_count: values.sum_other_doc_count ?? 0, buckets: values.buckets.map(toBucket) };
}

/** Reads the values of one facet from the answer to a counting request; `chosen` are the chosen values as the client wrote them. */
export function readGroup(name: FacetName, aggregate: estypes.AggregationsAggregate | undefined, chosen: readonly string[]): GroupCounts {
  const counted = aggregate as unknown as Buckets | Aggregates;
  const { sum_other_doc_count = 0 } = 'values' in counted ? counted.values : counted;
  return { ...readFacet(name, aggregate, chosen), other_doc_count: sum_other_doc_count };
}

/** Sentences about the values that a reply leaves out; empty if it has all. Pure. */
export function groupNotes(counts: GroupCounts, [first, second]: Grouping): string[] {
  const outer = counts.other_doc_count === 0 ? [] : [`${first} has more than ${GROUPS} values: ${shown(first)} are listed`];
  const cut = counts.buckets.filter(({ group_by: inner }) => inner !== undefined && inner.other_doc_count > 0);
  if (second === undefined || cut.length === 0) return outer;
  const within = `${cut.length} of ${counts.buckets.length} values of ${first}`;
  return [...outer, `${second} has more than ${INNER} values within ${within}: ${shown(second)} of each are listed`];
}

const shown = (name: FacetName): string => ((FACETS[name] as Facet).byValue ? 'the latest' : 'the most frequent');
