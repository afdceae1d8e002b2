import { countDocuments, health } from '@thresher/search';
import { schemaIsCurrent } from '@thresher/store';
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

/** Asks both servers; never throws. */
export async function checkReadiness({ db, search }: Pick<ApiDeps, 'db' | 'search'>): Promise<Readiness> {
  const [postgres, elasticsearch] = await Promise.all([checkPostgres(db), checkElasticsearch(search)]);
  return { postgres, elasticsearch };
}

async function checkPostgres(db: ApiDeps['db']): Promise<Check> {
  try {
    return (await schemaIsCurrent(db)) ? ok : failed('the database is not migrated: run thresher migrate');
  } catch {
    return failed('PostgreSQL does not answer');
  }
}

async function checkElasticsearch(search: ApiDeps['search']): Promise<Check> {
  if (search === null) return { state: 'not configured', fault: null };
  try {
    const { status } = await health(search.client);
    if (status === 'red') return failed('Elasticsearch is red: some of the index is not available');
  } catch {
    return failed('Elasticsearch does not answer');
  }
  return countDocuments(search.client, search.alias).then(
    () => ok,
    () => failed('there is no search index yet: run thresher reindex'),
  );
}

function failed(fault: string): Check {
  return { state: 'failed', fault };
}
