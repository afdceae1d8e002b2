import type { RecordMetadata } from '@thresher/datacite';
import { expect, test } from 'vitest';
import { readMetadata, type StoredMetadata, writeMetadata } from './metadata-json.ts';
import { emptyMetadata, richMetadata } from '../../test/sample-record.ts';

const readBack = (metadata: RecordMetadata) => readMetadata(JSON.parse(writeMetadata(metadata)) as StoredMetadata, metadata.description);

test.each([
  ['rich', richMetadata],
  ['empty', emptyMetadata],
])('%s metadata come back whole', (_, metadata) => {
  expect(readBack(metadata)).toEqual(metadata);
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
  expect(readBack(metadata)).toEqual(metadata);
});

const described = (description: string | null, ...texts: readonly (readonly [description: string, text: string])[]): RecordMetadata => ({
  ...emptyMetadata,
  description,
  descriptions: texts.map(([as, text]) => ({ description: as, text, descriptionType: 'Abstract', lang: null })),
});

test.each<[string, RecordMetadata, string]>([
  ['plain', described('a', ['a', 'a']), '[{"description":null,"descriptionType":"Abstract","text":null}]'],
  ['with markup', described('a', ['<p>a</p>', 'a']), '[{"description":"<p>a</p>","descriptionType":"Abstract","text":null}]'],
  [
    'next to another',
    described('a', ['b', 'b'], ['a', 'a']),
    '[{"description":"b","descriptionType":"Abstract","text":"b"},{"description":null,"descriptionType":"Abstract","text":null}]',
  ],
  ['that is none of the list', described('a', ['b', 'c']), '[{"description":"b","descriptionType":"Abstract","text":"c"}]'],
  ['that is not there', described(null, ['b', 'b']), '[{"description":"b","descriptionType":"Abstract","text":"b"}]'],
  ['without a letter', described('', ['', '']), '[{"description":null,"descriptionType":"Abstract","text":null}]'],
])('a description %s is written once, and comes back', (_, metadata, descriptions) => {
  expect(writeMetadata(metadata)).toBe(`{"descriptions":${descriptions},"format":"oai_datacite","kernel":"4","schemaVersion":"4.5"}`);
  expect(readBack(metadata)).toEqual(metadata);
});
