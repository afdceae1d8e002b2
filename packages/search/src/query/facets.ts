import type { estypes } from '@elastic/elasticsearch';
import { QueryError } from '../errors.ts';
import { valueForm } from '../text-forms.ts';
import { type Facet, FACET_NAMES, FACETS, type FacetName } from './facet-table.ts';
import { nearest } from './fields.ts';
import type { Forms } from './forms.ts';
import { labelOf } from './labels.ts';
import { readTypeName } from './type-names.ts';
import { labelTerm, typeQuery } from './type-query.ts';

type Query = estypes.QueryDslQueryContainer;
type Aggregation = estypes.AggregationsAggregationContainer;

/** One value of a facet with its count. */
export interface FacetBucket {
  /** The value that a filter of the facet's name takes. */
  readonly key: string;
  readonly doc_count: number;
  readonly label: string;
  readonly is_selected: boolean;
  readonly inner?: { readonly buckets: readonly FacetBucket[] };
}

/** A facet with the counts of its values, the largest first unless the facet is sorted by value. */
export interface FacetCounts {
  readonly label: string;
  readonly buckets: readonly FacetBucket[];
}

const FACET_BY_FILTER: ReadonlyMap<string, FacetName> = new Map(
  FACET_NAMES.flatMap((name) => [name, ...FACETS[name].filters].map((filter) => [filter, name] as const)),
);

/** Names of filters that are facets' and no fields of a query. */
export const FACET_FILTER_NAMES: readonly string[] = [...FACET_BY_FILTER.keys()];

/** The facet whose values a filter of that name chooses among; null for any other filter. */
export function facetOfFilter(filter: string): FacetName | null {
  return FACET_BY_FILTER.get(filter) ?? null;
}

/** The facet of that name. Throws `QueryError` with the existing names. */
export function facetNamed(name: string, parameter: string): FacetName {
  if (Object.hasOwn(FACETS, name)) return name as FacetName;
  const near = nearest(name, FACET_NAMES);
  const hint = near === null ? `use ${FACET_NAMES.join(', ')}` : `did you mean '${near}'?`;
  throw new QueryError(`there is no facet '${name}': ${hint}`, { code: 'wrong-parameter', parameter });
}

/** Facets whose values have no commas, so that Zenodo's `communities=a,b` means any of them. */
const LISTED: ReadonlySet<FacetName> = new Set<FacetName>([
  'resource_type',
  'access_status',
  'file_type',
  'publication_year',
  'license',
  'language',
  'community',
]);

/** The values of a filter, with comma-separated lists split. */
export function listedValues(filter: string, values: readonly string[]): string[] {
  const facet = facetOfFilter(filter);
  if (facet === null || !LISTED.has(facet)) return [...values];
  return values.flatMap((value) => value.split(',').map((one) => one.trim())).filter((value) => value !== '');
}

const ALL_TYPES = ['resource_type.type', 'resource_type.subtype', 'resource_type.general'];
const TYPE_PATHS: Readonly<Record<string, readonly string[]>> = {
  type: ['resource_type.type'],
  'resource_type.type': ['resource_type.type'],
  subtype: ['resource_type.subtype'],
  'resource_type.subtype': ['resource_type.subtype'],
};

/** Two ends of a span, either of which may be missing. */
export const SPAN = /^([^.]*?)(?:\.\.|--)([^.]*)$/;
const YEAR = /^-?\d{1,4}$/;

/** One value of a filter that is a facet's. Throws `QueryError` for a year that is none. */
export function facetValueQuery(filter: string, written: string): Query {
  const value = valueForm(written);
  const name = facetOfFilter(filter)!;
  const [, from, to] = (name === 'publication_year' && SPAN.exec(value)) || [];
  if (from !== undefined && to !== undefined && YEAR.test(from || '0') && YEAR.test(to || '0'))
    return { range: { publication_year: { ...(from && { gte: Number(from) }), ...(to && { lte: Number(to) }) } } };
  if (name === 'publication_year' && !YEAR.test(value))
    throw new QueryError(`'${value}' is no year: write ${filter}=2024`, { code: 'wrong-parameter', parameter: filter });
  if (name === 'publication_year') return { term: { publication_year: { value } } };
  if (name === 'resource_type') return typeQuery(value, TYPE_PATHS[filter] ?? ALL_TYPES);
  const { path, forms, identifiers = [] }: Facet = FACETS[name];
  const terms = formsOf(forms, value).map((one) => labelTerm(path, one));
  const named = identifiers.flatMap(([other, form]) => form(value).map((one) => labelTerm(other, one)));
  return terms.length + named.length === 1 ? terms[0]! : { bool: { should: [...terms, ...named], minimum_should_match: 1 } };
}

function formsOf(forms: Forms | undefined, value: string): readonly string[] {
  return forms?.(value) ?? [value];
}

/** Maximum number of values shown for a facet. */
const SHOWN = 20;
const YEARS = 300;
/** The same for `group_by`. */
export const GROUPS = 200;

/** Spellings that are read for each value of a facet; the usual ones are among the most frequent. */
const SPELLINGS = 4;

/** The aggregation of a facet; `others` are the choices in the other facets, which narrow it. */
export function facetAggregation(name: FacetName, others: readonly Query[], isGroup = false): Aggregation {
  const facet: Facet = FACETS[name];
  const size = isGroup ? GROUPS : facet.byValue ? YEARS : SHOWN;
  const values: Aggregation = {
    terms: { field: facet.path, size, ...(facet.byValue && { order: { _key: 'desc' } }) },
    ...(facet.inner !== undefined && { aggs: { inner: { terms: { field: facet.inner, size: 50 } } } }),
  };
  if (facet.written !== undefined) {
    const written: Aggregation = { terms: { field: facet.written, size: size * SPELLINGS } };
    return { filter: { bool: { filter: [...others] } }, aggs: { values, written } };
  }
  // Without choices the server can count some facets without reading records.
  return others.length === 0 ? values : { filter: { bool: { filter: [...others] } }, aggs: { values } };
}

type Buckets = { readonly buckets: readonly { readonly key: string | number; readonly doc_count: number; readonly inner?: Buckets }[] };

/** The keys of buckets that a value chooses, in lower case. */
function keysOf(name: FacetName, value: string): string[] {
  const facet: Facet = FACETS[name];
  if (name !== 'resource_type') return formsOf(facet.forms, value).map((one) => one.toLowerCase());
  const { type, name: own } = readTypeName(value);
  return [type === null ? own : `${type}-${own}`];
}

/** The keys, in lower case, of the buckets that the values of a filter choose. */
export function chosenKeys(name: FacetName, values: readonly string[]): ReadonlySet<string> {
  return new Set(values.flatMap((value) => keysOf(name, valueForm(value))));
}

/** The most frequent spelling of each value, by the value in lower case. */
export function usualSpellings(
  written: { readonly buckets: readonly { readonly key: string | number }[] } | undefined,
): ReadonlyMap<string, string> {
  const spellings = (written?.buckets ?? []).map(({ key }) => String(key));
  return new Map(spellings.toReversed().map((one) => [one.toLowerCase(), one]));
}

/** Reads the counts from an answer; `chosen` are the chosen values as the client wrote them. */
export function readFacet(name: FacetName, aggregate: estypes.AggregationsAggregate | undefined, chosen: readonly string[]): FacetCounts {
  const counted = aggregate as unknown as Buckets | { readonly values: Buckets; readonly written?: Buckets };
  const { buckets } = 'values' in counted ? counted.values : counted;
  const usual = usualSpellings('written' in counted ? counted.written : undefined);
  const wanted = chosenKeys(name, chosen);
  const toBucket = (bucket: Buckets['buckets'][number], within = ''): FacetBucket => {
    const own = usual.get(String(bucket.key)) ?? String(bucket.key);
    const key = `${within}${own}`;
    const { inner } = bucket;
    return {
      key,
      doc_count: bucket.doc_count,
      label: labelOf(name, own),
      is_selected: wanted.has(key.toLowerCase()) || (within !== '' && wanted.has(String(bucket.key).toLowerCase())),
      ...(inner && { inner: { buckets: inner.buckets.map((one) => toBucket(one, `${key}-`)) } }),
    };
  };
  return { label: FACETS[name].label, buckets: buckets.map((bucket) => toBucket(bucket)) };
}
