import { checkSuspects, syncSource } from '@thresher/pipeline';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';

it('ends with what the server holds, record by record, whatever changed in between', { timeout: 120_000 }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 61, size: 600, communities: ['corals', 'reefs', 'none'] });
  await harness.harvest(sim.url);
  const { source, ...deps } = await harness.deps(sim.url);
  const signal = new AbortController().signal;
  const all = [...sim.ledger().keys()];
  const now = Date.now();
  sim.repository.touch(all.slice(0, 40), now);
  sim.repository.create(25, now);
  sim.repository.vanish(all.slice(40, 50), now, 'restricted');
  sim.repository.vanish(all.slice(50, 54), now, 'restricted');
  sim.repository.restore(all.slice(50, 54), now);
  sim.repository.addToSet(all.slice(54, 70), 'user-corals');
  sim.repository.addToSet(all.slice(60, 65), 'user-reefs');
  sim.repository.removeFromSet(all.slice(300, 330), 'user-corals');
  // What a sync can see: changes, and the members of sets (a record that vanished from one has left it, as far as the sync can tell).
  const options = {
    metadataPrefix: 'oai_datacite',
    setSpecs: [],
    overlapSeconds: null,
    rate: null,
    concurrency: null,
    membership: 'always',
    confirm: true,
  } as const;
  await syncSource(deps, source, options, () => {}, signal);
  await syncSource(deps, source, { ...options, setSpecs: ['user-corals', 'user-reefs'] }, () => {}, signal);
  expect(without(await stored(), all.slice(40, 50))).toEqual(ledger());
  // What only a full run can: who has vanished. GetRecord is the second witness.
  expect((await harness.harvest(sim.url)).vanished).toMatchObject({ suspects: 10, held: 0 });
  const check = await checkSuspects(deps, source, { states: ['suspect'], limit: 100, notCheckedSince: null, rate: null }, () => {}, signal);
  expect(check).toMatchObject({ asked: 10, confirmed: 10 });
  expect(await stored()).toEqual(ledger());
  await harness.search.client.indices.refresh({ index: harness.search.alias });
  expect((await harness.search.client.count({ index: harness.search.alias })).count).toBe(ledger().size);

  async function stored(): Promise<Map<string, string>> {
    const { rows } = await harness.db.pool.query<{ id: string; line: string }>(`
      select oai_identifier as id, datestamp_text || ' ' ||
        coalesce((select string_agg(set_spec, ' ' order by set_spec collate "C") from record_set where record_id = r.id), '') || ' ' ||
        coalesce((select string_agg(community, ' ' order by community collate "C") from record_community where record_id = r.id), '') as line
      from record r where not deleted order by 1`);
    return new Map(rows.map((row) => [row.id, row.line]));
  }

  function ledger(): Map<string, string> {
    const live = [...sim.repository.ledger()].filter((entry) => !entry.deleted);
    const slugs = (sets: readonly string[]) =>
      sets
        .flatMap((set) => (set.startsWith('user-') ? set.slice(5) : []))
        .toSorted()
        .join(' ');
    return new Map(
      live.map((entry) => [entry.identifier, `${entry.datestamp} ${entry.setSpecs.toSorted().join(' ')} ${slugs(entry.setSpecs)}`]),
    );
  }

  function without(records: Map<string, string>, ids: readonly string[]): Map<string, string> {
    return new Map([...records].filter(([id]) => !ids.includes(id)));
  }
});
