import { incrementalRequest } from '@thresher/pipeline';
import { createRun, finishRun } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';

const HOUR = 3_600_000;

describe('incremental', { timeout: 120_000 }, () => {
  it('costs what changed, not what there is', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 5, size: 20_000 });
    // A complete harvest as the ledger has it: what it stored does not matter to what the next one asks for.
    const { source } = await harness.deps(sim.url);
    const full = {
      source_id: source.id,
      kind: 'full',
      metadata_prefix: 'oai_datacite',
      set_specs: [],
      from_datestamp: null,
      until_datestamp: new Date(),
      options: {},
    } as const;
    await finishRun(harness.db, (await createRun(harness.db, { ...full, set_specs: [] }, [])).id, 'complete', null);
    const changed = sim.repository.touch({ fraction: 0.01 }, Date.now());
    const result = await syncOf(harness, sim.url);
    const { requests } = sim.server.sim.log.counts();
    console.log(`${changed} of 20,000 changed: ${requests} requests`);
    expect(result).toMatchObject({ state: 'complete', totals: { distinctReceived: changed, stored: changed } });
    // One for Identify, whose responseDate pins until; the last page is half empty, and follows a full one.
    expect(requests).toBeLessThanOrEqual(Math.floor(changed / 50) + 2);
  });

  it('finds nothing new, and says so by a complete run without records', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 6, size: 120 });
    await harness.harvest(sim.url);
    const result = await syncOf(harness, sim.url);
    expect(result).toMatchObject({ state: 'complete', failure: null, totals: { declared: 0, requests: 1 } });
  });

  it('reaches back by the overlap, for what the server showed late', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 7, size: 300 });
    const first = await harness.harvest(sim.url);
    const until = first.run.until_datestamp!.getTime();
    const [late] = sim.repository.create(1, until - HOUR);
    const [lost] = sim.repository.create(1, until - 3 * HOUR);
    await syncOf(harness, sim.url);
    const stored = await harness.stored();
    expect([stored.has(late!), stored.has(lost!)]).toEqual([true, false]);
    await syncOf(harness, sim.url, [], 4 * 3_600);
    expect(await harness.stored()).toEqual(sim.ledger());
  });

  it('brings single sets up to date without ListSets, and others not', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 8, size: 400, pageSize: 10, communities: ['corals', 'reefs', 'none'] });
    await harness.harvest(sim.url);
    const members = (set: string) =>
      [...sim.repository.ledger()].filter((entry) => entry.setSpecs.includes(set)).map((entry) => entry.identifier);
    const [corals, reefs] = [
      members('user-corals').slice(0, 60),
      members('user-reefs').filter((id) => !members('user-corals').includes(id)),
    ];
    sim.repository.touch(corals, Date.now());
    sim.repository.touch(reefs.slice(0, 10), Date.now());
    const result = await syncOf(harness, sim.url, ['user-corals', 'user-none']);
    expect(result).toMatchObject({ state: 'complete', failure: null });
    const [stored, ledger] = [await harness.stored(), sim.ledger()];
    expect(corals.filter((id) => stored.get(id) !== ledger.get(id))).toEqual([]);
    expect(reefs.slice(0, 10).every((id) => stored.get(id) !== ledger.get(id))).toBe(true);
    expect(sim.server.sim.log.counts().verbs['ListSets']).toBeUndefined();
    // Only those two sets are up to date: the others still begin where the full run ended.
    await syncOf(harness, sim.url);
    expect(await harness.stored()).toEqual(ledger);
  });

  it('asks for a harvest first where nothing complete covers the sets', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 9, size: 100, communities: ['corals', 'reefs', 'none'] });
    await expect(syncOf(harness, sim.url)).rejects.toThrow(/no complete harvest of .* run thresher harvest .* first/);
    await harness.harvest(sim.url, { setSpecs: ['user-corals'] });
    await expect(syncOf(harness, sim.url, ['user-corals', 'user-reefs'])).rejects.toThrow(/--set user-reefs first/);
    expect((await syncOf(harness, sim.url, ['user-corals'])).state).toBe('complete');
  });

  it('does not take a harvest of the last days for one of everything before', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 10, size: 200 });
    await harness.harvest(sim.url, { until: new Date('2020-01-01T00:00:00Z') });
    await harness.harvest(sim.url, { from: new Date('2025-01-01T00:00:00Z') });
    await syncOf(harness, sim.url);
    expect(await harness.stored()).toEqual(sim.ledger());
  });

  it('never counts the future as harvested', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 11, size: 100 });
    await harness.harvest(sim.url, { until: new Date(Date.now() + 240 * HOUR) });
    sim.repository.touch({ fraction: 0.2 }, Date.now() + 1_000);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await syncOf(harness, sim.url);
    expect(await harness.stored()).toEqual(sim.ledger());
  });
});

async function syncOf(
  harness: Awaited<ReturnType<typeof openHarness>>,
  url: string,
  setSpecs: readonly string[] = [],
  overlapSeconds: number | null = null,
) {
  const { source } = await harness.deps(url);
  const options = { metadataPrefix: 'oai_datacite', setSpecs, overlapSeconds, rate: null, concurrency: null };
  return harness.harvest(url, await incrementalRequest(harness.db, source, options));
}
