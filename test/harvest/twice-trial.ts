/**
 * Harvests a simulated repository twice and reports what the second harvest wrote: rows of the tables of records, and what the
 * index was given. By hand: `node test/harvest/twice-trial.ts 100000`.
 */
import { recordLists } from '../../packages/store/src/database/record-lists.ts';
import { type Harness, openHarness, simulate } from '../harness.ts';

const tables = ['public.record', 'public.record_history', ...recordLists.map(({ storedIn }) => storedIn)];

/** Which rows there are, and which transaction wrote each: the same only if none was written, not even with what it holds. */
async function rowsOf({ db }: Harness): Promise<string> {
  const sums = tables.map(
    (table) =>
      `select '${table}' as name, count(*)::text as rows, coalesce(sum(hashtext(ctid::text || xmin::text)), 0)::text as written from ${table}`,
  );
  const { rows } = await db.pool.query<{ name: string; rows: string; written: string }>(`${sums.join(' union all ')} order by 1`);
  return JSON.stringify(rows);
}

/** Index operations and deletions that the index has carried out. */
async function operationsOf({ search }: Harness): Promise<number> {
  const { _all } = await search.client.indices.stats({ index: search.alias, metric: 'indexing' });
  const { index_total = 0, delete_total = 0 } = _all.primaries?.indexing ?? {};
  return index_total + delete_total;
}

export interface TwiceFound {
  readonly complete: boolean;
  readonly received: number;
  readonly rowsChanged: boolean;
  readonly indexOperations: { readonly first: number; readonly second: number };
  readonly seconds: { readonly first: number; readonly second: number };
}

export async function harvestTwice(size: number): Promise<TwiceFound> {
  await using harness = await openHarness(process.env['REDIS_URL'] === undefined ? {} : { redisUrl: process.env['REDIS_URL'] });
  await using sim = await simulate({ seed: 11, size });
  const timed = async () => {
    const started = performance.now();
    const { state, totals } = await harness.harvest(sim.url);
    return { complete: state === 'complete', received: totals.distinctReceived, seconds: (performance.now() - started) / 1_000 };
  };
  const first = await timed();
  const [rows, operations] = [await rowsOf(harness), await operationsOf(harness)];
  const second = await timed();
  return {
    complete: first.complete && second.complete,
    received: second.received,
    rowsChanged: (await rowsOf(harness)) !== rows,
    indexOperations: { first: operations, second: (await operationsOf(harness)) - operations },
    seconds: { first: first.seconds, second: second.seconds },
  };
}

if (process.argv[1] === import.meta.filename) console.log(await harvestTwice(Number(process.argv[2] ?? 100_000)));
