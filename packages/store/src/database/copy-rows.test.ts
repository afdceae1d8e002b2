import { expect, test } from 'vitest';
import { copyField, copyLine, type CopyValue } from './copy-rows.ts';

test.each<[CopyValue, string]>([
  [null, '\\N'],
  [undefined, '\\N'],
  ['', ''],
  ['\\N', '\\\\N'],
  ['a\tb\nc\r\\.', 'a\\tb\\nc\\r\\\\.'],
  [0, '0'],
  [false, 'false'],
  [new Date('2024-01-02T03:04:05Z'), '2024-01-02T03:04:05.000Z'],
  [{ a: 'x\ny' }, '{"a":"x\\\\ny"}'],
])('%j is %s for COPY', (value, field) => {
  expect(copyField(value)).toBe(field);
});

test('a line holds its fields between tabs', () => {
  expect(copyLine([1, 'a', null])).toBe('1\ta\t\\N\n');
});
