import { expect, test } from 'vitest';
import { type TextPiece, wordDifferences } from './word-differences.ts';

/** What only one text has, in brackets. */
const marked = (pieces: readonly TextPiece[]): string => pieces.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('');
const differences = (before: string, after: string): [string, string] | null => {
  const found = wordDifferences(before, after);
  return found && [marked(found.before), marked(found.after)];
};

test.each([
  ['High water at noon, today', 'High water at night, today', 'High water at [noon], today', 'High water at [night], today'],
  ['one two three', 'one three', 'one [two ]three', 'one three'],
  ['Die alte Karte der Küste', 'Die neue Karte der Küste', 'Die [alte] Karte der Küste', 'Die [neue] Karte der Küste'],
  ['Приливы озера Женева', 'Приливы реки Женева', 'Приливы [озера] Женева', 'Приливы [реки] Женева'],
  ['湖の潮汐表です', '湖の潮流表です', '湖の潮[汐]表です', '湖の潮[流]表です'],
  // Blanks between changed words belong to the change.
  [
    'a map of the old east side, drawn',
    'a map of the new west side, drawn',
    'a map of the [old east] side, drawn',
    'a map of the [new west] side, drawn',
  ],
  ['v1.0 of the data', 'v1.1 of the data', 'v1.[0] of the data', 'v1.[1] of the data'],
])('%j and %j', (before, after, ...expected) => {
  expect(differences(before, after)).toEqual(expected);
});

test('texts with little in common are not cut into words', () => {
  expect(differences('The tide rises twice a day', 'Annual report of the harbour')).toBeNull();
  expect(differences('', 'new')).toBeNull();
});

test('long stretches that both have are cut to some words on each side of a change', () => {
  const filler = 'The tide rises and falls twice a day along the shore of the lake. '.repeat(20);
  const [before, after] = differences(`${filler}First ${filler}noon ${filler}`, `${filler}Then ${filler}night ${filler}`)!;
  expect(before).toMatch(/^… .{30,90}\[First\] .{30,90} … .{30,90} \[noon\] .{30,90} …$/);
  expect(after).toMatch(/^… .{30,90}\[Then\] .{30,90} … .{30,90} \[night\] .{30,90} …$/);
});

test('what both sides have is the same, and nothing is lost in short texts', () => {
  const words = 'the old new map of a lake tide table 1 2 3 , . ü 湖'.split(' ');
  let seed = 7;
  const next = (most: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % most;
  const text = (): string => Array.from({ length: 4 + next(12) }, () => words[next(words.length)]).join(' ');
  for (let n = 0; n < 300; n++) {
    const [before, after] = [text(), text()];
    const found = wordDifferences(before, after);
    if (found === null) continue;
    expect(found.before.map((piece) => piece.text).join('')).toBe(before);
    expect(found.after.map((piece) => piece.text).join('')).toBe(after);
  }
});

test('descriptions of 100 kB are compared in bounded time, however much differs', () => {
  const text = (word: (n: number) => string): string => Array.from({ length: 16_000 }, (_, n) => word(n)).join(' ');
  const base = text((n) => `word${n % 977}`);
  expect(base.length).toBeGreaterThan(100_000);
  const others = [
    base.replace('word500', 'other'),
    text((n) => (n % 20 === 0 ? `other${n}` : `word${n % 977}`)),
    text((n) => `word${(n * 7) % 977}`),
    text((n) => `x${n}`),
    'a'.repeat(100_000),
    ' '.repeat(100_000),
    '湖'.repeat(50_000),
  ];
  const started = process.cpuUsage();
  const found = others.map((other) => wordDifferences(base, other));
  const { user } = process.cpuUsage(started);
  expect(found.map((one) => one !== null)).toEqual([true, false, false, false, false, false, false]);
  // 50 ms each where this was measured.
  expect(user / 1_000 / others.length).toBeLessThan(1_000);
});
