import { replay, untilIndexed } from '@thresher/pipeline';
import { countDocuments } from '@thresher/search';
import { confirmGone } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { startSearchProxy } from './search-proxy.ts';

describe('what a command did when it has ended', { timeout: 120_000 }, () => {
  it('a replay goes on after Elasticsearch was away for longer than the queue tries a page', async () => {
    await using proxy = await startSearchProxy(process.env['ELASTICSEARCH_URL'] ?? '');
    await using harness = await openHarness({ elasticsearchUrl: proxy.url });
    await using sim = await simulate({ seed: 97, size: 60 });
    await harness.harvest(sim.url);
    const { db, search, queue } = harness;
    await search.client.deleteByQuery({ index: search.alias, query: { match_all: {} }, refresh: true });
    // As the first transform left them: in SQL, and none of their documents sent.
    await db.updateTable('harvest.page').set({ state: 'fetched' }).execute();
    proxy.refuse = () => ({ status: 503, type: 'unavailable', reason: 'away' });
    let failures = 0;
    const watch = async (): Promise<void> => {
      const { rows } = await db.pool.query<{ times: number }>('select times from harvest.indexing_fault');
      failures = Math.max(failures, rows[0]?.times ?? 0);
      if (failures >= 2) proxy.refuse = () => null;
    };
    const done = await replay({ db, queue, searchable: true }, {}, () => void watch(), new AbortController().signal);
    expect(failures).toBeGreaterThanOrEqual(2);
    expect(done).toMatchObject({ pages: 2, pagesDone: 2, failed: [] });
  });

  it('records that were deleted are not in search any more', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 98, size: 60 });
    await harness.harvest(sim.url);
    const gone = [...sim.ledger().keys()].slice(0, 5);
    const { source, ...deps } = await harness.deps(sim.url);
    expect(await confirmGone(deps.db, source.id, gone, 'gone', { witness: 'person', says: 'gone' })).toBe(5);
    await untilIndexed(deps, new AbortController().signal);
    expect(await countDocuments(harness.search.client, harness.search.alias)).toBe(55);
  });

  it('records that a second full harvest did not list either are not in search any more', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 100, size: 60 });
    await harness.harvest(sim.url);
    sim.repository.vanish([...sim.ledger().keys()].slice(0, 10), Date.now());
    expect((await harness.harvest(sim.url)).vanished).toMatchObject({ suspects: 10, confirmed: 0 });
    expect(await countDocuments(harness.search.client, harness.search.alias)).toBe(60);
    const { state, vanished } = await harness.harvest(sim.url);
    expect({ state, vanished }).toMatchObject({ state: 'complete', vanished: { confirmed: 10 } });
    // No refresh here: that is the command's part.
    expect(await countDocuments(harness.search.client, harness.search.alias)).toBe(50);
  });
});
