import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capacityOf, capacityTable, type Costs, costsOf, limits, type Measured, queueCapacityOf, queueTable } from './estimate.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const costs: Costs = {
  measuredRecords: 1_000_000,
  cpuSeconds: 0.0036,
  archiveBytes: 700,
  postgresBytes: 9_000,
  elasticsearchBytes: 1_000,
  dumpPerSecond: 1_000,
  searchSeconds: 0.02,
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

test('cores take pages up to nearly their whole time, and searches as far as nobody waits too long', { timeout: 120_000 }, () => {
  const [one, four] = [queueCapacityOf(costs, 1), queueCapacityOf(costs, 4)];
  // 50 records × 3.6 ms: 333 pages a minute at most.
  expect(one.pagesPerMinute).toBeGreaterThan(0.9 * 333);
  expect(one.pagesPerMinute).toBeLessThan(333);
  expect(one.recordsPerHour).toBeCloseTo(one.pagesPerMinute * 3_000, 3);
  expect(one.sources).toBe(Math.floor(one.pagesPerMinute / 30));
  // One core: 99 % end within ln(100) of the mean response.
  const mostSearches = Math.LN2 / costs.searchSeconds - Math.log(100) / limits.search.seconds;
  expect(Math.abs(one.searchesPerSecond / mostSearches - 1)).toBeLessThan(0.03);
  expect(four.searchesPerSecond).toBeGreaterThan(4 * one.searchesPerSecond);
});

test('the tables of docs/capacity.md are what the measured costs make: node scripts/capacity.ts writes them', { timeout: 120_000 }, () => {
  const measured = costsOf(JSON.parse(readFileSync(join(docs, 'performance.json'), 'utf8')) as Measured);
  expect(readFileSync(join(docs, 'capacity.md'), 'utf8')).toContain(capacityTable(measured));
  expect(readFileSync(join(docs, 'capacity.md'), 'utf8')).toContain(queueTable(measured));
});
