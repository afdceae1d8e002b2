import { expect, test } from 'vitest';
import { readSaved, without, withSaved } from './saved-searches.ts';

const [ICE, SNOW] = [
  { name: 'ice', search: '?q=ice' },
  { name: 'snow', search: '?q=snow' },
];

test('a search is saved once, the last one first, and can be removed', () => {
  const saved = withSaved(withSaved([], ICE), SNOW);
  expect(saved).toEqual([SNOW, ICE]);
  expect(withSaved(saved, { ...ICE, name: 'frozen' })).toEqual([{ name: 'frozen', search: '?q=ice' }, SNOW]);
  expect(without(saved, '?q=snow')).toEqual([ICE]);
});

test('what another program has spoilt is passed over, and an address is only ever a query', () => {
  const read = (text: string | null) => readSaved({ getItem: () => text });
  expect([read(null), read('{'), read('{}')]).toEqual([[], [], []]);
  expect(read(JSON.stringify([ICE, null, { name: 'x', search: 'javascript:alert(1)' }, { name: 2, search: '?' }]))).toEqual([ICE]);
});
