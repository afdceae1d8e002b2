import { expect, test } from 'vitest';
import { EVERYTHING, harvested } from '../../test/harvested.ts';
import { changedPart } from './changed-part.ts';
import { fieldDifferences, fieldLabel } from './field-differences.ts';

const metadataOf = (content: string) => harvested(7, content).metadata!;
const differences = (before: string, after: string) => fieldDifferences(metadataOf(before), metadataOf(after));

test('equal metadata differ in nothing', () => {
  expect(differences(EVERYTHING, EVERYTHING)).toEqual([]);
});

test('each changed field has the values that went and that came', () => {
  const after = EVERYTHING.replace('v1.0', 'v2.0')
    .replace('<subject>tide</subject>', '<subject>tide</subject><subject>moon</subject>')
    .replace('<subject subjectScheme="GEMET">sea</subject>', '');
  expect(differences(EVERYTHING, after)).toEqual([
    { field: 'version', label: 'Version', removed: ['v1.0'], added: ['v2.0'], note: null, words: expect.anything() },
    { field: 'subjects', label: 'Keywords and subjects', removed: ['sea (GEMET)'], added: ['moon'], note: null, words: null },
  ]);
});

test('a person whose ORCID iD or affiliation changed is a changed creator', () => {
  const after = EVERYTHING.replace('0000-0002-1825-0097', '0000-0001-5109-3700').replace('<affiliation>Sea Lab</affiliation>', '');
  expect(differences(EVERYTHING, after)).toEqual([
    {
      field: 'creators',
      label: 'Creators',
      removed: ['Núñez, Ana, 0000-0002-1825-0097, CERN; Sea Lab'],
      added: ['Núñez, Ana, 0000-0001-5109-3700, CERN'],
      note: null,
      words: {
        before: [
          { text: 'Núñez, Ana, 0000-', changed: false },
          { text: '0002-1825-0097', changed: true },
          { text: ', CERN', changed: false },
          { text: '; Sea Lab', changed: true },
        ],
        after: expect.anything(),
      },
    },
  ]);
});

test('a value that stands twice and then once is a removed value', () => {
  const [found] = differences('<subjects><subject>a</subject><subject>a</subject></subjects>', '<subjects><subject>a</subject></subjects>');
  expect([found?.removed, found?.added]).toEqual([['a'], []]);
});

test('another order, and details that are not shown, are named as such', () => {
  const subjects = (...terms: string[]) => `<subjects>${terms.map((one) => `<subject>${one}</subject>`).join('')}</subjects>`;
  expect(differences(subjects('a', 'b'), subjects('b', 'a'))).toMatchObject([{ field: 'subjects', removed: [], added: [], note: 'order' }]);
  const before = EVERYTHING.replace('<language>eng</language>', '<language>eng</language><formats><format>pdf</format></formats>');
  expect(differences(EVERYTHING, before)).toMatchObject([{ label: 'Formats', removed: [], added: ['pdf'] }]);
  const scheme = EVERYTHING.replace('subjectScheme="GEMET"', 'subjectScheme="GEMET" schemeURI="https://example.org"');
  expect(differences(EVERYTHING, scheme)).toMatchObject([{ label: 'Keywords and subjects', removed: [], added: [], note: 'details' }]);
});

test('of a long text the part that differs is shown, with words around it', () => {
  const filler = 'The tide rises and falls twice a day along the shore of the lake. '.repeat(10);
  expect(changedPart(`${filler}High water at noon. ${filler}`, `${filler}High water at night. ${filler}`)).toEqual({
    before: expect.stringMatching(/^… .{20,90}High water at noon\. .{20,80} …$/),
    after: expect.stringMatching(/^… .{20,90}High water at night\. .{20,80} …$/),
  });
  expect(changedPart('one', 'two')).toEqual({ before: 'one', after: 'two' });
  expect(changedPart('aa', 'aaa')).toEqual({ before: 'aa', after: 'aaa' });
});

test('paths of the history have the labels of their fields', () => {
  expect(['creators/0/orcid', 'setSpecs', 'relatedItems/1'].map(fieldLabel)).toEqual(['Creators', 'Sets', 'Related items']);
});
