import { describe, expect, it } from 'vitest';
import { tryPace } from './pace-trial.ts';

/** Counts only: how fast a machine is says nothing here. `test/harvest/by-hand.ts pace` tries it for minutes. */
describe.concurrent('a limit that only the headers tell', { timeout: 120_000 }, () => {
  const databaseUrl = process.env['DATABASE_URL'] ?? '';

  it('is kept by two harvesters together, at 600 a minute', async () => {
    const { counts, permitted } = await tryPace({ ratePerMinute: 600, latency: '100-300', seconds: 20, harvesters: 2, databaseUrl });
    expect(counts.refused429).toBe(0);
    // What two processes sent before they knew of the limit, and the first request of the next gap.
    expect(counts.requests).toBeLessThanOrEqual(permitted + 5);
    expect(counts.requests).toBeGreaterThan(permitted / 4);
  });

  it('is kept where a minute permits less than a burst would send', async () => {
    const { counts } = await tryPace({ ratePerMinute: 6, latency: '0', seconds: 20, harvesters: 2, databaseUrl });
    expect(counts.refused429).toBe(0);
    expect(counts.requests).toBeGreaterThanOrEqual(2);
    expect(counts.requests).toBeLessThanOrEqual(5);
  });
});
