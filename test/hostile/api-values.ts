import fc from 'fast-check';

/** Texts that mean something to some parser on the way. */
const SIGNS = [
  ...'"()[]{}:~^*?/\\+-!<>=%#@|&,.; \t'.split(''),
  '\u0000',
  '\r\n',
  '\r\nx-injected: 1',
  '\u202e',
  '\ufeff',
  '\ud83d',
  'ä',
  '日本',
  '＝',
  '../',
  '..%2f',
  '%00',
  '%0d%0ax-injected:%201',
  '%ff',
  '%',
];
const WORDS = [
  ...'AND OR NOT TO title: doi: recid: publication_date: creators.name: _exists_: title:/a/ [2020 [* {a 2020} *]'.split(' '),
  ...'10.5281/zenodo.1 10.5281%2fzenodo.90007 oai:zenodo.org:1 oai:zenodo.org:90008 90007 90006 user-sea sea topic names ror.org'.split(
    ' ',
  ),
  ...'0 1 2 -1 00 1e9 1e400 Infinity -Infinity NaN 0x10 9007199254740993 99999999999999999999 0.5 2147483648 true false null'.split(' '),
  ...'2020 2024-01-01 2024-13-45 9999-12-31T23:59:59Z 0000-01-01 now-1d __proto__ constructor toString * .* a~9 ^9 http://[ javascript:1'.split(
    ' ',
  ),
];

/** A value that somebody might send: short pieces side by side, seldom long. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...WORDS) },
  {
    weight: 5,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...SIGNS), fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 8 })
      .map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...SIGNS, ...WORDS, '((', 'a ', 'a OR ', '-a ', 'NOT '), fc.integer({ min: 1, max: 3_000 }))
      .map(([piece, times]) => piece.repeat(times).slice(0, 6_000)),
  },
);

/** One of a list that is known only when the input is used. */
export const pick = <T>(list: readonly T[], number: number): T | undefined => (list.length === 0 ? undefined : list[number % list.length]);
