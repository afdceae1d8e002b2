import { expect, test } from 'vitest';
import { compileOnce } from './compile-once.ts';

type Compile = (part: { readonly schema: object }) => (value: unknown) => unknown;
const validatorsWith = (shared: object): Compile =>
  (compileOnce.buildValidator as unknown as (shared: object, options: object) => Compile)(shared, { customOptions: {} });
const name = (maxLength: number): object => ({ type: 'object', properties: { name: { type: 'string', maxLength } } });

test('equal schemas are compiled once, by whichever API', () => {
  const [one, another] = [validatorsWith({}), validatorsWith({})];
  const validate = one({ schema: name(3) });
  expect(another({ schema: name(3) })).toBe(validate);
  expect(one({ schema: name(4) })).not.toBe(validate);
  expect([validate({ name: 'abc' }), validate({ name: 'abcd' })]).toEqual([true, false]);
});

test('what a schema refers to decides too', () => {
  const schema = { type: 'object', properties: { it: { $ref: 'It#' } } };
  const [asText, asNumber] = ['string', 'number'].map((type) => validatorsWith({ It: { $id: 'It', type } })({ schema }));
  expect([asText!({ it: 'x' }), asNumber!({ it: 'x' })]).toEqual([true, false]);
});
