import { expect, test } from 'vitest';
import { incomingRecords } from './harvested-record.ts';
import { sampleRecord } from '../../test/sample-record.ts';
import { verdictOf } from './write-verdict.ts';

const page = 10;
const now = new Date('2026-06-01T00:00:00Z');

function incoming(datestamp: string, title = 'same', issue?: string) {
  const issues = issue ? [{ code: issue, path: '', value: null, severity: 'info' as const }] : [];
  const [record] = incomingRecords([{ pageId: page, records: [{ ...sampleRecord(1, datestamp, { title }), issues }] }], now);
  if (!record) throw new Error('no record');
  return record;
}

function stored(datestamp: string, pageId: number) {
  const record = incoming(datestamp);
  return { datestamp: record.datestamp, page_id: pageId, metadata_hash: Buffer.from(record.metadataHash, 'hex'), issues_hash: null };
}

test.each([
  ['nothing stored', undefined, incoming('2024-01-02'), 'insert'],
  ['same content, same page', stored('2024-01-02', 10), incoming('2024-01-02'), 'unchanged'],
  ['same content, earlier page', stored('2024-01-02', 9), incoming('2024-01-02'), 'unchanged'],
  ['same content, later page', stored('2024-01-02', 11), incoming('2024-01-02'), 'stale'],
  ['same content, newer datestamp', stored('2024-01-01', 11), incoming('2024-01-02'), 'header-changed'],
  ['same content, older datestamp', stored('2024-01-03', 9), incoming('2024-01-02'), 'stale'],
  ['same content, other issues', stored('2024-01-02', 10), incoming('2024-01-02', 'same', 'odd'), 'header-changed'],
  ['other content, same page (mapped again)', stored('2024-01-02', 10), incoming('2024-01-02', 'other'), 'change'],
  ['other content, later page', stored('2024-01-02', 11), incoming('2024-01-02', 'other'), 'stale'],
  ['other content, newer datestamp, earlier page', stored('2024-01-01', 11), incoming('2024-01-02', 'other'), 'change'],
  ['other content, older datestamp, later page', stored('2024-01-03', 9), incoming('2024-01-02', 'other'), 'stale'],
  ['no datestamp against one', stored('2024-01-03', 9), incoming('soon', 'other'), 'stale'],
  ['one against no datestamp', stored('soon', 11), incoming('2024-01-02', 'other'), 'change'],
  ['neither has one', stored('soon', 9), incoming('soon', 'other'), 'change'],
  ['a sound datestamp against one of the year 9998', stored('9998-01-01', 9), incoming('2024-01-02', 'other'), 'change'],
  ['a sound datestamp on an earlier page than one of the year 9998', stored('9998-01-01', 11), incoming('2024-01-02', 'other'), 'stale'],
  ['one of the year 9998 against a sound one', stored('2024-01-02', 9), incoming('9998-01-01', 'other'), 'change'],
  ['one of the year 9998 twice, later page', stored('9998-01-01', 9), incoming('9998-01-01', 'other'), 'change'],
  ['one of the year 9998 twice, same content', stored('9998-01-01', 9), incoming('9998-01-01'), 'unchanged'],
  ['hours ahead, by a wrong time zone', stored('2026-06-01T00:00:00Z', 9), incoming('2026-06-01T14:00:00Z', 'other'), 'change'],
] as const)('%s', (_, before, after, expected) => {
  expect(verdictOf(before, after, now)).toBe(expected);
});
