import { describe, expect, it } from 'vitest';
import { tryFaults } from './fault-trial.ts';

/**
 * A server that fails in every way, each at 0.2 % of its requests, and a harvester and a transformer that are killed with
 * -9 at random: in the end the rows are what the server's ledger says. `test/harvest/by-hand.ts faults` does it at any size.
 */
describe('many faults and kills', { timeout: 300_000 }, () => {
  it('lose nothing', async () => {
    // Short pages: faults and kills come by the request.
    const [size, pageSize] = [1_000, 10];
    const report = await tryFaults({ size, pageSize, seed: 11, rate: 0.002, kills: 3, databaseUrl: process.env['DATABASE_URL'] ?? '' });
    const extra = (report.requests / (size / pageSize) - 1) * 100;
    console.log(
      `${size} records, ${report.kills} kills, ${JSON.stringify(report.faults)}: ${report.requests} requests, ${extra.toFixed(0)} % more than pages, ${report.seconds.toFixed(0)} s`,
    );
    expect(report.kills).toBe(3);
    expect(Object.keys(report.faults).length).toBeGreaterThan(1);
    expect(report.run.state).toBe('complete');
    expect(report.held).toBe(size);
    expect(report.lost).toEqual([]);
    expect(report.wrong).toEqual([]);
    expect(report.dayOnly).toBeLessThanOrEqual(pageSize * (report.faults['day-datestamps'] ?? 0));
    expect(report.totals.quarantined).toBeGreaterThanOrEqual(report.inQuarantine);
    expect(report.totals.declared).toBe(size);
    expect(report.totals.stored + report.totals.quarantined).toBe(size);
  });
});
