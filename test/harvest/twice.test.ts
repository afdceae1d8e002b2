import { expect, test } from 'vitest';
import { harvestTwice } from './twice-trial.ts';

test('a second harvest of the same writes no row and sends the index nothing', { timeout: 120_000 }, async () => {
  const { seconds: _, ...found } = await harvestTwice(1_500);
  expect(found).toEqual({
    complete: true,
    received: 1_500,
    rowsChanged: false,
    indexOperations: { first: expect.any(Number) as number, second: 0 },
  });
  expect(found.indexOperations.first).toBeGreaterThan(1_000);
});
