import { expect, test } from 'vitest';
import { findPhrases } from './find-phrases.ts';

const phrases = (file: string, text: string) => findPhrases(file, text).map(({ line, phrase }) => `${line} ${phrase}`);

test('phrases are found in comments, strings and Markdown, with their lines', () => {
  expect(phrases('a.ts', '/** A queue of its own. */\nconst a = 1; // where there is one')).toEqual(['1 of its own', '2 where there is']);
  expect(phrases('a.ts', "fail('show so many of them');\nlog(`unless told ${x}`)")).toEqual(['1 so many', '2 unless told']);
  expect(phrases('a.md', 'Nothing.\n\nBeside it. Who follows changes misses none.')).toEqual(['3 Beside', '3 . Who follows']);
});

test('a phrase across two lines of a comment or of Markdown is found once, on the second', () => {
  expect(phrases('a.ts', '/**\n * It has a queue of its\n * own. Nothing else.\n */')).toEqual(['3 of its own']);
  expect(phrases('a.ts', '// of its own\n// name')).toEqual(['1 of its own']);
  expect(phrases('a.md', 'A queue of its\nown.\n\nIts\n\nown.')).toEqual(['2 of its own']);
  expect(phrases('a.ts', "// so\nconst text = 'many of them';")).toEqual([]);
});

test('SQL comments in a migration are read', () => {
  expect(phrases('a.ts', "    comment on table t is 'Null where the source does not tell it.';")).toEqual(['1 does not tell']);
});

test('names and values in code are left alone', () => {
  expect(phrases('a.ts', "const beside = whoever('beside', soMany);")).toEqual([]);
  expect(phrases('a.ts', "import { beside } from './beside.ts';")).toEqual([]);
});

const worst =
  'so many of its own besides where there is unless told whoever, who asks a sentence why, be it so, is told, does not tell, is said to whom anew, goes on from ten requests a minute, null where it is';

test('every phrase says what to write in its place', () => {
  for (const { instead } of findPhrases('a.md', worst)) expect(instead).not.toBe('');
  expect(phrases('a.md', worst)).toHaveLength(17);
});
