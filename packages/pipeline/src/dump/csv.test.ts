import { expect, test } from 'vitest';
import { csvRows } from './csv.ts';
import { DumpUnreadableError } from './dump-errors.ts';

async function rows(...pieces: string[]): Promise<string[][]> {
  const found: string[][] = [];
  for await (const row of csvRows(
    (async function* () {
      yield* pieces;
    })(),
  ))
    found.push(row);
  return found;
}

test.each([
  [
    'plain',
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'as Python writes it',
    'a,b\r\n1,"x, ""y""\r\nz"\r\n',
    [
      ['a', 'b'],
      ['1', 'x, "y"\r\nz'],
    ],
  ],
  [
    'empty fields',
    ',,\n"",x,\n',
    [
      ['', '', ''],
      ['', 'x', ''],
    ],
  ],
  ['no line end at the end', 'a\nb', [['a'], ['b']]],
  ['empty rows', '\n\r\na\n\n', [['a']]],
  ['a quote in the middle of a plain field', 'a"b,c\n', [['a"b', 'c']]],
  ['nothing', '', []],
])('%s', async (_, text, expected) => {
  expect(await rows(text)).toEqual(expected);
  expect(await rows(...text.split(''))).toEqual(expected);
});

test.each([
  ['a quote that is not closed', 'a,b\n"c,d\n', /^row 2: .*quote/i],
  ['a row without end', `a\n"${'b'.repeat(1_100_000)}`, /^row 2 has more than 1000000 characters: is a quote not closed\?$/],
])('%s is refused', async (_, text, message) => {
  await expect(rows(text)).rejects.toThrow(DumpUnreadableError);
  await expect(rows(text)).rejects.toThrow(message);
});

test('what the pieces throw is thrown', async () => {
  const pieces = async function* () {
    yield 'a\nb';
    throw new RangeError('cut off');
  };
  await expect(Array.fromAsync(csvRows(pieces()))).rejects.toThrow(new RangeError('cut off'));
});
