import { exit } from '@thresher/cli';
import { findSource } from '@thresher/store/harvest';
import { expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';
import { thresher } from './thresher.ts';

const timeout = 120_000;
const nowhere = { databaseUrl: '' };

it('prints how a repository behaves, without a database', { timeout }, async () => {
  await using sim = await simulate({ seed: 41, size: 300 }, { ratePerMinute: 120, gzip: true });
  const { code, out } = await thresher(nowhere, 'probe', sim.url);
  expect(code).toBe(exit.done);
  expect(sim.server.sim.log.counts().requests).toBeLessThanOrEqual(15);
  expect(out).toMatch(/records +300 declared, 50 a page/);
  expect(out).toMatch(/token sent twice +not the same page: use it once/);
  expect(out).toMatch(/a day as until +the beginning of the day/);
  expect(out).toMatch(/compression +gzip/);
  expect(out).toContain('settings to keep      {"tokensRepeatable":false,"selective":true,"ratePerMinute":120}');
});

it('keeps what it found out, and a harvest goes by it', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate(
    { seed: 42, size: 300, tokens: 'stateless' },
    { faults: [{ fault: 'from-ignored', at: {}, times: 1_000 }] },
  );
  const { code, err } = await thresher(harness, 'probe', sim.url, '--save', 'odd', '--json');
  expect({ code, err }).toEqual({ code: exit.done, err: 'kept as the settings of odd: thresher harvest odd\n' });
  expect(await findSource(harness.db, 'odd')).toMatchObject({
    base_url: sim.url,
    metadata_prefix: 'oai_datacite',
    settings: { tokensRepeatable: true, selective: false },
    repository_name: 'Zenodo',
    granularity: 'YYYY-MM-DDThh:mm:ssZ',
    deleted_record: 'no',
    earliest_datestamp: new Date('2014-02-03T14:41:33Z'),
  });
  sim.server.sim.faults.add([{ fault: 'cut-after-consumed', at: { page: 3 } }]);
  const before = sim.server.sim.log.counts().requests;
  expect((await thresher(harness, 'harvest', 'odd')).code).toBe(exit.done);
  // One window, and the lost answer costs one request, not the list.
  expect(sim.server.sim.log.counts().requests - before).toBeLessThanOrEqual(1 + 7 + 1);
  expect(await harness.stored()).toEqual(sim.ledger());
  await harness.db
    .updateTable('harvest.source')
    .set({ settings: JSON.stringify({ overlapSeconds: 60, selective: true }) as never })
    .execute();
  await thresher(harness, 'probe', 'odd', '--save', 'odd');
  expect(await findSource(harness.db, 'odd')).toMatchObject({ settings: { overlapSeconds: 60, selective: false, tokensRepeatable: true } });
  expect(await thresher(harness, 'probe', 'odd', '--save', 'other')).toMatchObject({
    code: exit.usage,
    err: expect.stringContaining('is the source odd already'),
  });
});

it('leaves a server alone that turns it away, and says what is no repository', { timeout }, async () => {
  await using sim = await simulate({ seed: 43, size: 300 }, { faults: [{ fault: 'http-429', at: { page: 2 }, times: 100 }] });
  const told = await thresher(nowhere, 'probe', sim.url, '--json');
  expect(told).toMatchObject({ code: exit.incomplete, err: expect.stringContaining('answered 429 to ListRecords') });
  expect(JSON.parse(told.out)).toMatchObject({ requests: 5, pageSize: 50, token: { repeatable: null }, settings: {} });
  expect(sim.server.sim.log.counts().requests).toBe(5);
  expect(await thresher(nowhere, 'probe', `${sim.url}/nothing`)).toMatchObject({
    code: exit.failed,
    out: '',
    err: expect.stringContaining('404'),
  });
  expect(await thresher(nowhere, 'probe', 'http://127.0.0.1:9/oai')).toMatchObject({
    code: exit.failed,
    err: expect.stringContaining('nothing listens'),
  });
  expect(await thresher(nowhere, 'probe', sim.url, '--save', 'x')).toMatchObject({
    code: exit.usage,
    err: expect.stringContaining('DATABASE_URL'),
  });
});
