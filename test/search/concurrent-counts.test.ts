import { mapRdmRecord } from '@thresher/datacite';
import { dropSource, reindex, type SearchTarget, sendUnindexed } from '@thresher/pipeline';
import { countDocuments, createSearchClient, documentId, refresh } from '@thresher/search';
import { writeFacts } from '@thresher/store/write';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, log, openHarness, simulate, type Simulated } from '../harness.ts';
import { startSearchProxy } from './search-proxy.ts';

const signal = new AbortController().signal;

describe('statistics in search are those of SQL', { timeout: 120_000 }, () => {
  const stack = new AsyncDisposableStack();
  let harness: Harness;
  let sim: Simulated;
  let sourceId: number;
  let identifier: string;
  let at = Date.parse('2026-09-01T00:00:00Z');

  beforeAll(async () => {
    harness = stack.use(await openHarness());
    sim = stack.use(await simulate({ seed: 71, size: 3 }));
    sourceId = (await harness.harvest(sim.url)).run.source_id;
    [identifier] = sim.ledger().keys() as Iterable<string> as [string];
  }, 120_000);
  afterAll(() => stack.disposeAsync());
  beforeEach(async () => {
    await count(1);
    await sendUnindexed(harness.db, harness.search);
  });

  /** Stores other statistics of the record, and nothing else. */
  async function count(views: number): Promise<void> {
    const counts = { views, unique_views: 0, downloads: 0, unique_downloads: 0, data_volume: 0 };
    const { facts } = mapRdmRecord({ id: '1', metadata: {}, stats: { all_versions: counts, this_version: counts } });
    at += 1_000;
    await writeFacts(harness.db, sourceId, [{ oaiIdentifier: identifier, facts }], new Date(at));
  }

  async function viewsInSearch({ client, alias }: SearchTarget = harness.search): Promise<number | undefined> {
    const found = await client.get<{ stats?: { views?: number } }>({ index: alias, id: documentId(sourceId, identifier) });
    return found._source?.stats?.views;
  }

  /** Sends what is noted; its bulk request reaches the index after `meanwhile`. */
  async function sendLate(meanwhile: () => Promise<void>): Promise<void> {
    await using proxy = await startSearchProxy(process.env['ELASTICSEARCH_URL'] ?? '');
    await using late = { client: await createSearchClient(proxy.url), [Symbol.asyncDispose]: () => late.client.close() };
    const { promise, resolve } = Promise.withResolvers<void>();
    proxy.hold = promise;
    const sending = sendUnindexed(harness.db, { client: late.client, alias: harness.search.alias });
    await expect.poll(() => proxy.bulks, { timeout: 30_000 }).toBe(1);
    await meanwhile();
    resolve();
    await sending;
  }

  it('if another process has sent newer ones by the time that older ones arrive', async () => {
    await count(5);
    await sendLate(async () => {
      await count(9);
      await sendUnindexed(harness.db, harness.search);
    });
    await sendUnindexed(harness.db, harness.search);
    expect(await viewsInSearch()).toBe(9);
  });

  it('if they change again while the document is on its way', async () => {
    await count(6);
    await sendLate(() => count(10));
    await sendUnindexed(harness.db, harness.search);
    expect(await viewsInSearch()).toBe(10);
  });

  it('if they change while a reindex builds another index', async () => {
    const onStep = async (step: string): Promise<void> => {
      if (step !== 'swap') return;
      await count(11);
      await sendUnindexed(harness.db, harness.search);
    };
    await reindex({ db: harness.db, search: harness.search, log, onStep }, () => {}, signal);
    expect(await viewsInSearch()).toBe(11);
  });

  it('and go with their record', async () => {
    const { client, alias } = harness.search;
    const { source } = await harness.deps(sim.url);
    expect(await dropSource(harness.db, harness.search, source, () => {}, signal)).toBe(3);
    await refresh(client, alias);
    expect(await countDocuments(client, alias)).toBe(0);
  });
});
