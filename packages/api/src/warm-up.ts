import { createMetrics } from '@thresher/runtime/metrics';
import { buildApi } from './api.ts';
import type { ApiDeps } from './deps.ts';

/** What a first visitor asks for. The words are frequent ones, so that their postings and the counts of all facets are read. */
const SEARCHES = [
  '/api/records?q=data&facets=all',
  '/api/records?q=analysis+of+model&facets=all&highlight=true',
  '/api/records?size=0&facets=all',
  '/api/records?sort=newest',
  '/api/suggest?q=da',
];
const LOOKUPS = ['/api/records/1', '/api/communities', '/api/vocabularies/licenses'];

/** Rounds after which the searches of an index of 100,000 records no longer became faster. */
const ROUNDS = 5;

/** On a server that is busy or away the API becomes ready cold. */
const LONGEST_MS = 15_000;

/**
 * Sends the API's own usual requests through all of its code to the servers, until that code is compiled and what searches read is
 * in memory. They are not logged, counted or limited. Never throws: whether the servers answer is for `checkReadiness` to say.
 */
export async function warmUp(deps: ApiDeps, signal: AbortSignal): Promise<void> {
  const { access: _, ...others } = deps;
  const app = buildApi({ ...others, log: deps.log.child({}, { level: 'silent' }), metrics: createMetrics(), webRoot: null });
  const deadline = performance.now() + LONGEST_MS;
  const urls = [...(deps.search === null ? [] : SEARCHES), ...LOOKUPS];
  try {
    for (let round = 0; round < ROUNDS; round++)
      for (const url of urls) {
        if (signal.aborted || performance.now() > deadline) return;
        await app.inject(url);
      }
  } finally {
    await app.close();
  }
}
