import { expect, test } from 'vitest';
import { createOpenWalks } from './open-walks.ts';

const limits = { perClient: 3, inAll: 5, idleMs: 1_000, expiryMs: 10_000 };

function counted() {
  const closed: string[] = [];
  const keyOf = (cursor: string): string => cursor.replace(/\/.*/, '');
  const walks = createOpenWalks({ keyOf, close: async (cursor) => void closed.push(cursor) }, limits);
  const begin = (client: string, name: string, now: number): void => walks.begin(client, now).pause(`${name}/1`);
  return { walks, closed, begin };
}

test('the number of walks is limited for a client and for all clients together', async () => {
  const { walks, closed, begin } = counted();
  for (const name of ['a', 'b', 'c']) begin('first', name, 0);
  expect(() => begin('first', 'd', 10)).toThrow('this client has 3');
  for (const name of ['e', 'f']) begin('second', name, 0);
  expect(() => begin('third', 'g', 10)).toThrow('there are 5');
  expect([walks.size, closed]).toEqual([5, []]);
});

test('the walk that waits for its client the longest makes room', async () => {
  const { walks, closed, begin } = counted();
  for (const name of ['a', 'b', 'c']) begin('first', name, 0);
  walks.resume('a/1', 500)!.pause('a/2');
  begin('first', 'd', 1_000);
  expect([walks.size, closed]).toEqual([3, ['b/1']]);
  expect(walks.resume('b/1', 1_000)).toBeNull();
});

test('a walk that is read is not closed, and one that is done is not counted', async () => {
  const { walks, closed, begin } = counted();
  for (const name of ['a', 'b', 'c']) begin('first', name, 0);
  const reading = ['a', 'b', 'c'].map((name) => walks.resume(`${name}/1`, 10)!);
  expect(() => begin('first', 'd', 5_000)).toThrow('this client has 3');
  reading[0]!.pause(null);
  begin('first', 'd', 5_000);
  await reading[1]!.end();
  expect([walks.size, closed]).toEqual([2, []]);
});

test('a walk is counted before its first page is there', () => {
  const { walks, begin } = counted();
  for (let n = 0; n < 3; n += 1) walks.begin('first', 0);
  expect(() => begin('first', 'd', 60_000)).toThrow('this client has 3');
  expect(walks.size).toBe(3);
});

test('what Elasticsearch has closed by itself is not counted', () => {
  const { walks, closed, begin } = counted();
  for (const name of ['a', 'b', 'c']) begin('first', name, 0);
  begin('first', 'd', 10_000);
  expect([walks.size, closed]).toEqual([1, []]);
});
