import {
  completeRuns,
  createIndexingGate,
  closeWindows,
  findRepair,
  openResources,
  planRepair,
  reindex,
  replay,
  runHarvest,
  startTransformer,
  transformPages,
} from '@thresher/pipeline';
import { countDocuments, documentId, documentVersion, refresh } from '@thresher/search';
import { describe, expect, it } from 'vitest';
import { type Harness, log, openHarness, simulate } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';

const signal = new AbortController().signal;

async function inSearch({ search }: Harness): Promise<number> {
  await refresh(search.client, search.alias);
  return countDocuments(search.client, search.alias);
}

/** As it is after the pages of a list were given up while the index took nothing. */
async function loseDocuments({ db, search }: Harness, sourceId: number): Promise<number> {
  const rows = await db.selectFrom('record').select(['oai_identifier', 'revision']).execute();
  for (const { oai_identifier, revision } of rows) {
    const version = documentVersion(revision, 0);
    await search.client.delete({ index: search.alias, id: documentId(sourceId, oai_identifier), version, version_type: 'external_gte' });
  }
  await db.updateTable('harvest.page').set({ state: 'stored', tries: 8, failure: 'the index was read-only' }).execute();
  await db.updateTable('harvest.window').set({ state: 'short', failure: 'not in search', indexed: 0 }).execute();
  await db.updateTable('harvest.run').set({ state: 'incomplete', failure: '1 windows came short' }).execute();
  return rows.length;
}

describe('documents that have not arrived', { timeout: 120_000 }, () => {
  it('pages that bring nothing new are not through before the documents of what they list have arrived', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 91, size: 60 });
    const { run } = await harness.harvest(sim.url);
    expect(await loseDocuments(harness, run.source_id)).toBe(60);
    const { source, ...deps } = await harness.deps(sim.url);
    const repair = await planRepair(deps.db, source);
    const result = await runHarvest(deps, source, repair!.request, () => {}, signal);
    expect(result).toMatchObject({ state: 'complete', failure: null, totals: { stored: 60, indexed: 60 } });
    expect(await inSearch(harness)).toBe(60);
    expect(await findRepair(deps.db, source)).toBeNull();
  });

  it('a window whose documents hang in an earlier attempt waits, is not short, and the later page brings them', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 92, size: 60 });
    const { run } = await harness.harvest(sim.url);
    const { db, search } = harness;
    await loseDocuments(harness, run.source_id);
    // The list was begun again: its pages are those of attempt 2, while attempt 1 is in SQL and its bulk request hangs.
    await db.updateTable('harvest.page').set({ tries: 0, failure: null }).execute();
    await db.pool
      .query(`insert into harvest.page (window_id, source_id, attempt, number, verb, response_date, content, content_length, record_count,
        identifiers, record_hashes, token_sent)
      select window_id, source_id, 2, number, verb, response_date, content, content_length, record_count, identifiers, record_hashes, true from harvest.page`);
    await db.updateTable('harvest.window').set({ state: 'walked', attempt: 2 }).execute();
    await db.updateTable('harvest.run').set({ state: 'running' }).execute();
    const later = await db.selectFrom('harvest.page').select('id').where('attempt', '=', 2).orderBy('id').execute();
    // Even if they were marked as done, the window waits for those that hang.
    await db.updateTable('harvest.page').set({ state: 'done' }).where('attempt', '=', 2).execute();
    expect(await closeWindows(db, search, run.source_id, run.id)).toBe(0);
    await db.updateTable('harvest.page').set({ state: 'fetched' }).where('attempt', '=', 2).execute();
    const gate = createIndexingGate({ db, log });
    await transformPages(
      { db, search, log, gate },
      later.map(({ id }) => id),
    );
    expect(await inSearch(harness)).toBe(60);
    expect(await closeWindows(db, search, run.source_id, run.id)).toBe(1);
    expect(await db.selectFrom('harvest.window').select(['state', 'indexed']).execute()).toEqual([{ state: 'complete', indexed: 60 }]);
  });
});

/** States of runs and windows. */
async function states({ db }: Harness) {
  const runs = await db.selectFrom('harvest.run').select(['state', 'failure']).orderBy('id').execute();
  const windows = await db.selectFrom('harvest.window').select(['state', 'stored', 'indexed']).orderBy('id').execute();
  return { runs, windows };
}

const whole = (indexed: number | null) => ({
  runs: [{ state: 'complete', failure: null }],
  windows: [{ state: 'complete', stored: 60, indexed }],
});

describe('a window that came short because records had not arrived is complete, without the source, after', { timeout: 120_000 }, () => {
  it('a reindex', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 93, size: 60 });
    const { run } = await harness.harvest(sim.url);
    await loseDocuments(harness, run.source_id);
    const { requests } = sim.server.sim.log.counts();
    await reindex({ db: harness.db, search: harness.search, log }, () => {}, signal);
    expect(await completeRuns({ db: harness.db, search: harness.search, log })).toBe(1);
    expect(await states(harness)).toEqual(whole(60));
    expect(await harness.db.selectFrom('harvest.page').select('id').where('state', '<>', 'done').execute()).toEqual([]);
    expect(sim.server.sim.log.counts().requests).toBe(requests);
  });

  it('the command replay --failed', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 94, size: 60 });
    expect((await thresher(harness, 'harvest', sim.url)).code).toBe(0);
    await harness.db.pool.query('delete from public.record');
    await harness.db.updateTable('harvest.page').set({ state: 'fetched', tries: 8, failure: 'it failed' }).execute();
    await harness.db.updateTable('harvest.window').set({ state: 'short', failure: 'not in SQL', stored: 0 }).execute();
    await harness.db.updateTable('harvest.run').set({ state: 'incomplete', failure: '1 windows came short' }).execute();
    expect(await thresher(harness, 'replay', '--failed')).toMatchObject({
      code: 0,
      err: expect.stringContaining('1 windows that had come short are complete') as string,
    });
    expect(await states(harness)).toEqual(whole(null));
  });

  it('a sweep, if the pages went through later', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 96, size: 60 });
    const { run } = await harness.harvest(sim.url);
    await loseDocuments(harness, run.source_id);
    await replay({ db: harness.db, queue: harness.queue, searchable: true }, { failed: true }, () => {}, signal);
    const env = { DATABASE_URL: harness.databaseUrl, ELASTICSEARCH_URL: process.env['ELASTICSEARCH_URL'] };
    await using resources = openResources(env, log, harness.search.alias);
    const stop = new AbortController();
    const working = startTransformer(resources, 1, stop.signal);
    await expect.poll(() => states(harness)).toEqual(whole(60));
    stop.abort();
    await working;
  });

  it('but not while its documents are missing, and not if fewer records came than were declared', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 99, size: 60 });
    const { run } = await harness.harvest(sim.url);
    const { db, search } = harness;
    await loseDocuments(harness, run.source_id);
    const counted = new Map<number, string>();
    expect(await completeRuns({ db, search, log }, counted)).toBe(0);
    expect(counted.size).toBe(0);
    await db.updateTable('harvest.page').set({ state: 'done', tries: 0 }).execute();
    expect(await completeRuns({ db, search, log }, counted)).toBe(0);
    expect(counted.size).toBe(1);
    await reindex({ db, search, log }, () => {}, signal);
    await db.updateTable('harvest.window').set({ state: 'short', shortfall: 3 }).execute();
    await db.updateTable('harvest.run').set({ state: 'incomplete' }).execute();
    expect(await completeRuns({ db, search, log })).toBe(0);
    expect((await states(harness)).runs).toMatchObject([{ state: 'incomplete' }]);
  });
});
