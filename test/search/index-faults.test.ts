import { SearchRefusedError } from '@thresher/pipeline';
import { countDocuments, documentId, documentVersion, refresh } from '@thresher/search';
import { findIndexingFault, refusedDocuments } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { type Harness, openHarness, simulate } from '../harness.ts';
import { startSearchProxy } from './search-proxy.ts';

const elasticsearch = process.env['ELASTICSEARCH_URL'] ?? '';

async function pageRows(harness: Harness) {
  return harness.db.selectFrom('harvest.page').select(['state', 'tries', 'failure']).orderBy('id').execute();
}

async function inSearch({ search }: Harness): Promise<number> {
  await refresh(search.client, search.alias);
  return countDocuments(search.client, search.alias);
}

describe('an index that accepts no documents', { timeout: 120_000 }, () => {
  it('an index that is read-only: records go to SQL, no page is given up, and all continues by itself when the block is gone', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 81, size: 230 });
    const { client, alias: index } = harness.search;
    const block = (on: boolean) =>
      client.indices.putSettings({ index, settings: { 'index.blocks.read_only_allow_delete': on ? true : null } });
    await block(true);
    const reasons = new Set<string | null>();
    let rows = 0;
    const result = await harness.harvest(sim.url, {}, async ({ waitingFor }) => {
      reasons.add(waitingFor);
      rows = (await harness.stored()).size;
      if (waitingFor !== null && rows === 230) await block(false);
    });
    expect([...reasons].some((reason) => reason?.includes('read-only'))).toBe(true);
    expect(rows).toBe(230);
    expect(result).toMatchObject({ state: 'complete', failure: null, totals: { stored: 230, indexed: 230 } });
    expect(await pageRows(harness)).toEqual(Array(5).fill({ state: 'done', tries: 0, failure: null }));
    expect(await findIndexingFault(harness.db)).toBeNull();
  });

  it.each([
    [429, 'es_rejected_execution_exception'],
    [503, 'unavailable_shards_exception'],
    [403, 'cluster_block_exception'],
    [500, 'some_exception'],
  ])('HTTP %i for a document counts against no page', async (status, type) => {
    await using proxy = await startSearchProxy(elasticsearch);
    await using harness = await openHarness({ elasticsearchUrl: proxy.url });
    await using sim = await simulate({ seed: 82, size: 60 });
    const first = [...sim.ledger().keys()][0]!;
    proxy.refuse = (id) => (id.endsWith(first) ? { status, type, reason: 'not now' } : null);
    const result = await harness.harvest(sim.url, {}, ({ waitingFor }) => {
      if (waitingFor?.includes('not now')) proxy.refuse = () => null;
    });
    expect(result).toMatchObject({ state: 'complete', totals: { indexed: 60 } });
    expect((await pageRows(harness)).map(({ tries }) => tries)).toEqual([0, 0]);
  });

  it('a server that rejects every request ends the command with a sentence; the same command goes on', async () => {
    await using proxy = await startSearchProxy(elasticsearch);
    await using harness = await openHarness({ elasticsearchUrl: proxy.url });
    await using sim = await simulate({ seed: 83, size: 60 });
    proxy.answerBulk = 400;
    const ended = await harness.harvest(sim.url).catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(SearchRefusedError);
    expect((ended as Error).message).toMatch(/HTTP 400.*this gateway permits no writes.*the same command continues/);
    expect((await harness.stored()).size).toBe(60);
    const requests = sim.server.sim.log.counts().requests;
    proxy.answerBulk = null;
    expect(await harness.harvest(sim.url)).toMatchObject({ state: 'complete', totals: { indexed: 60 } });
    // Only Identify: the list is not walked again.
    expect(sim.server.sim.log.counts().requests).toBe(requests + 1);
  });

  it('an index that is deleted in the middle is made again and filled', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 84, size: 400 }, { latencyMs: { min: 30, max: 50 } });
    const { client, alias } = harness.search;
    let deleted = false;
    const result = await harness.harvest(sim.url, {}, async () => {
      if (deleted || (await inSearch(harness)) === 0) return;
      deleted = true;
      await client.indices.delete({ index: Object.keys(await client.indices.getAlias({ name: alias })) });
    });
    expect(deleted).toBe(true);
    expect(result).toMatchObject({ state: 'complete', failure: null, totals: { stored: 400, indexed: 400 } });
    expect(await inSearch(harness)).toBe(400);
  });

  it('a document that the mapping refuses holds up no other: it is counted and named, and its window closes with the reason', async () => {
    await using proxy = await startSearchProxy(elasticsearch);
    await using harness = await openHarness({ elasticsearchUrl: proxy.url });
    await using sim = await simulate({ seed: 85, size: 60 });
    const first = [...sim.ledger().keys()][0]!;
    const refusal = { status: 400, type: 'document_parsing_exception', reason: 'failed to parse field [x]' };
    proxy.refuse = (id) => (id.endsWith(first) ? refusal : null);
    const { state, failure, totals, run } = await harness.harvest(sim.url);
    expect({ state, failure }).toEqual({
      state: 'complete',
      failure: expect.stringMatching(/^1 documents were refused by Elasticsearch/) as string,
    });
    expect(totals).toMatchObject({ stored: 60, searchable: 60, indexed: 59, refused: 1 });
    const [window] = await harness.db.selectFrom('harvest.window').select(['state', 'failure']).execute();
    expect(window).toMatchObject({ state: 'complete', failure: expect.stringContaining('failed to parse field [x]') as string });
    const named = { identifier: first, reason: expect.stringContaining('failed to parse field [x]') as string };
    expect(await refusedDocuments(harness.db, run.source_id, 9)).toMatchObject({ total: 1, shown: [named] });
    // The way of records that changed without a page, with a refused one first in line, is open too.
    const rows = await harness.db.selectFrom('record').select(['id', 'revision', 'oai_identifier']).execute();
    for (const { id, revision } of rows) {
      const noted = { record_id: id, revision, refusal: null };
      await harness.db
        .insertInto('harvest.unindexed')
        .values(noted)
        .onConflict((conflict) => conflict.column('record_id').doUpdateSet(noted))
        .execute();
    }
    for (const { oai_identifier, revision } of rows)
      if (oai_identifier !== first)
        await harness.search.client.delete({
          index: harness.search.alias,
          id: documentId(run.source_id, oai_identifier),
          version: documentVersion(revision, 0),
          version_type: 'external_gte',
        });
    await harness.harvest(sim.url);
    expect(await inSearch(harness)).toBe(59);
    expect(await harness.db.selectFrom('harvest.unindexed').select('record_id').execute()).toHaveLength(1);
    // A mapping that takes it, or a record that has changed, heals it.
    proxy.refuse = () => null;
    await harness.db.updateTable('harvest.unindexed').set({ refusal: null }).execute();
    expect(await harness.harvest(sim.url)).toMatchObject({ state: 'complete', failure: null });
    expect(await inSearch(harness)).toBe(60);
  });
});
