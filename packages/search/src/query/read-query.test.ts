import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueryError } from '../errors.ts';
import { compileQuery } from './compile.ts';
import type { QueryNode } from './parse.ts';
import { readQuery } from './read-query.ts';

const wordsOf = (node: QueryNode): string[] =>
  node.kind === 'and' ? node.nodes.flatMap(wordsOf) : node.kind === 'word' && node.field === null ? [node.text] : [node.kind];

describe('a query that does not parse is read as its words', () => {
  test.each([
    ['minutes "of the board', ['minutes', 'of', 'the', 'board'], 'double quote'],
    ['board" minutes', ['board', 'minutes'], 'double quote'],
    ['harbour map (copy', ['harbour', 'map', 'copy'], 'parenthesis'],
    ['map) copy', ['map', 'copy'], 'parenthesis'],
    ['EITHER THIS OR', ['EITHER', 'THIS'], 'no term after OR'],
    ['AND quorum', ['quorum'], 'no term before AND'],
    ['quorum AND', ['quorum'], 'no term after AND'],
    ['NOT', ['NOT'], 'no term after NOT'],
    ['OR AND', ['OR', 'AND'], 'no term'],
    ['title:(sea ice^2', ['sea', 'ice'], 'parenthesis'],
    ['title:', ['none'], "nothing after 'title:'"],
    ['publication_date:[2024-01-01]', ['2024-01-01'], 'range'],
    ['sea~5', ['sea'], '~1 or ~2'],
    ['w/o tide, map 1:500 (copy', ['w/o', 'tide', 'map', '1:500', 'copy'], 'parenthesis'],
    ['!!!', ['none'], 'neither letters nor digits'],
    ['()', ['none'], 'no term'],
    ['"', ['none'], 'double quote'],
  ])('%s', (query, words, reason) => {
    const { node, notes } = readQuery(query);
    const [note] = notes;
    expect(wordsOf(node)).toEqual(words);
    expect(note).toContain('searched as plain words');
    expect(note).toContain(reason);
  });
});

test.each(['sea AND ice', '', 'title:"sea ice"', 'Thresher: a harvester'])('%s parses and has no note', (query) => {
  expect(readQuery(query).notes).toEqual([]);
});

test.each([
  ['tilte:sea', 'unknown-field'],
  ['word '.repeat(101), 'too-complex'],
  ['x'.repeat(4_001), 'too-complex'],
])('%s is still refused', (query, code) => {
  expect(() => readQuery(query)).toThrow(expect.objectContaining({ code }) as Error);
});

test('the words stand where they stand in the query', () => {
  const { node } = readQuery('title:"sea ice (draft');
  const nodes = node.kind === 'and' ? node.nodes : [node];
  expect(nodes.map((one) => ('position' in one ? 'title:"sea ice (draft'.slice(one.position) : null))).toEqual([
    'sea ice (draft',
    'ice (draft',
    'draft',
  ]);
});

test('no text at all is a syntax error', () => {
  const piece = fc.constantFrom(...'"()[]{}:~^*?/\\+-! a2'.split(''), 'sea', 'AND ', ' OR', 'title:', '10.5281/zenodo.1');
  const queries = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
  );
  const judged = fc.property(queries, (query) => {
    try {
      compileQuery(readQuery(query).node);
      return true;
    } catch (error) {
      return error instanceof QueryError && error.code !== 'syntax';
    }
  });
  expect(fc.check(judged, { numRuns: 5_000 }).counterexample).toBeNull();
});
