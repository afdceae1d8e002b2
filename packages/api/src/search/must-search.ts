import type { ApiDeps, SearchDeps } from '../deps.ts';
import { ApiProblem } from '../problems/problem.ts';

/** The index, if there is one; else a problem that says how to have it. */
export function mustSearch({ search, searchFault }: Omit<SearchDeps, 'db'>): NonNullable<ApiDeps['search']> {
  if (search !== null) return search;
  throw new ApiProblem(
    503,
    'search-unavailable',
    searchFault ?? 'search needs Elasticsearch: set ELASTICSEARCH_URL, or let npm run services start one',
  );
}
