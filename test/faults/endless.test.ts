import { describe, expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';

describe('a list that never gets on', { timeout: 120_000 }, () => {
  it('is begun again and cut, not gone on with, under a pace too', async () => {
    await using harness = await openHarness();
    // Every page of more than one leads back to itself. Under a known pace its token counts as never sent.
    await using sim = await simulate(
      { seed: 4, size: 200, tokens: 'stateless' },
      { ratePerMinute: 6_000, faults: [{ fault: 'token-repeated', rate: 1 }] },
    );
    const { state, totals } = await harness.harvest(sim.url, { rate: 6_000 });
    expect(state).toBe('complete');
    expect(await harness.stored()).toEqual(sim.ledger());
    expect(totals.requests).toBeLessThan(150);
  });
});
