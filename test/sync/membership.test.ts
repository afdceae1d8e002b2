import { syncSource, type SyncOptions } from '@thresher/pipeline';
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

async function sync(harness: Harness, sim: Simulated, changes: Partial<SyncOptions>, signal = new AbortController().signal) {
  const { source, ...deps } = await harness.deps(sim.url);
  const { runs } = await syncSource(deps, source, { ...options, ...changes }, () => {}, signal);
  return { runs, membership: runs.find((result) => result.membership !== null)?.membership ?? null };
}

/** Identifier, datestamp, sets and communities of every live record that is stored. */
async function storedSets(harness: Harness): Promise<Map<string, string>> {
  const { rows } = await harness.db.pool.query<{ id: string; line: string }>(`
    select oai_identifier as id, datestamp_text || ' ' ||
      (select string_agg(set_spec, ' ' order by set_spec collate "C") from record_set where record_id = r.id) as line
    from record r where not deleted`);
  return new Map(rows.map((row) => [row.id, row.line]));
}

function ledgerSets(sim: Simulated): Map<string, string> {
  const live = [...sim.repository.ledger()].filter((entry) => !entry.deleted);
  return new Map(
    live.map(
      (entry) =>
        [entry.identifier, entry.setSpecs.length === 0 ? null : `${entry.datestamp} ${entry.setSpecs.toSorted().join(' ')}`] as [
          string,
          string,
        ],
    ),
  );
}

const members = (sim: Simulated, setSpec: string): string[] =>
  [...sim.repository.ledger()].filter((entry) => !entry.deleted && entry.setSpecs.includes(setSpec)).map((entry) => entry.identifier);

const corpus = { seed: 21, size: 300, pageSize: 25, communities: ['corals', 'reefs', 'none'] };

async function inSearch(harness: Harness, community: string): Promise<number> {
  await harness.search.client.indices.refresh({ index: harness.search.alias });
  const { count } = await harness.search.client.count({ index: harness.search.alias, query: { term: { communities: community } } });
  return count;
}

describe('membership', { timeout: 120_000 }, () => {
  it('follows records that join and leave a set without changing, in SQL, in search and in the history', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    await harness.harvest(sim.url);
    const corals = members(sim, 'user-corals');
    const others = [...sim.ledger().keys()].filter((id) => !corals.includes(id));
    const [joining, leaving] = [others.slice(0, 7), corals.slice(0, 5)];
    sim.repository.addToSet(joining, 'user-corals');
    sim.repository.removeFromSet(leaving, 'user-corals');
    const { membership } = await sync(harness, sim, { setSpecs: ['user-corals'] });
    expect(membership).toEqual({ joined: 7, left: 5, fetched: 0, unclear: 0, unharvested: [], problems: [] });
    expect(await storedSets(harness)).toEqual(ledgerSets(sim));
    expect(await inSearch(harness, 'corals')).toBe(members(sim, 'user-corals').length);
    const { rows } = await harness.db.pool.query(
      `select change, count(*)::int as n from record_set_change where set_spec = 'user-corals' group by change order by change`,
    );
    expect(rows).toEqual([
      { change: 'joined', n: 7 },
      { change: 'left', n: 5 },
    ]);
    const { rows: history } = await harness.db.pool.query<{ id: string; versions: number }>(
      `select r.oai_identifier as id, count(*)::int as versions from record_history h join record r on r.id = h.record_id group by r.id`,
    );
    expect(history.map(({ id, versions }) => `${id} ${versions}`).sort()).toEqual([...joining, ...leaving].map((id) => `${id} 1`).sort());
    // A second time there is nothing to do.
    expect((await sync(harness, sim, { setSpecs: ['user-corals'] })).membership).toMatchObject({ joined: 0, left: 0 });
  });

  it.each([
    ['unknown', {}, { left: 0, problem: true }],
    ['known', { selective: false }, { left: 3, problem: false }],
  ])('ends on a server that ignores from, which is %s', async (_, settings, expected) => {
    await using harness = await openHarness();
    await using sim = await simulate({ ...corpus, pageSize: 2 });
    await harness.harvest(sim.url, { setSpecs: ['user-corals'] });
    await harness.db
      .updateTable('harvest.source')
      .set({ settings: JSON.stringify(settings) as never })
      .execute();
    sim.server.sim.faults.add([{ fault: 'from-ignored', at: { verb: 'ListIdentifiers' }, rate: 1 }]);
    const before = sim.server.sim.log.counts().verbs['ListIdentifiers'] ?? 0;
    sim.repository.removeFromSet(members(sim, 'user-corals').slice(0, 3), 'user-corals');
    const pages = Math.ceil((members(sim, 'user-corals').length + 1) / 2);
    expect(pages).toBeGreaterThan(20);
    const { membership } = await sync(harness, sim, { setSpecs: ['user-corals'] });
    expect(membership).toMatchObject({ left: expected.left });
    expect(membership!.problems.some((problem) => problem.includes('does not end'))).toBe(expected.problem);
    expect(sim.server.sim.log.counts().verbs['ListIdentifiers']! - before).toBeLessThanOrEqual(pages + 22);
  });

  it('fetches members of a set that are not stored, and tells if they are too many', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    await harness.harvest(sim.url, { setSpecs: ['user-reefs'] });
    const others = [...sim.ledger().keys()].filter((id) => !members(sim, 'user-reefs').includes(id));
    sim.repository.addToSet(others.slice(0, 30), 'user-reefs');
    const fetched = await sync(harness, sim, { setSpecs: ['user-reefs'] });
    expect(fetched.membership).toMatchObject({ fetched: 30, unharvested: [] });
    // The ledger counts each member where it was listed and, fetched, once more.
    expect(fetched.runs[1]).toMatchObject({
      totals: { stored: members(sim, 'user-reefs').length + 30, indexed: members(sim, 'user-reefs').length + 30 },
    });
    expect([...(await storedSets(harness)).keys()].sort()).toEqual(members(sim, 'user-reefs').sort());
    sim.repository.addToSet(others.slice(30, 150), 'user-reefs');
    const { runs } = await sync(harness, sim, { setSpecs: ['user-reefs'] });
    expect(runs.map((result) => [result.run.kind, result.state])).toEqual([
      ['incremental', 'complete'],
      ['membership', 'complete'],
      ['full', 'complete'],
    ]);
    expect([...(await storedSets(harness)).keys()].sort()).toEqual(members(sim, 'user-reefs').sort());
  });

  it('goes on with a comparison that was interrupted, and ends with what the server holds', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus, { latencyMs: { min: 60, max: 80 } });
    await harness.harvest(sim.url);
    const corals = members(sim, 'user-corals');
    sim.repository.removeFromSet(corals.slice(0, 4), 'user-corals');
    sim.repository.addToSet([...sim.ledger().keys()].filter((id) => !corals.includes(id)).slice(0, 9), 'user-corals');
    const killed = new AbortController();
    const interrupted = sync(harness, sim, { setSpecs: ['user-corals'] }, killed.signal);
    while ((sim.server.sim.log.counts().verbs['ListIdentifiers'] ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    killed.abort(new Error('killed'));
    await expect(interrupted).rejects.toThrow('killed');
    const { runs } = await sync(harness, sim, { setSpecs: ['user-corals'] });
    expect(runs.map((result) => [result.run.kind, result.state])).toEqual([
      ['membership', 'complete'],
      ['incremental', 'complete'],
      ['membership', 'complete'],
    ]);
    expect(await storedSets(harness)).toEqual(ledgerSets(sim));
  });

  it('does not throw records out of a set that changed while its list was walked', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    await harness.harvest(sim.url);
    const [changing, leaving] = members(sim, 'user-corals');
    sim.repository.removeFromSet([leaving!], 'user-corals');
    // As if it changed between the first answer, which pins until, and the list.
    sim.repository.touch([changing!], Date.now() + 5_000);
    expect((await sync(harness, sim, { setSpecs: ['user-corals'] })).membership).toMatchObject({ joined: 0, left: 1 });
    expect((await storedSets(harness)).get(changing!)).toContain('user-corals');
  });

  it('does not believe an empty list of a set that had members, unless a person says so', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    await harness.harvest(sim.url);
    const corals = members(sim, 'user-corals');
    expect(corals.length).toBeGreaterThan(20);
    sim.repository.removeFromSet(corals, 'user-corals');
    const doubted = await sync(harness, sim, { setSpecs: ['user-corals'] });
    expect(doubted.membership).toMatchObject({
      left: 0,
      problems: [expect.stringMatching(/user-corals came back empty while \d+ members are stored/)],
    });
    expect(doubted.runs.at(-1)).toMatchObject({ state: 'complete', failure: expect.stringMatching(/--confirm/) });
    expect(await inSearch(harness, 'corals')).toBe(corals.length);
    expect((await sync(harness, sim, { setSpecs: ['user-corals'], confirm: true })).membership).toMatchObject({
      left: corals.length,
      problems: [],
    });
    expect(await storedSets(harness)).toEqual(ledgerSets(sim));
    expect(await inSearch(harness, 'corals')).toBe(0);
  });

  it('believes the headers of a few members that their set has become empty', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    const [first, second] = [...sim.ledger().keys()] as [string, string];
    sim.repository.addToSet([first, second], 'user-none');
    await harness.harvest(sim.url);
    sim.repository.removeFromSet([first, second], 'user-none');
    expect((await sync(harness, sim, { setSpecs: ['user-none'] })).membership).toMatchObject({ left: 2, problems: [] });
    expect(await storedSets(harness)).toEqual(ledgerSets(sim));
  });

  it('says that a set does not exist', async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus);
    await harness.harvest(sim.url);
    const { runs } = await sync(harness, sim, { setSpecs: ['user-coralls'] });
    expect(runs.at(-1)).toMatchObject({ state: 'failed', failure: expect.stringMatching(/no such set: is it spelt right/) });
    // An empty set that exists is no failure.
    expect((await sync(harness, sim, { setSpecs: ['user-none'] })).runs.map((result) => result.failure)).toEqual([null, null]);
  });
});
