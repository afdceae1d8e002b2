import type { estypes } from '@elastic/elasticsearch';
import type { FacetName } from './facet-table.ts';
import { facetAggregation } from './facets.ts';
import { type CompiledQuery, totalOf } from './request.ts';

type Query = estypes.QueryDslQueryContainer;

/** Name of the aggregation to which every choice was applied. No facet has this name. */
const NARROWED = 'narrowed';

/**
 * Counts in the facets, each narrowed down by the choices in the others, and how many there are with every choice: the hits
 * need not be counted then, so they are found without looking at all of them. Facets without a choice are narrowed alike,
 * so the choices are looked at once for all of them.
 */
export function countingRequest(compiled: CompiledQuery, facets: readonly FacetName[], isGroup = false): estypes.SearchRequest {
  const { query, chosen } = compiled;
  const unseen = [...chosen].filter(([facet]) => !facets.includes(facet)).map(([, one]) => one);
  const choices = new Map([...chosen].filter(([facet]) => facets.includes(facet)));
  const others = (own: FacetName): Query[] => [...choices].filter(([facet]) => facet !== own).map(([, one]) => one);
  const free = Object.fromEntries(
    facets.filter((facet) => !choices.has(facet)).map((facet) => [facet, facetAggregation(facet, [], isGroup)]),
  );
  const own = Object.fromEntries([...choices.keys()].map((facet) => [facet, facetAggregation(facet, others(facet), isGroup)]));
  const filter = { bool: { filter: [...choices.values()] } };
  return {
    query: unseen.length === 0 ? query : { bool: { filter: [query, ...unseen] } },
    size: 0,
    track_total_hits: true,
    aggs: choices.size === 0 ? free : { [NARROWED]: { filter, aggs: free }, ...own },
  };
}

/** Reads the answer to a counting request: the number of hits, and the counts of a facet. */
export function readCounting({ hits, aggregations = {} }: estypes.SearchResponseBody<unknown>): {
  readonly total: number;
  readonly aggregate: (facet: FacetName) => estypes.AggregationsAggregate | undefined;
} {
  const together = aggregations[NARROWED] as ({ doc_count: number } & Record<string, estypes.AggregationsAggregate>) | undefined;
  return {
    total: together?.doc_count ?? totalOf({ hits }),
    aggregate: (facet) => aggregations[facet] ?? together?.[facet],
  };
}
