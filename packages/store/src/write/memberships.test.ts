import { expect, test } from 'vitest';
import { sameSets, withKnownSets, withSets } from './memberships.ts';
import { incomingRecords } from './harvested-record.ts';
import { emptyMetadata, sampleRecord } from '../../test/sample-record.ts';

const communities = (...slugs: string[]) => ({ ...emptyMetadata, communities: slugs });

test('sets are the same in another order, and twice is once', () => {
  expect(sameSets(['a', 'b'], ['b', 'a'])).toBe(true);
  expect(sameSets(['a', 'a'], ['a'])).toBe(true);
  expect(sameSets(['a'], ['a', 'b'])).toBe(false);
  expect(sameSets(['a', 'b'], ['a', 'c'])).toBe(false);
  expect(sameSets([], [])).toBe(true);
});

test('communities follow the sets; a link in the metadata does not bring back one that was left', () => {
  const linked = communities('corals', 'by-link');
  expect(withSets(linked, ['user-corals', 'software'], ['user-reefs', 'software'])?.communities).toEqual(['reefs', 'by-link']);
  expect(withSets(linked, ['user-corals', 'user-by-link'], ['user-corals'])?.communities).toEqual(['corals']);
  expect(withSets(linked, ['software'], ['openaire'])?.communities).toEqual(['corals', 'by-link']);
});

test('the same sets leave the metadata alone, and without metadata there is nothing to change', () => {
  const linked = communities('corals');
  expect(withSets(linked, ['a', 'b'], ['b', 'a'])).toBe(linked);
  expect(withSets(null, ['user-a'], ['user-b'])).toBeNull();
});

test('a record with known sets has the hash of one that came with them', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  const [came] = incomingRecords(
    [{ pageId: 1, records: [sampleRecord(1, '2024-01-01', { communities: ['reefs'] }, ['user-reefs'])] }],
    now,
  );
  const [old] = incomingRecords(
    [{ pageId: 1, records: [sampleRecord(1, '2024-01-01', { communities: ['corals'] }, ['user-corals'])] }],
    now,
  );
  expect(withKnownSets(old!, ['user-reefs'])).toEqual(came);
  expect(withKnownSets(old!, ['user-corals'])).toBe(old);
});
