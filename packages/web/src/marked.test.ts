import { expect, test } from 'vitest';
import { piecesOf } from './marked.ts';

test('what the API marked is marked, all else is text', () => {
  expect(piecesOf('The <mark>ice</mark> &lt;b&gt; &amp;lt; <mark>cores</mark>')).toEqual([
    { text: 'The ', found: false },
    { text: 'ice', found: true },
    { text: ' <b> &lt; ', found: false },
    { text: 'cores', found: true },
  ]);
  expect(piecesOf('')).toEqual([]);
});
