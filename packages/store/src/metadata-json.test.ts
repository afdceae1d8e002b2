import { expect, test } from 'vitest';
import { readMetadata, type StoredMetadata, writeMetadata } from './metadata-json.ts';
import { emptyMetadata, richMetadata } from './sample-record.ts';

test.each([
  ['rich', richMetadata],
  ['empty', emptyMetadata],
])('%s metadata come back whole', (_, metadata) => {
  expect(readMetadata(JSON.parse(writeMetadata(metadata)) as StoredMetadata)).toEqual(metadata);
});

test('what is null or an empty list is not written, and keys are sorted', () => {
  const titles = [{ title: 'a "b"', titleType: null, lang: 'eng' }];
  expect(writeMetadata({ ...emptyMetadata, titles, references: [] })).toBe(
    '{"format":"oai_datacite","kernel":"4","schemaVersion":"4.5","titles":[{"lang":"eng","title":"a \\"b\\""}]}',
  );
});

test('an object without anything keeps its place in a list', () => {
  const nobody = { name: null, affiliationIdentifier: null, affiliationIdentifierScheme: null, schemeUri: null, ror: null };
  const creator = { ...richMetadata.creators[0]!, affiliations: [nobody, { ...nobody, name: 'CERN' }] };
  const metadata = { ...emptyMetadata, creators: [creator] };
  expect(readMetadata(JSON.parse(writeMetadata(metadata)) as StoredMetadata)).toEqual(metadata);
});
