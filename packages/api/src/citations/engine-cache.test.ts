import { expect, test } from 'vitest';
import { createLeaseCache } from './engine-cache.ts';

function counted() {
  const counts = { opened: 0, closed: 0, most: 0 };
  const cache = createLeaseCache<string>(2, () => (counts.closed += 1));
  const use = (key: string, action: (thing: string) => unknown = () => {}) =>
    cache.use(
      key,
      async () => {
        counts.opened += 1;
        counts.most = Math.max(counts.most, counts.opened - counts.closed);
        return key;
      },
      action,
    );
  return { counts, use };
}

test('what is used again is opened once, and what is pushed out is closed once', async () => {
  const { counts, use } = counted();
  for (const key of ['a', 'b', 'a', 'b', 'a']) await use(key);
  expect(counts).toMatchObject({ opened: 2, closed: 0 });
  for (let n = 0; n < 100; n += 1) await use(`style ${n}`);
  await use('last');
  expect(counts.opened - counts.closed).toBe(2);
});

test('many at once open each thing once, and close none that is in use', async () => {
  const { counts, use } = counted();
  const keys = Array.from({ length: 60 }, (_, n) => `style ${n % 20}`);
  const used = await Promise.all(keys.map((key) => use(key, (thing) => thing)));
  expect(used).toEqual(keys);
  await use('style 19');
  expect(counts.opened).toBeLessThanOrEqual(60);
  expect(counts.opened - counts.closed).toBe(2);
});

test('what fails is not kept, and is closed if it was open', async () => {
  const { counts, use } = counted();
  const fail = () => {
    throw new Error('no');
  };
  for (let n = 0; n < 3; n += 1) await expect(use('a', fail)).rejects.toThrow('no');
  expect(counts).toMatchObject({ opened: 3, closed: 3 });
  const cache = createLeaseCache<string>(2, () => {});
  const broken = () => Promise.reject(new Error('no file'));
  await expect(cache.use('b', broken, () => 'x')).rejects.toThrow('no file');
  expect(
    await cache.use(
      'b',
      async () => 'b',
      (thing) => thing,
    ),
  ).toBe('b');
});
