import { checkSuspects, type HarvestResult, sendUnindexed, syncSource, type SyncOptions } from '@thresher/pipeline';
import { clearSuspects, confirmDeletions, confirmGone, listSuspects } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { type Harness, openHarness, type Simulated, simulate } from '../harness.ts';

const options: SyncOptions = {
  metadataPrefix: 'oai_datacite',
  setSpecs: [],
  overlapSeconds: null,
  rate: null,
  concurrency: null,
  membership: 'due',
  confirm: false,
};
const signal = new AbortController().signal;

async function sync(harness: Harness, sim: Simulated, changes: Partial<SyncOptions> = {}) {
  const { source, ...deps } = await harness.deps(sim.url);
  return syncSource(deps, source, { ...options, ...changes }, () => {}, signal);
}

async function check(harness: Harness, sim: Simulated) {
  const { source, ...deps } = await harness.deps(sim.url);
  const { run: _, ...counts } = await checkSuspects(
    deps,
    source,
    { states: ['suspect', 'held'], limit: 1_000, notCheckedSince: null, rate: null },
    () => {},
    signal,
  );
  return counts;
}

async function suspects(harness: Harness, sim: Simulated): Promise<Record<string, string>> {
  const { source } = await harness.deps(sim.url);
  const all = await listSuspects(harness.db, source.id, { states: ['suspect', 'held', 'confirmed', 'cleared'] });
  return Object.fromEntries(all.map((suspect) => [suspect.oai_identifier, suspect.state]));
}

async function inSearch(harness: Harness): Promise<number> {
  await harness.search.client.indices.refresh({ index: harness.search.alias });
  return (await harness.search.client.count({ index: harness.search.alias })).count;
}

async function tombstones(harness: Harness): Promise<Record<string, string | null>> {
  const { rows } = await harness.db.pool.query<{ id: string; reason: string | null }>(
    `select oai_identifier as id, deletion_reason as reason from record where deleted`,
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.reason]));
}

const vanishedOf = ({ vanished }: HarvestResult) => vanished;
const corpus = { seed: 31, size: 500 };
const ids = (sim: Simulated, from: number, to: number): string[] => [...sim.ledger().keys()].slice(from, to);

describe('vanished records', { timeout: 120_000 }, () => {
  it('become suspects, and tombstones when a second full run misses them too', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    expect(vanishedOf(await harness.harvest(sim.url))).toMatchObject({ suspects: 0, confirmed: 0, held: 0 });
    const gone = ids(sim, 0, 6);
    sim.repository.vanish(gone, Date.now());
    const first = await harness.harvest(sim.url);
    expect(first).toMatchObject({ state: 'complete', failure: null, vanished: { suspects: 6, confirmed: 0, held: 0, cleared: 0 } });
    expect((await harness.stored()).size).toBe(500);
    // One comes back before the second look: an incremental run sees it.
    sim.repository.restore(gone.slice(0, 1), Date.now());
    const { runs, check: asked } = await sync(harness, sim);
    expect(runs[0]).toMatchObject({ vanished: { cleared: 1 } });
    // The simulator answers 500 to the others, as Zenodo does: no witness.
    expect(asked).toMatchObject({ asked: 5, confirmed: 0, cleared: 0, unclear: 5 });
    expect(vanishedOf(await harness.harvest(sim.url))).toMatchObject({ suspects: 0, confirmed: 5, held: 0 });
    expect(await harness.stored()).toEqual(sim.ledger());
    expect(await inSearch(harness)).toBe(495);
    expect(new Set(Object.values(await tombstones(harness)))).toEqual(new Set(['two complete runs in a row did not list it']));
    expect(await suspects(harness, sim)).toEqual({
      [gone[0]!]: 'cleared',
      ...Object.fromEntries(gone.slice(1).map((id) => [id, 'confirmed'])),
    });
    // And back again.
    sim.repository.restore(gone, Date.now());
    await sync(harness, sim);
    expect(await harness.stored()).toEqual(sim.ledger());
    expect(await inSearch(harness)).toBe(500);
  });

  it('are confirmed by GetRecord: gone, or there after all and stored as they are', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    await harness.harvest(sim.url);
    const [hidden, deleted, back] = [ids(sim, 0, 3), ids(sim, 3, 5), ids(sim, 5, 7)];
    sim.repository.vanish(hidden, Date.now(), 'restricted');
    sim.repository.vanish([...deleted, ...back], Date.now());
    await harness.harvest(sim.url);
    sim.repository.restore(back, Date.now());
    expect(await check(harness, sim)).toEqual({ asked: 7, confirmed: 3, cleared: 2, unclear: 2 });
    const stored = await harness.stored();
    expect([hidden, deleted, back].map((group) => group.filter((id) => stored.has(id)).length)).toEqual([0, 2, 2]);
    expect(back.map((id) => stored.get(id))).toEqual(back.map((id) => sim.ledger().get(id)));
    expect(await tombstones(harness)).toEqual(Object.fromEntries(hidden.map((id) => [id, 'the source answers idDoesNotExist'])));
    expect(await inSearch(harness)).toBe(497);
  });

  it('are confirmed by the file of deleted records, with its reason', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    await harness.harvest(sim.url);
    const { source } = await harness.deps(sim.url);
    const [spam, restored, other] = ids(sim, 0, 3) as [string, string, string];
    const row = (id: string, removalDate: string, doi: string | null = null) => ({
      recordId: id.split(':').at(-1)!,
      doi,
      parentId: null,
      parentDoi: null,
      removalNote: 'casino',
      removalReason: 'spam',
      removalDate,
      removedBy: new Date(removalDate),
      citationText: null,
    });
    const rows = [
      row(spam, '2026-11-01'),
      row(restored, '2014-01-01'),
      row(other, '2026-11-01', '10.5281/zenodo.999999999'),
      row('oai:zenodo.org:987654321', '2026-11-01'),
    ];
    expect(await confirmDeletions(harness.db, source.id, rows)).toEqual({ confirmed: 1, deleted: 0, newer: 1, unknown: 2 });
    expect(await confirmDeletions(harness.db, source.id, rows)).toEqual({ confirmed: 0, deleted: 1, newer: 1, unknown: 2 });
    await sendUnindexed(harness.db, harness.search);
    expect(await tombstones(harness)).toEqual({ [spam]: 'spam: casino' });
    expect(await inSearch(harness)).toBe(499);
  });

  it('in numbers that cannot be believed are held for a person, who confirms or dismisses', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    await harness.harvest(sim.url);
    const { source } = await harness.deps(sim.url);
    const gone = ids(sim, 0, 30);
    sim.repository.vanish(gone, Date.now());
    const result = await harness.harvest(sim.url);
    expect(result).toMatchObject({
      state: 'complete',
      vanished: { suspects: 0, confirmed: 0, held: 30 },
      failure: expect.stringMatching(/30 of 500 records .* thresher suspects .* --confirm/),
    });
    // However often: nothing is deleted without a person.
    expect((await harness.harvest(sim.url)).vanished).toMatchObject({ held: 30, confirmed: 0 });
    expect((await harness.stored()).size).toBe(500);
    await clearSuspects(harness.db, source.id, gone.slice(0, 5), { witness: 'person', says: 'dismissed' });
    await confirmGone(harness.db, source.id, gone.slice(5), 'confirmed', { witness: 'person', says: 'confirmed' });
    expect((await harness.stored()).size).toBe(475);
  });

  it('are all of them where the list came back empty: nothing is deleted', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 32, size: 15 });
    await harness.harvest(sim.url);
    sim.repository.vanish({ fraction: 1 }, Date.now());
    const result = await harness.harvest(sim.url);
    expect(result).toMatchObject({ vanished: { held: 15, confirmed: 0 }, failure: expect.stringMatching(/the list came back empty/) });
    expect((await harness.stored()).size).toBe(15);
  });

  it('are not looked for where the source announces deletions, or where the run asked for less than everything', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ ...corpus, deletedRecord: 'persistent' });
    await harness.harvest(sim.url);
    sim.repository.vanish(ids(sim, 0, 3), Date.now());
    expect((await sync(harness, sim)).runs[0]).toMatchObject({ state: 'complete' });
    expect(await harness.stored()).toEqual(sim.ledger());
    expect(Object.values(await tombstones(harness))).toEqual([null, null, null]);
    expect(vanishedOf(await harness.harvest(sim.url))).toBeNull();
    await using silent = await simulate({ seed: 33, size: 100 });
    await harness.harvest(silent.url);
    silent.repository.vanish(ids(silent, 0, 3), Date.now());
    expect(vanishedOf(await harness.harvest(silent.url, { until: new Date('2020-01-01T00:00:00Z') }))).toBeNull();
    expect(vanishedOf(await harness.harvest(silent.url, { from: new Date('2014-01-01T00:00:00Z') }))).toBeNull();
  });

  it('of a set may only have left it: GetRecord tells', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 34, size: 400, communities: ['corals', 'reefs', 'none'] });
    const corals = () =>
      [...sim.repository.ledger()].filter((entry) => entry.setSpecs.includes('user-corals')).map((entry) => entry.identifier);
    await harness.harvest(sim.url, { setSpecs: ['user-corals'] });
    const [left, hidden] = [corals().slice(0, 3), corals().slice(3, 5)];
    sim.repository.removeFromSet(left, 'user-corals');
    sim.repository.vanish(hidden, Date.now(), 'restricted');
    const { runs, check: asked } = await sync(harness, sim, { setSpecs: ['user-corals'] });
    expect(runs.at(-1)?.membership).toMatchObject({ left: 5 });
    expect(asked).toMatchObject({ asked: 5, confirmed: 2, cleared: 3, unclear: 0 });
    const stored = await harness.stored();
    expect([...left, ...hidden].map((id) => stored.has(id))).toEqual([true, true, true, false, false]);
    // Two full runs of the set are no two witnesses.
    sim.repository.removeFromSet(corals().slice(0, 2), 'user-corals');
    await harness.harvest(sim.url, { setSpecs: ['user-corals'] });
    expect(vanishedOf(await harness.harvest(sim.url, { setSpecs: ['user-corals'] }))).toMatchObject({ confirmed: 0 });
    expect((await harness.stored()).size).toBe(stored.size);
  });
});
