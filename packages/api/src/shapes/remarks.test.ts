import { expect, test } from 'vitest';
import { EVERYTHING, harvested } from '../../test/harvested.ts';
import { remarksOn } from './remarks.ts';

const TODAY = '2026-12-01';
const remarks = (content: string) => remarksOn(harvested(7, content).metadata!, TODAY);
const codes = (content: string) => remarks(content).map(({ code }) => code);

const GOOD = EVERYTHING.replace('High and low.', 'Heights of the tides of Lake Geneva, read from six buoys every hour.');

test('there is nothing to remark on a record that has everything', () => {
  expect(remarks(GOOD)).toEqual([]);
});

test('what is missing is named', () => {
  expect(codes('')).toEqual([
    'title-missing',
    'creators-missing',
    'licence-missing',
    'description-missing',
    'keywords-missing',
    'date-missing',
  ]);
});

test.each([
  [
    'orcid-missing',
    'Sea Lab</affiliation></creator>',
    'Sea Lab</affiliation></creator><creator><creatorName>Doe, J.</creatorName></creator>',
  ],
  [
    'orcid-invalid',
    '<nameIdentifier nameIdentifierScheme="GND">118540238',
    '<nameIdentifier nameIdentifierScheme="ORCID">0000-0002-1825-0098',
  ],
  ['title-capitals', '<title>Tides of Geneva', '<title>TIDES OF LAKE GENEVA'],
  ['description-short', 'Heights of the tides of Lake Geneva, read from six buoys every hour.', 'See title.'],
  ['keywords-list', '<subject>tide</subject>', '<subject>tide; moon; lake</subject>'],
  ['related-doi-malformed', '10.1000/ABC', '10.abc'],
  [
    'related-url-malformed',
    'relatedIdentifierType="DOI" relationType="IsCitedBy">10.1000/ABC',
    'relatedIdentifierType="URL" relationType="Cites">see the appendix',
  ],
  ['date-in-future', '<date dateType="Issued">2024-05</date>', '<date dateType="Issued">2027-05</date>'],
  ['date-unreadable', '<date dateType="Valid">2025</date>', '<date dateType="Valid">next spring</date>'],
  ['year-differs', '<publicationYear>2024', '<publicationYear>2014'],
  ['date-backwards', '2023-01-01/2023-02-01', '2023-03-01/2023-02-01'],
  ['language-unknown', '<language>eng', '<language>Klingonese'],
])('%s is remarked on', (code, good, odd) => {
  expect(GOOD).toContain(good);
  expect(codes(GOOD.replace(good, odd))).toContain(code);
});

test('restricted files need no licence, and organisations no ORCID iD', () => {
  const restricted = GOOD.replace(/<rights rightsIdentifier.*?<\/rights>/, '').replace('openAccess', 'restrictedAccess');
  expect(codes(restricted)).toEqual([]);
});

test('the sentence counts the creators that it means', () => {
  const { text } = remarks(GOOD.replace(/<nameIdentifier nameIdentifierScheme="ORCID">[^<]*<\/nameIdentifier>/, ''))[0]!;
  expect(text).toBe('The creator has no ORCID iD.');
});
