import { checkSource, finishReindex, reindex, type ReindexStep, sendUnindexed } from '@thresher/pipeline';
import { listDocuments } from '@thresher/search';
import { saveFetched } from '@thresher/store/read';
import { deleteRecords } from '@thresher/store/write';
import { describe, expect, it } from 'vitest';
import { log, openHarness, simulate } from '../harness.ts';

const signal = new AbortController().signal;
const steps: readonly ReindexStep[] = ['fill', 'swap', 'compare', 'remove'];

async function prepare() {
  const stack = new AsyncDisposableStack();
  const harness = stack.use(await openHarness());
  const sim = stack.use(await simulate({ seed: 95, size: 120 }));
  await harness.harvest(sim.url);
  const { source } = await harness.deps(sim.url);
  const { db, search } = harness;
  // The index of the harness names no database as its own; what belongs to another one is left alone.
  const first = await reindex({ db, search, log }, () => {}, signal);
  const made = Object.keys(await search.client.indices.get({ index: `${search.alias}-*` }));
  for (const index of made) if (index !== first) await search.client.indices.delete({ index });
  let next = 0;
  /** What searches find at this moment: revisions by record. */
  const found = async (): Promise<Map<number, number>> => {
    const documents = new Map<number, number>();
    for await (const portion of listDocuments(search.client, search.alias, source.id))
      for (const { recordId, revision } of portion) documents.set(recordId, revision);
    return documents;
  };
  /** Changes every third record and deletes every fifth, as a worker does: rows, then documents. */
  const work = async (): Promise<void> => {
    await db.pool.query('update public.record set datestamp = now(), revision = revision + 1 where id % 3 = 0');
    await db.pool.query('insert into harvest.unindexed (record_id, revision) select id, revision from record where id % 3 = 0');
    const { rows } = await db.pool.query<{ id: number }>('select id from record where id % 5 = 0');
    await deleteRecords(
      db,
      source.id,
      rows.map(({ id }) => ({ recordId: id, reason: 'vanished' as const })),
    );
    await sendUnindexed(db, search);
  };
  const live = async (): Promise<Map<number, number>> => {
    const rows = await db.selectFrom('record').select(['id', 'revision']).where('deleted', '=', false).execute();
    return new Map(rows.map(({ id, revision }) => [id, revision]));
  };
  /** Touches, changes, deletes and enriches records, a different few each time; their documents go where the alias leads, as always. */
  const write = async (): Promise<void> => {
    const rows = await db.selectFrom('record').select('id').where('deleted', '=', false).orderBy('id').execute();
    const [touched, gone, enriched] = [rows[next]!.id, rows[next + 1]!.id, rows[next + 2]!.id];
    next += 3;
    await db.pool.query(`update public.record set datestamp = now(), revision = revision + 1 where id = $1`, [touched]);
    await deleteRecords(db, source.id, [{ recordId: gone, reason: 'vanished' }]);
    await saveFetched(db, enriched, { files: [], stats: null }, new Date());
    // They were sent to the index that the alias leads to.
    await db.deleteFrom('harvest.unindexed').execute();
  };
  const differences = async () => {
    const { index } = await checkSource(db, search, source, signal);
    return { missing: index!.missing.count, stale: index!.stale.count, orphaned: index!.orphaned.count };
  };
  const indices = async () => Object.keys(await search.client.indices.get({ index: `${search.alias}-*` }));
  return { ...harness, write, work, found, live, differences, indices, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const equal = { missing: 0, stale: 0, orphaned: 0 };

describe('reindex', { timeout: 120_000 }, () => {
  it('ends equal to SQL, whatever is touched, changed, enriched or deleted next to it, and leaves one index', async () => {
    await using store = await prepare();
    let writes = 0;
    const onStep = async (step: ReindexStep): Promise<void> => {
      if (step === 'remove') return;
      await store.write();
      writes++;
    };
    const index = await reindex({ db: store.db, search: store.search, log, onStep }, () => {}, signal);
    expect(writes).toBe(3);
    expect(await store.differences()).toEqual(equal);
    expect(await store.indices()).toEqual([index]);
  });

  it('searches find all at the moment of the switch, also what changed meanwhile, and an open cursor is read to its end', async () => {
    await using store = await prepare();
    const { client, alias } = store.search;
    expect((await store.found()).size).toBe(120);
    const { id } = await client.openPointInTime({ index: alias, keep_alive: '1m' });
    let atSwitch: Map<number, number> | null = null;
    const onStep = async (step: ReindexStep): Promise<void> => {
      if (step === 'swap') await store.work();
      if (step === 'compare') atSwitch = await store.found();
    };
    const waits = Promise.withResolvers<void>();
    let looks = 0;
    client.diagnostic.on('request', (_, result) => {
      if (result?.meta.request.params.path.endsWith('/_stats/search') && ++looks === 2) waits.resolve();
    });
    const done = reindex({ db: store.db, search: store.search, log, onStep }, () => {}, signal);
    await Promise.race([done, waits.promise]);
    expect((await client.search({ pit: { id }, size: 0, track_total_hits: true })).hits.total).toEqual({ value: 120, relation: 'eq' });
    await client.closePointInTime({ id });
    await done;
    const live = await store.live();
    expect(live.size).toBeLessThan(120);
    expect(atSwitch).toEqual(live);
    expect((await store.indices()).length).toBe(1);
  });

  it.each(steps)('killed before the step "%s": the next sweep makes the index equal to SQL and removes what is left', async (last) => {
    await using store = await prepare();
    const onStep = async (step: ReindexStep): Promise<void> => {
      await store.write();
      if (step === last) throw new Error('killed');
    };
    await expect(reindex({ db: store.db, search: store.search, log, onStep }, () => {}, signal)).rejects.toThrow('killed');
    expect((await store.indices()).length).toBe(2);
    expect(await finishReindex({ db: store.db, search: store.search, log }, signal)).toBe(true);
    expect(await store.differences()).toEqual(equal);
    expect((await store.indices()).length).toBe(1);
    expect(await finishReindex({ db: store.db, search: store.search, log }, signal)).toBe(false);
    // So does the next reindex.
    const index = await reindex({ db: store.db, search: store.search, log }, () => {}, signal);
    expect(await store.differences()).toEqual(equal);
    expect(await store.indices()).toEqual([index]);
  });
});
