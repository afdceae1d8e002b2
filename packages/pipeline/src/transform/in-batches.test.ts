import { expect, it } from 'vitest';
import { inBatches } from './in-batches.ts';

/** Work whose batches end when the test ends them. */
function gated() {
  const begun: (readonly number[])[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const work = (items: readonly number[]): Promise<void> => {
    begun.push(items);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    return gate.promise;
  };
  return { begun, gates, work };
}

it('begins at once, and takes together what comes meanwhile', async () => {
  const { begun, gates, work } = gated();
  const add = inBatches({ size: 3, atATime: 2 }, work);
  const done = [1, 2, 3, 4, 5, 6, 7].map(add);
  expect(begun).toEqual([[1], [2]]);
  gates[1]!.resolve();
  await done[1];
  await expect.poll(() => begun).toEqual([[1], [2], [3, 4, 5]]);
  gates[0]!.resolve();
  await expect.poll(() => begun).toEqual([[1], [2], [3, 4, 5], [6, 7]]);
  for (const gate of gates) gate.resolve();
  await Promise.all(done);
});

it('a batch that fails is done again one by one, and only what fails alone has failed', async () => {
  const tried: (readonly string[])[] = [];
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const add = inBatches<string>({ size: 3, atATime: 1 }, async (items) => {
    tried.push(items);
    await started;
    if (items.includes('bad')) throw new Error(`not ${items.join()}`);
  });
  const first = add('first');
  const outcomes = Promise.allSettled(['a', 'bad', 'b'].map(add));
  start();
  await first;
  expect(await outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: { message: 'not bad' } }, { status: 'fulfilled' }]);
  expect(tried).toEqual([['first'], ['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
});
