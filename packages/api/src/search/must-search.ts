import type { ApiDeps, SearchDeps } from '../deps.ts';
import { ApiProblem } from '../problems/problem.ts';

/** The index. Throws a problem that explains how to get one if there is none. */
export function mustSearch({ search, searchFault }: Omit<SearchDeps, 'db'>): NonNullable<ApiDeps['search']> {
  if (search !== null) return search;
  throw new ApiProblem(
    503,
    'search-unavailable',
    searchFault ?? 'search needs Elasticsearch: set ELASTICSEARCH_URL, or let npm run services start one',
  );
}
