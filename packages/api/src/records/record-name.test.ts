import { expect, test } from 'vitest';
import { conceptDoiOf, readRecordName } from './record-name.ts';

const recid = { kind: 'recid', recid: 8435696 };
const doi = { kind: 'doi', doi: '10.5281/zenodo.8435696' };

test.each([
  ['8435696', recid],
  [' 8435696 ', recid],
  ['https://zenodo.org/records/8435696', recid],
  ['https://zenodo.org/record/8435696', recid],
  ['https://zenodo.org/api/records/8435696', recid],
  ['http://www.zenodo.org/record/8435696#files', recid],
  ['https://zenodo.org/records/8435696/files/a.zip?download=1', recid],
  ['https:/zenodo.org/records/8435696', recid],
  ['10.5281/zenodo.8435696', doi],
  ['10.5281/ZENODO.8435696', doi],
  ['doi:10.5281/zenodo.8435696', doi],
  ['https://doi.org/10.5281/zenodo.8435696', doi],
  ['https:/doi.org/10.5281/zenodo.8435696', doi],
  ['http://dx.doi.org/10.5281%2Fzenodo.8435696', doi],
  ['10.1000/182', { kind: 'doi', doi: '10.1000/182' }],
  ['oai:zenodo.org:8435696', { kind: 'oai', oaiIdentifier: 'oai:zenodo.org:8435696' }],
])('%s names a record', (text, name) => {
  expect(readRecordName(text)).toEqual(name);
});

test.each([
  '',
  'climate',
  '10.5281',
  'https://zenodo.org/communities/x',
  'oai:',
  '-1',
  '1e3',
  '10.5281/zenodo.1\0',
  'oai:x\u0000y',
  'https://doi.org/10.5281/zenodo.1%00',
  '12345678901234567890',
])('%j names none', (text) => {
  expect(readRecordName(text)).toBeNull();
});

test('a number may be that of a concept, an OAI identifier not', () => {
  expect(conceptDoiOf({ kind: 'recid', recid: 7 })).toBe('10.5281/zenodo.7');
  expect(conceptDoiOf({ kind: 'doi', doi: '10.5281/zenodo.7' })).toBe('10.5281/zenodo.7');
  expect(conceptDoiOf({ kind: 'oai', oaiIdentifier: 'oai:zenodo.org:7' })).toBeNull();
});
