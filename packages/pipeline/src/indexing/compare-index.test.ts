import { expect, it } from 'vitest';
import { differenceOf } from './compare-index.ts';

const mark = (recordId: number, revision = 1, statsRevision = 0) => ({ recordId, revision, statsRevision });

it.each([
  ['the same', mark(1), mark(1), null],
  ['another revision', mark(1, 2), mark(1), 'stale'],
  ['other statistics', mark(1, 1, 3), mark(1, 1, 2), 'stale'],
  ['a row before the next document', mark(1), mark(2), 'missing'],
  ['a row after the last document', mark(1), undefined, 'missing'],
  ['a document before the next row', mark(2), mark(1), 'orphaned'],
  ['a document after the last row', undefined, mark(1), 'orphaned'],
] as const)('%s', (_, row, document, difference) => {
  expect(differenceOf(row, document)).toBe(difference);
});
