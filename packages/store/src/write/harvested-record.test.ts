import { expect, test } from 'vitest';
import { type HarvestedRecord, IdentifierTooLongError, incomingRecords } from './harvested-record.ts';
import { recidOf } from './record-row.ts';
import { deletedRecord, richMetadata, sampleRecord } from '../../test/sample-record.ts';

const incoming = (...records: HarvestedRecord[]) => incomingRecords([{ pageId: 1, records }], now);
const now = new Date('2026-06-01T00:00:00Z');

test('of the same identifier twice the newest datestamp wins, among equals the last', () => {
  const titles = (records: HarvestedRecord[]) => incoming(...records).map((it) => it.metadata?.title);
  const old = sampleRecord(1, '2024-01-01', { title: 'old' });
  const recent = sampleRecord(1, '2024-01-02', { title: 'recent' });
  const again = sampleRecord(1, '2024-01-02', { title: 'again' });
  expect(titles([recent, old])).toEqual(['recent']);
  expect(titles([old, recent])).toEqual(['recent']);
  expect(titles([recent, again])).toEqual(['again']);
  const pages = [
    { pageId: 8, records: [again] },
    { pageId: 7, records: [recent] },
    { pageId: 9, records: [old] },
  ];
  expect(incomingRecords(pages, now)).toMatchObject([{ pageId: 8, metadata: { title: 'again' } }]);
});

test('of the same identifier twice, once with a datestamp of the year 9998, the last wins', () => {
  const absurd = sampleRecord(1, '9998-01-01', { title: 'absurd' });
  const sound = sampleRecord(1, '2024-01-02', { title: 'sound' });
  expect(incoming(absurd, sound).map((it) => it.metadata?.title)).toEqual(['sound']);
  expect(incoming(sound, absurd).map((it) => it.metadata?.title)).toEqual(['absurd']);
});

test('a deleted header wins over metadata that came with it', () => {
  const [record] = incoming({ ...deletedRecord(1, '2024-01-01'), metadata: richMetadata });
  expect(record).toMatchObject({ deleted: true, metadata: null });
});

test('an identifier that the index cannot hold is refused', () => {
  const record = sampleRecord(1, '2024-01-01');
  const identifier = `oai:x:${'é'.repeat(1_000)}`;
  expect(() => incoming({ ...record, header: { ...record.header, identifier } })).toThrow(IdentifierTooLongError);
});

test.each([
  ['oai:zenodo.org:8435696', 8435696],
  ['oai:zenodo.org:8435696a', null],
  ['oai:arXiv.org:cs/0112017', null],
  ['oai:x:99999999999999999999', null],
  ['8435696', null],
])('the record number of %s is %s', (identifier, recid) => {
  expect(recidOf(identifier)).toBe(recid);
});

test('what PostgreSQL cannot hold goes from a description too, which the JSON of its metadata leaves to the column', () => {
  const text = 'a\u0000b';
  const descriptions = [{ description: text, text, descriptionType: null, lang: null }];
  const [record] = incoming(sampleRecord(1, '2024-01-01', { description: text, descriptions }));
  expect(record!.metadata).toMatchObject({ description: 'ab', descriptions: [{ description: 'ab', text: 'ab' }] });
});
