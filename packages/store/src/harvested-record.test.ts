import { expect, test } from 'vitest';
import { IdentifierTooLongError, incomingRecords } from './harvested-record.ts';
import { recidOf } from './record-row.ts';
import { deletedRecord, richMetadata, sampleRecord } from './sample-record.ts';

test('of the same identifier twice the newest datestamp wins, among equals the last', () => {
  const titles = (records: Parameters<typeof incomingRecords>[0]) => incomingRecords(records).map((it) => it.metadata?.title);
  const old = sampleRecord(1, '2024-01-01', { title: 'old' });
  const recent = sampleRecord(1, '2024-01-02', { title: 'recent' });
  const again = sampleRecord(1, '2024-01-02', { title: 'again' });
  expect(titles([recent, old])).toEqual(['recent']);
  expect(titles([old, recent])).toEqual(['recent']);
  expect(titles([recent, again])).toEqual(['again']);
});

test('a deleted header wins over metadata that came with it', () => {
  const [record] = incomingRecords([{ ...deletedRecord(1, '2024-01-01'), metadata: richMetadata }]);
  expect(record).toMatchObject({ deleted: true, metadata: null });
});

test('an identifier that the index cannot hold is refused', () => {
  const record = sampleRecord(1, '2024-01-01');
  const identifier = `oai:x:${'é'.repeat(1_000)}`;
  expect(() => incomingRecords([{ ...record, header: { ...record.header, identifier } }])).toThrow(IdentifierTooLongError);
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
  const [record] = incomingRecords([sampleRecord(1, '2024-01-01', { description: text, descriptions })]);
  expect(record!.metadata).toMatchObject({ description: 'ab', descriptions: [{ description: 'ab', text: 'ab' }] });
});
