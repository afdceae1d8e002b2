import { expect, test } from 'vitest';
import { matching } from './facet-finder.ts';

test('values are found by their words in any order, without case and accents', () => {
  const values = ['Université de Genève', 'Geneva University Hospitals', 'CERN'].map((label) => ({ label }));
  const found = (typed: string) => matching(values, typed).map(({ label }) => label);
  expect(found('geneve univ')).toEqual(['Université de Genève']);
  expect(found('UNIV')).toEqual(['Université de Genève', 'Geneva University Hospitals']);
  expect(found('')).toHaveLength(3);
  expect(found('mars')).toEqual([]);
});
