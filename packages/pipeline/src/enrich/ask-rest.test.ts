import { expect, it } from 'vitest';
import { readFound } from './ask-rest.ts';

const whole = (id: number) => ({ id, files: [{ key: 'a.csv' }], stats: { views: id } });
const answer = (status: number, value: unknown) => ({
  status,
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});

it('takes from a search what it shows whole; what lacks files or statistics is asked for by itself', () => {
  const hits = [whole(3), { id: 4, stats: { views: 1 } }, { id: 5, files: [] }, whole(9), null, 'x'];
  const found = readFound(answer(200, { hits: { hits, total: 6 } }), [1, 3, 4, 5]);
  expect([...found!.keys()]).toEqual([3]);
  expect(found!.get(3)).toMatchObject({ files: [{ key: 'a.csv' }], stats: { views: 3 } });
});

it('takes hidden files for what they are where the form says so', () => {
  const hidden = { id: '5', files: { enabled: true }, stats: { this_version: { views: 1 }, all_versions: { views: 2 } } };
  expect(readFound(answer(200, { hits: { hits: [hidden] } }), ['5'])!.get('5')).toMatchObject({ files: null, stats: { views: 2 } });
  expect(readFound(answer(200, { hits: { hits: [{ ...hidden, stats: {} }] } }), ['5'])).toBeNull();
});

it.each([
  ['no hits', 200, { hits: { hits: [], total: 0 } }],
  ['only others', 200, { hits: { hits: [whole(9)] } }],
  ['another shape', 200, { hits: 3 }],
  ['null', 200, null],
  ['a page for people', 200, '<html>'],
  ['a refusal', 400, { status: 400, hits: { hits: [whole(1)] } }],
])('%s is no answer to a search', (_, status, value) => {
  expect(readFound(answer(status, value), [1])).toBeNull();
});
