import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { openReplay, startServer } from '@thresher/oai-sim';
import { describe, expect, it } from 'vitest';
import { openHarness } from '../harness.ts';

const folder = resolve(process.env['THRESHER_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'data/zenodo/chain-2024-09');

/** A whole harvest of a set of Zenodo's as somebody recorded it in September 2024: six pages with their tokens. */
describe.skipIf(!existsSync(folder))(
  'a recorded list of Zenodo (needs the genuine data next to the checkout)',
  { timeout: 120_000 },
  () => {
    it('is walked as it was then, kept byte for byte, stored and indexed', async () => {
      await using harness = await openHarness();
      await using server = await startServer(await openReplay(folder));
      const { state, failure, totals } = await harness.harvest(server.url);
      expect({ state, failure }).toEqual({ state: 'complete', failure: null });
      expect(totals).toMatchObject({
        declared: 550,
        received: 550,
        distinctReceived: 550,
        stored: 550,
        indexed: 550,
        quarantined: 0,
        requests: 6,
        restarts: 0,
      });
      const pages = await harness.db.selectFrom('harvest.page').select(['content', 'record_count']).orderBy('number').execute();
      const files = readdirSync(folder).toSorted();
      expect(await Promise.all(pages.map((page) => promisify(zstdDecompress)(page.content!)))).toEqual(
        files.map((file) => readFileSync(join(folder, file))),
      );
      expect(pages.map((page) => page.record_count)).toEqual([100, 100, 100, 100, 100, 50]);
      const stored = await harness.stored();
      expect(stored.size).toBe(550);
      expect(stored.get('oai:zenodo.org:3949272')).toBe('2024-07-19T18:02:52Z');
    });
  },
);
