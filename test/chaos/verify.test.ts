import type { LedgerEntry } from '@thresher/oai-sim';
import { describe, expect, it } from 'vitest';
import { compareFollowed } from './follower.ts';
import { compareDocuments, compareRows } from './verify.ts';

const entry = (identifier: string, changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  identifier,
  datestamp: '2026-01-01T00:00:00Z',
  setSpecs: ['user-a'],
  deleted: false,
  metadataVersion: 0,
  ...changes,
});
const row = { identifier: 'a', datestamp: '2026-01-01T00:00:00Z', deleted: false, revision: 1, title: 'T', sets: ['user-a'] };
const ledger = (...entries: LedgerEntry[]) => new Map(entries.map((one) => [one.identifier, one]));

describe('rows against the ledger of the repository', () => {
  it.each([
    ['nothing', [row], ledger(entry('a')), /^$/],
    ['a missing record', [row], ledger(entry('a'), entry('b')), /^1 records of the repository are not in SQL \(b\)$/],
    ['a row too many', [row], ledger(), /^1 rows are live/],
    ['a deletion that was missed', [row], ledger(entry('a', { deleted: true })), /rows are live.*no tombstone/],
    ['a tombstone', [{ ...row, deleted: true }], ledger(entry('a', { deleted: true })), /^$/],
    ['a tombstone of a live record', [{ ...row, deleted: true }], ledger(entry('a')), /not in SQL/],
    ['another datestamp', [row], ledger(entry('a', { datestamp: '2026-01-02T00:00:00Z' })), /another datestamp/],
    ['other sets', [row], ledger(entry('a', { setSpecs: [] })), /other sets/],
    ['old metadata', [row], ledger(entry('a', { metadataVersion: 2 })), /another version/],
    ['new metadata', [{ ...row, title: 'T (revision 2)' }], ledger(entry('a', { metadataVersion: 2 })), /^$/],
  ])('%s', (_, rows, held, says) => {
    expect(compareRows(rows, held).join('; ')).toMatch(says);
  });
});

describe('documents against rows', () => {
  const document = { oai_identifier: 'a', revision: 1, title: 'T', sets: ['user-a'] };
  it.each([
    ['nothing', [document], /^$/],
    ['a missing document', [], /not in search/],
    ['a document too many', [document, { ...document, oai_identifier: 'z' }], /no live record \(z\)/],
    ['another revision', [{ ...document, revision: 2 }], /another revision/],
    ['other sets', [{ ...document, sets: [] }], /other sets/],
    ['another title', [{ ...document, title: 'U' }], /another title/],
  ])('%s', (_, documents, says) => {
    expect(compareDocuments([row], documents).join('; ')).toMatch(says);
  });
});

describe('what a client received', () => {
  const followed = (...known: [string, string[]][]) => new Map(known.map(([id, communities]) => [id, new Set(communities)]));
  it.each([
    ['all', followed(['a', ['a']]), /^$/],
    ['not of a record', followed(), /never notified of 1 records/],
    ['not of a deletion', followed(['a', ['a']], ['b', []]), /not notified that 1 records are gone/],
    ['of another community', followed(['a', ['b']]), /other communities/],
  ])('%s', (_, known, says) => {
    expect(compareFollowed(known, ledger(entry('a'))).join('; ')).toMatch(says);
  });
});
