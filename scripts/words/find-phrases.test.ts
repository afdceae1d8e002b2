import { expect, test } from 'vitest';
import { findPhrases } from './find-phrases.ts';

const phrases = (file: string, text: string) => findPhrases(file, text).map(({ line, phrase }) => `${line} ${phrase}`);

test('phrases are found in comments, strings and Markdown, with their lines', () => {
  expect(phrases('a.ts', '/** A queue of its own. */\nconst a = 1; // where there is one')).toEqual(['1 of its own', '2 where there is']);
  expect(phrases('a.ts', "fail('show so many of them');\nlog(`unless told ${x}`)")).toEqual(['1 so many', '2 unless told']);
  expect(phrases('a.md', 'Nothing.\n\nBeside it. Who follows changes misses none.')).toEqual(['3 Beside', '3 . Who follows']);
});

test('names and values in code are left alone', () => {
  expect(phrases('a.ts', "const beside = whoever('beside', soMany);")).toEqual([]);
  expect(phrases('a.ts', "import { beside } from './beside.ts';")).toEqual([]);
});

test('every phrase says what to write in its place', () => {
  for (const { instead } of findPhrases(
    'a.md',
    'so many of its own besides where there is unless told whoever, who asks a sentence why, be it so',
  ))
    expect(instead).not.toBe('');
  expect(phrases('a.md', 'so many of its own besides where there is unless told whoever, who asks a sentence why, be it so')).toHaveLength(
    9,
  );
});
