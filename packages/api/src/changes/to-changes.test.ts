import type { RecordStep } from '@thresher/store/changes';
import { expect, test } from 'vitest';
import { isContinuable, readSince, writeCursor } from './cursor.ts';
import { isoMicros, toChanges } from './to-changes.ts';

const here = (...communities: string[]) => ({ deleted: false, communities });
const gone = { deleted: true, communities: [] };

function step(before: RecordStep['before'], after: RecordStep['after'], paths: string[] = []): RecordStep {
  const record = { sourceId: 1, sourceName: 's', uniqueName: '7', oaiIdentifier: 'oai:zenodo.org:7', recid: 7, doi: null, title: 't' };
  return { at: 1_700_000_000_000_001, recordId: 3, revision: 2, ...record, before, after, paths };
}

test.each([
  [null, here('a', 'b'), [], ['created', 'joined a', 'joined b']],
  [null, gone, [], ['deleted']],
  [here('a'), here('a'), ['title'], ['updated']],
  [here('a'), here('b'), ['setSpecs', 'communities/0'], ['joined b', 'left a']],
  [here('a'), here('b'), ['setSpecs', 'communities/0', 'title'], ['updated', 'joined b', 'left a']],
  [here('a'), here('a'), ['setSpecs'], ['updated']],
  [here('a'), gone, ['deleted', 'metadata'], ['deleted']],
  [gone, here('a'), ['deleted', 'metadata'], ['restored', 'joined a']],
  [gone, gone, ['setSpecs'], ['updated']],
])('from %j to %j by %j is %j', (before, after, paths, told) => {
  const changes = toChanges(step(before, after, paths), 'c', 'http://x');
  expect(changes.map(({ type, community }) => (community === null ? type : `${type} ${community}`))).toEqual(told);
});

test('a change says when, of what, and where to look', () => {
  expect(toChanges(step(here(), here(), ['title']), 'c', 'http://x')).toEqual([
    {
      type: 'updated',
      community: null,
      paths: ['title'],
      at: '2023-11-14T22:13:20.000001Z',
      cursor: 'c',
      record: { oai_identifier: 'oai:zenodo.org:7', recid: 7, doi: null, title: 't', source: 's', link: 'http://x/api/records/7' },
    },
  ]);
});

test('cursors are read as written; an instant begins with what happened then', () => {
  const place = { at: 1_700_000_000_000_001, recordId: 3, revision: 2 };
  expect(readSince(writeCursor({ place, begunWith: null }, 0), 0)).toEqual({ place, begunWith: null });
  expect(isoMicros(readSince('2023-11-14T22:13:20Z', 0)!.place.at)).toBe('2023-11-14T22:13:19.999999Z');
  expect(readSince('2023-11-14', 0)).not.toBeNull();
});

test('a client may continue where all later history is left, or if it began from the beginning after the rest was deleted', () => {
  const place = { at: 1_700_000_000_000_001, recordId: 3, revision: 2 };
  const [earlier, later] = [place.at - 1, place.at + 1];
  expect(isContinuable({ place, begunWith: null }, earlier)).toBe(true);
  expect(isContinuable({ place, begunWith: null }, later)).toBe(false);
  const begun = readSince(writeCursor({ place, begunWith: later }, later), later)!;
  expect(begun).toEqual({ place, begunWith: later });
  expect(isContinuable(begun, later)).toBe(true);
  expect(isContinuable(begun, later + 1)).toBe(false);
  expect(writeCursor({ place, begunWith: earlier }, earlier)).toBe('1700000000000001-3-2');
  expect(readSince('0-0-0', later)).toMatchObject({ begunWith: later });
});

test.each(['', 'x', '1-2', '-1-2-3', '9999999999999999-1-1', '2023-13-01', '2023-11-14T25:00:00Z', '1-2-3-4'])(
  '%s is no cursor',
  (text) => {
    expect(readSince(text, 0)).toBeNull();
  },
);
