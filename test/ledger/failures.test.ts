import { exit } from '@thresher/cli';
import { pageFailures, quarantinedFailures, recordFailures } from '@thresher/store/harvest';
import { writeRecords } from '@thresher/store/write';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { thresher } from './thresher.ts';

const timeout = 120_000;

it('names a quarantined record and prints its bytes, until it comes whole', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 11, size: 120 }, { faults: [{ fault: 'invalid-utf8', at: { page: 2 } }] });
  await harness.harvest(sim.url);
  const { source } = await harness.deps(sim.url);
  const { code, out } = await thresher(harness, 'failures', sim.url, '--json');
  expect(code).toBe(exit.done);
  const told = JSON.parse(out) as { totals: object; quarantined: { identifier: string; id: string; page: number; position: number }[] };
  expect(told).toMatchObject({ totals: { quarantined: 1, pages: 0, records: 0 }, pages: [], records: [] });
  const [failure] = told.quarantined;
  expect(failure).toMatchObject({
    reason: expect.stringMatching(/UTF-8/i),
    id: `${failure!.page}/${failure!.position}`,
    bytes: expect.any(Number),
  });
  expect(sim.ledger().has(failure!.identifier)).toBe(true);
  expect((await harness.stored()).has(failure!.identifier)).toBe(false);
  for (const id of [failure!.identifier, failure!.id]) {
    const raw = await thresher(harness, 'failures', sim.url, '--raw', id);
    expect(raw.code).toBe(exit.done);
    expect(raw.bytes.includes(Buffer.from([0xff, 0xfe]))).toBe(true);
    expect(raw.bytes.toString('latin1')).toMatch(new RegExp(`^<record>[^]*${failure!.identifier}[^]*</record>$`));
  }
  expect(await thresher(harness, 'failures', sim.url, '--raw', 'oai:x:1')).toMatchObject({ code: exit.failed, out: '' });
  expect((await thresher(harness, 'failures', sim.url)).out).toContain('1 records in quarantine');

  await harness.harvest(sim.url);
  expect((await quarantinedFailures(harness.db, source.id, 10)).total).toBe(0);
  expect((await thresher(harness, 'failures', sim.url)).out).toContain('nothing of');
});

it('names pages that were not transformed and records that could not be mapped', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 12, size: 60 });
  await harness.harvest(sim.url);
  const { source } = await harness.deps(sim.url);
  const [page] = await harness.db.selectFrom('harvest.page').select(['id', 'identifiers']).orderBy('id').limit(1).execute();
  await harness.db
    .updateTable('harvest.page')
    .set({ state: 'stored', failure: 'the index is away', tries: 3 })
    .where('id', '=', page!.id)
    .execute();
  expect(await pageFailures(harness.db, source.id, false, 10)).toEqual({ total: 0, shown: [] });
  expect(await pageFailures(harness.db, source.id, true, 10)).toMatchObject({
    total: 1,
    shown: [{ page: page!.id, tries: 3, failure: 'the index is away', identifiers: page!.identifiers }],
  });

  const header = { identifier: page!.identifiers[0]!, datestamp: '2026-11-01T00:00:00Z', setSpecs: [], deleted: false };
  const issues = [
    { code: 'payload-unknown', path: '', value: '{}html', severity: 'error' as const },
    { code: 'other', path: 'x', value: null, severity: 'info' as const },
  ];
  await writeRecords(harness.db, {
    sourceId: source.id,
    pageId: page!.id,
    records: [{ header, datestamp: new Date(header.datestamp), metadata: null, issues }],
  });
  expect(await recordFailures(harness.db, source.id, 10)).toEqual({
    total: 1,
    shown: [{ identifier: header.identifier, code: 'payload-unknown', path: '', value: '{}html' }],
  });
});
