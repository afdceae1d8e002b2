import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capacityOf, capacityTable, type Costs, costsOf, type Measured } from './estimate.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const costs: Costs = {
  measuredRecords: 1_000_000,
  cpuSeconds: 0.0036,
  archiveBytes: 700,
  postgresBytes: 9_000,
  elasticsearchBytes: 1_000,
  dumpPerSecond: 1_000,
};

test('costs grow with the records, and an index is split at 50 GB', () => {
  expect(capacityOf(costs, 3_600_000)).toMatchObject({
    requests: 72_000,
    hoursByRequests: 40,
    hoursByDump: 1,
    cpuHours: 3.6,
    postgresGB: 32.4,
    elasticsearchGB: 3.6,
    shards: 1,
  });
  expect([50_000_000, 50_000_001, 120_000_000].map((records) => capacityOf(costs, records).shards)).toEqual([1, 2, 3]);
});

test('the table of docs/capacity.md is what the measured costs make: node scripts/capacity.ts writes it', () => {
  const measured = costsOf(JSON.parse(readFileSync(join(docs, 'performance.json'), 'utf8')) as Measured);
  expect(readFileSync(join(docs, 'capacity.md'), 'utf8')).toContain(capacityTable(measured));
});
