import { createSearchClient, type SearchClient } from '@thresher/search';
import { createDb, type Db } from '@thresher/store/database';
import type { SimulatorProcess } from '../harvest/programs.ts';
import { compareRuns, compareWithLedger } from '../chaos/verify.ts';
import { until } from '../chaos/until.ts';

/** What a trial looks at from outside: the databases, and the repository. */
export interface Observer extends AsyncDisposable {
  readonly db: Db;
  readonly search: SearchClient;
  /** Of the only source. */
  records(): Promise<number>;
  /** Waits until no run is under way and no page waits. */
  untilQuiet(withinMs: number): Promise<void>;
  /** How SQL, search and the ledger of the harvest differ from the ledger of the repository, in sentences. */
  differences(sim: SimulatorProcess): Promise<string[]>;
}

export async function openObserver(env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Observer> {
  await using stack = new AsyncDisposableStack();
  const db = stack.adopt(createDb(env['DATABASE_URL'] ?? ''), (one) => one.destroy());
  const search = stack.adopt(await createSearchClient(env['ELASTICSEARCH_URL'] ?? ''), (one) => one.close());
  const all = stack.move();
  const numberOf = async (statement: string): Promise<number> => Number((await db.pool.query<{ n: number }>(statement)).rows[0]!.n);
  return {
    db,
    search,
    records: () => numberOf('select count(*) as n from record where not deleted'),
    untilQuiet: (withinMs) =>
      until(
        async () =>
          (await numberOf(
            "select (select count(*) from harvest.run where state = 'running') + (select count(*) from harvest.page where state <> 'done') + (select count(*) from harvest.unindexed) as n",
          )) === 0,
        withinMs,
        signal,
      ),
    async differences(sim) {
      const sourceId = await numberOf('select id as n from harvest.source');
      const ledger = new Map((await sim.ledger()).map((entry) => [entry.identifier, entry]));
      return [...(await compareWithLedger({ db, search, sourceId, ledger })), ...(await compareRuns(db, sourceId))];
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
