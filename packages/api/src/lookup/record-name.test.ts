import { expect, test } from 'vitest';
import { readRecordName } from './record-name.ts';

const leadsTo = (text: string) => readRecordName(text).flat();
const doi = { doi: '10.5281/zenodo.8435696' };

test.each([
  ['8435696', { recid: 8435696 }],
  [' 8435696 ', { recid: 8435696 }],
  ['https://zenodo.org/records/8435696', { oaiIdentifier: 'oai:zenodo.org:8435696' }],
  ['https://zenodo.org/record/8435696', { recid: 8435696, host: 'zenodo.org' }],
  ['https://zenodo.org/api/records/8435696', { recid: 8435696, host: 'zenodo.org' }],
  ['http://www.Zenodo.org/record/8435696#files', { recid: 8435696, host: 'zenodo.org' }],
  ['https://zenodo.org:443/records/8435696/files/a.zip?download=1', { recid: 8435696, host: 'zenodo.org' }],
  ['https:/zenodo.org/records/8435696', { recid: 8435696, host: 'zenodo.org' }],
  ['10.5281/zenodo.8435696', doi],
  ['10.5281/ZENODO.8435696', doi],
  ['doi:10.5281/zenodo.8435696', doi],
  ['https://doi.org/10.5281/zenodo.8435696', doi],
  ['https:/doi.org/10.5281/zenodo.8435696', doi],
  ['http://dx.doi.org/10.5281%2Fzenodo.8435696', doi],
  ['10.5281%2Fzenodo.8435696', doi],
  ['https%3A%2F%2Fdoi.org%2F10.5281%2Fzenodo.8435696', doi],
  ['https://zenodo.org/doi/10.5281/zenodo.8435696', doi],
  ['<https://zenodo.org/doi/10.5281/zenodo.8435696>', doi],
  ['<10.5281/zenodo.8435696>', doi],
  ['"10.5281/zenodo.8435696"', doi],
  ["'https://doi.org/10.5281/zenodo.8435696'", doi],
  ['zenodo.8435696', doi],
  ['Zenodo.8435696', doi],
  ['URL: <https://zenodo.org/records/8435696>', { recid: 8435696, host: 'zenodo.org' }],
  ['https://zenodo.org/badge/DOI/10.5281/zenodo.8435696.svg', doi],
  ['10.1000/182', { doi: '10.1000/182' }],
  ['oai:zenodo.org:8435696', { oaiIdentifier: 'oai:zenodo.org:8435696' }],
  ['hdl:2186.55/77-b', { oaiIdentifier: 'hdl:2186.55/77-b' }],
  ['https://hdl.handle.net/2186.55/77-b', { oaiIdentifier: 'hdl:2186.55/77-b' }],
  ['1b4e28ba-2fa1-11d2-883f-0016d3cca427', { oaiIdentifier: '1b4e28ba-2fa1-11d2-883f-0016d3cca427' }],
  ['with a space', { oaiIdentifier: 'with a space' }],
  ['alpha:55', { source: 'alpha', recid: 55 }],
  ['alpha:hdl:2186.55/77-b', { source: 'alpha', oaiIdentifier: 'hdl:2186.55/77-b' }],
  ['http://127.0.0.1:99/x:55', { source: 'http://127.0.0.1:99/x', recid: 55 }],
])('%s names a record', (text, key) => {
  expect(leadsTo(text)).toContainEqual(key);
});

test.each(['', ' ', '10.5281/zenodo.1\0', 'oai:x\u0000y', '\ud800'])('%j names none', (text) => {
  expect(leadsTo(text)).toEqual([]);
});

test.each(['https://doi.org/10.5281/zenodo.1%00', '%00', '%ZZ'])('%j names no more than what it is letter for letter', (text) => {
  expect(leadsTo(text)).toEqual(
    text.includes(':') ? [{ oaiIdentifier: text }, { source: 'https', oaiIdentifier: text.slice(6) }] : [{ oaiIdentifier: text }],
  );
});

test('a number of one repository is not looked for at another', () => {
  expect(leadsTo('https://alpha.example.org/records/55').filter((key) => 'recid' in key)).toEqual([
    { recid: 55, host: 'alpha.example.org' },
  ]);
});

test('a record’s URL here is the name in it', () => {
  const own = (path: string) => readRecordName(`http://localhost:8080${path}`, 'http://localhost:8080');
  expect(own('/api/records/hdl:2186.55%2F77-b')).toEqual(readRecordName('hdl:2186.55/77-b'));
  expect(own('/records/55?x=1')).toEqual(readRecordName('55'));
});

test('a number may be that of a concept, an OAI identifier not', () => {
  const concept = { conceptDoi: '10.5281/zenodo.7' };
  expect(leadsTo('7').at(-1)).toEqual(concept);
  expect(leadsTo('10.5281/zenodo.7').at(-1)).toEqual(concept);
  expect(leadsTo('https://zenodo.org/records/7').at(-1)).toEqual(concept);
  expect(leadsTo('oai:zenodo.org:7')).not.toContainEqual(concept);
});
