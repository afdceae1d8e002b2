import { FAULTS, type FaultName } from '@thresher/oai-sim';
import { afterAll, describe, expect, it } from 'vitest';
import { openHarness, simulate } from '../harness.ts';

/**
 * One fault in the middle of a list, as peers were measured: page 20 of 41, tokens that advance when they are used. The
 * pages are short, as it is their number that matters. A harvest must be complete, or say that it is not.
 */
const corpus = { seed: 7, size: 403, pageSize: 10 };
const outcomes: string[] = [];
afterAll(() => console.log(`one fault at page 20 of 41:\n${outcomes.join('\n')}`));

/** Faults that are in the nature of the server, so every request meets them. */
const standing: readonly FaultName[] = [
  'from-ignored',
  'until-alone-refused',
  'size-absent',
  'size-not-a-number',
  'cursor-absent',
  'gzip-unannounced',
  'wrong-content-type',
  'day-datestamps',
];
/** Their records are kept as bytes, and counted. */
const spoilt: readonly FaultName[] = ['control-character', 'invalid-utf8', 'bare-ampersand'];

describe.concurrent('one fault', { timeout: 120_000 }, () => {
  it(`http-403: ${FAULTS['http-403']}`, async () => {
    await using harness = await openHarness();
    await using sim = await simulate(corpus, { faults: [{ fault: 'http-403', at: { page: 20 } }] });
    await expect(harness.harvest(sim.url)).rejects.toThrow(/403/);
    outcomes.push('  http-403             stopped and said so');
  });

  for (const fault of (Object.keys(FAULTS) as FaultName[]).filter((name) => name !== 'http-403'))
    it(`${fault}: ${FAULTS[fault]}`, async () => {
      await using harness = await openHarness();
      const at = standing.includes(fault) ? {} : { page: 20 };
      const times = standing.includes(fault) ? 100_000 : fault === 'http-429' ? 3 : fault === 'http-503' ? 2 : 1;
      await using sim = await simulate(corpus, { faults: [{ fault, at, times, ...(fault === 'stall' ? { ms: 8_000 } : {}) }] });
      // What happens to a list does not depend on its format, and this one takes half the time to map and store.
      const metadataPrefix = spoilt.includes(fault) ? 'oai_datacite' : 'oai_dc';
      const result = await harness.harvest(sim.url, { metadataPrefix });
      const [stored, ledger] = [await harness.stored(), sim.ledger()];
      // A record that joined after the run had pinned its until belongs to the next one.
      const until = result.run.until_datestamp!.toISOString();
      const lost = [...ledger].filter(([id, datestamp]) => datestamp < until && !stored.has(id)).length;
      const requests = result.totals.requests;
      outcomes.push(
        `  ${fault.padEnd(20)} ${result.state}, ${stored.size} of ${ledger.size}, ${result.totals.quarantined} in quarantine, ${requests} requests, ${result.totals.restarts} restarts`,
      );
      expect(result.totals.quarantined).toBe(spoilt.includes(fault) ? 1 : 0);
      expect(lost).toBe(result.totals.quarantined);
      expect(result.state).toBe('complete');
      expect(result.failure === null).toBe(result.totals.quarantined === 0);
      expect(result.totals.stored).toBe(stored.size);
      expect(result.totals.indexed).toBe(stored.size);
    });
});
