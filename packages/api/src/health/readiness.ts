import { countDocuments, health, IndexMissingError } from '@thresher/search';
import { schemaIsCurrent } from '@thresher/store/database';
import type { ApiDeps } from '../deps.ts';

/** One thing the API needs; `fault` says what is wrong with it and what to do. */
export interface Check {
  readonly state: 'ok' | 'not configured' | 'failed';
  readonly fault: string | null;
}

export interface Readiness {
  readonly postgres: Check;
  readonly elasticsearch: Check;
}

const ok: Check = { state: 'ok', fault: null };

/** How long a server may take to answer; the caller gives up after some seconds. */
const PATIENCE_MS = 3_000;

/** Asks both servers; never throws, and never waits for longer than some seconds. */
export async function checkReadiness(deps: Pick<ApiDeps, 'db' | 'search' | 'searchFault'>): Promise<Readiness> {
  const [postgres, elasticsearch] = await Promise.all([
    withinPatience(checkPostgres(deps.db), 'PostgreSQL does not answer'),
    withinPatience(checkElasticsearch(deps), 'Elasticsearch does not answer'),
  ]);
  return { postgres, elasticsearch };
}

async function withinPatience(check: Promise<Check>, fault: string): Promise<Check> {
  const { promise: late, resolve } = Promise.withResolvers<Check>();
  const timer = setTimeout(() => resolve(failed(fault)), PATIENCE_MS);
  return Promise.race([check, late]).finally(() => clearTimeout(timer));
}

async function checkPostgres(db: ApiDeps['db']): Promise<Check> {
  try {
    return (await schemaIsCurrent(db)) ? ok : failed('the database is not migrated: run npx thresher migrate');
  } catch {
    return failed('PostgreSQL does not answer');
  }
}

async function checkElasticsearch({ search, searchFault }: Pick<ApiDeps, 'search' | 'searchFault'>): Promise<Check> {
  if (search === null) return searchFault === undefined ? { state: 'not configured', fault: null } : failed(searchFault);
  try {
    const { status } = await health(search.client);
    if (status === 'red') return failed('Elasticsearch is red: some of the index is not available');
  } catch {
    return failed('Elasticsearch does not answer');
  }
  return countDocuments(search.client, search.alias).then(
    () => ok,
    (error: unknown) =>
      failed(
        error instanceof IndexMissingError ? 'there is no search index yet: run npx thresher reindex' : 'the search index does not answer',
      ),
  );
}

function failed(fault: string): Check {
  return { state: 'failed', fault };
}
