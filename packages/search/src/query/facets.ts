import type { estypes } from '@elastic/elasticsearch';
import { QueryError } from '../errors.ts';
import { valueForm } from '../text-forms.ts';
import { nearest } from './fields.ts';
import { labelOf } from './labels.ts';

type Query = estypes.QueryDslQueryContainer;
type Aggregation = estypes.AggregationsAggregationContainer;

/** What can be counted, and the filters that choose among its values. One table for facets, `group_by` and filters. */
interface Facet {
  readonly label: string;
  readonly path: string;
  /** Names of filters; the facet's own name is always one. */
  readonly filters: readonly string[];
  /** Counted within each value. */
  readonly inner?: string;
  /** By value, the greatest first, instead of by count. */
  readonly byValue?: true;
}

const FACETS = {
  resource_type: {
    label: 'Resource types',
    path: 'resource_type.type',
    filters: ['type', 'subtype', 'resource_type.type', 'resource_type.subtype'],
    inner: 'resource_type.subtype',
  },
  access_status: { label: 'Access status', path: 'access_right', filters: ['access_right', 'access.status'] },
  file_type: { label: 'File type', path: 'file_types', filters: [] },
  subject: { label: 'Subjects', path: 'topics', filters: [] },
  publication_year: { label: 'Publication year', path: 'publication_year', filters: ['year'], byValue: true },
  license: { label: 'Licences', path: 'licenses.id', filters: ['license.id', 'licenses', 'licenses.id', 'rights', 'rights.id'] },
  language: { label: 'Languages', path: 'language', filters: ['languages', 'languages.id'] },
  community: {
    label: 'Communities',
    path: 'communities',
    filters: ['communities', 'communities.id', 'communities.slug', 'parent.communities.slug'],
  },
  funder: { label: 'Funders', path: 'funding.funder_name.keyword', filters: [] },
  affiliation: { label: 'Affiliations of creators', path: 'creators.affiliations.name.keyword', filters: [] },
} as const satisfies Record<string, Facet>;

export type FacetName = keyof typeof FACETS;
export const FACET_NAMES = Object.keys(FACETS) as FacetName[];

/** Those of Zenodo's own replies. */
export const ZENODO_FACETS: readonly FacetName[] = ['access_status', 'file_type', 'resource_type', 'subject'];

export interface FacetBucket {
  /** What a filter of the facet's name takes. */
  readonly key: string;
  readonly doc_count: number;
  readonly label: string;
  readonly is_selected: boolean;
  readonly inner?: { readonly buckets: readonly FacetBucket[] };
}

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

/** The facet of that name. Throws `QueryError` with those there are. */
export function facetNamed(name: string, parameter: string): FacetName {
  if (Object.hasOwn(FACETS, name)) return name as FacetName;
  const near = nearest(name, FACET_NAMES);
  const hint = near === null ? `use ${FACET_NAMES.join(', ')}` : `did you mean '${near}'?`;
  throw new QueryError(`there is no facet '${name}': ${hint}`, { code: 'wrong-parameter', parameter });
}

/** A type of Zenodo, a subtype, or both in one: `publication`, `article`, `publication-article`, `publication::publication-article`. */
function typeQuery(value: string): Query {
  const last = value.split('::').at(-1)!.toLowerCase();
  const whole = (path: string, text: string): Query => ({ term: { [path]: { value: text, case_insensitive: true } } });
  const [, type, subtype] = /^(publication|image)-(.+)$/.exec(last) ?? [];
  if (type !== undefined && subtype !== undefined)
    return { bool: { filter: [whole('resource_type.type', type), whole('resource_type.subtype', subtype)] } };
  return { bool: { should: ['type', 'subtype', 'general'].map((path) => whole(`resource_type.${path}`, last)), minimum_should_match: 1 } };
}

/** One value of a filter that is a facet's. Throws `QueryError` for a year that is none. */
export function facetValueQuery(filter: string, written: string): Query {
  const value = valueForm(written);
  const name = facetOfFilter(filter)!;
  if (name === 'publication_year' && !/^-?\d{1,4}$/.test(value))
    throw new QueryError(`'${value}' is no year: write ${filter}=2024`, { code: 'wrong-parameter', parameter: filter });
  if (filter === 'resource_type') return typeQuery(value);
  const path = filter === 'subtype' || filter === 'resource_type.subtype' ? 'resource_type.subtype' : FACETS[name].path;
  return { term: { [path]: name === 'publication_year' ? { value } : { value, case_insensitive: true } } };
}

/** Values shown of a facet, and of a `group_by`. */
const SHOWN = 20;
const YEARS = 300;
const GROUPS = 200;

/** What to count; `others` narrows a facet down by the choices made in the others. */
export function facetAggregation(name: FacetName, others: readonly Query[], isGroup = false): Aggregation {
  const facet: Facet = FACETS[name];
  const size = isGroup ? GROUPS : facet.byValue ? YEARS : SHOWN;
  const values: Aggregation = {
    terms: { field: facet.path, size, ...(facet.byValue && { order: { _key: 'desc' } }) },
    ...(facet.inner !== undefined && { aggs: { inner: { terms: { field: facet.inner, size: 50 } } } }),
  };
  // Without choices the server counts some facets without looking at a single record.
  return others.length === 0 ? values : { filter: { bool: { filter: [...others] } }, aggs: { values } };
}

type Buckets = { readonly buckets: readonly { readonly key: string | number; readonly doc_count: number; readonly inner?: Buckets }[] };

/** The counts out of an answer; `chosen` are the values of its filters as they were asked for. */
export function readFacet(name: FacetName, aggregate: estypes.AggregationsAggregate | undefined, chosen: readonly string[]): FacetCounts {
  const counted = aggregate as unknown as Buckets | { readonly values: Buckets };
  const { buckets } = 'values' in counted ? counted.values : counted;
  const wanted = new Set(chosen.map((value) => valueForm(value).split('::').at(-1)!.toLowerCase()));
  const toBucket = (bucket: Buckets['buckets'][number], within = ''): FacetBucket => {
    const key = `${within}${bucket.key}`;
    const { inner } = bucket;
    return {
      key,
      doc_count: bucket.doc_count,
      label: labelOf(name, String(bucket.key)),
      is_selected: wanted.has(key.toLowerCase()) || (within !== '' && wanted.has(String(bucket.key).toLowerCase())),
      ...(inner && { inner: { buckets: inner.buckets.map((one) => toBucket(one, `${key}-`)) } }),
    };
  };
  return { label: FACETS[name].label, buckets: buckets.map((bucket) => toBucket(bucket)) };
}
