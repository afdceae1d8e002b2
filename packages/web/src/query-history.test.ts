import { expect, test } from 'vitest';
import { readHistory, remembered, writeHistory } from './query-history.ts';

test('each query is remembered once, the last one first, and not more than thirty', () => {
  expect(remembered(['b', 'a'], ' a ')).toEqual(['a', 'b']);
  expect(remembered(['a'], '  ')).toEqual(['a']);
  const many = Array.from({ length: 40 }, (_, n) => String(n)).reduce<string[]>(remembered, []);
  expect([many.length, many[0]]).toEqual([30, '39']);
});

test('a history that another program has spoilt is empty, and a full storage is no fault', () => {
  const kept = (text: string | null) => readHistory({ getItem: () => text });
  expect([kept(null), kept('{'), kept('{"a":1}'), kept('["a",2]')]).toEqual([[], [], [], ['a']]);
  const full = {
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  };
  expect(() => writeHistory(full, ['a'])).not.toThrow();
});
