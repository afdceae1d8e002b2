import { ask } from './api-client.ts';
import type { Found, Hit, More } from './search-results.ts';
import { type SearchState, walkPath } from './search-state.ts';

/**
 * Leads on from the first hits without end, and each record comes once. The walk begins at the beginning, as a cursor does,
 * and passes over what is shown.
 */
export function walkOn(state: SearchState, shown: readonly Hit[], signal: AbortSignal): More {
  const seen = new Set(shown.map(({ oai }) => oai.id));
  let next: string | null = walkPath(state);
  return async () => {
    const hits: Hit[] = [];
    while (next !== null && hits.length === 0) {
      const { value }: { value: Found } = await ask<Found>(next, signal);
      hits.push(...value.hits.hits.filter(({ oai }) => !seen.has(oai.id)));
      next = value.next_cursor && value.links.next !== undefined ? pathOf(value.links.next) : null;
    }
    for (const { oai } of hits) seen.add(oai.id);
    return { hits, isLast: next === null };
  };
}

/** The API may be reached by another name than this page. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
