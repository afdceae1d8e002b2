import { parseXml } from '@thresher/oai';
import { expect, test } from 'vitest';
import { bare, rich } from '../../test/rich.ts';
import { mapMetadata, toOaiDc } from '../index.ts';

function values(xml: string): [string, string][] {
  return parseXml(xml).children.map((each) => [each.name, each.text]);
}

test('the elements as Zenodo has them', () => {
  expect(values(toOaiDc(rich))).toEqual([
    ['contributor', 'Doe, John'],
    ['contributor', 'Roe, Jane'],
    ['coverage', 'Here'],
    ['creator', 'Müller & Söhne, Änne'],
    ['creator', 'Institute for This, That and More'],
    ['creator', 'Anne van Weerden'],
    ['date', '2024-05'],
    ['description', 'First line.\nSecond < line.'],
    ['identifier', 'https://doi.org/10.5281/zenodo.12'],
    ['identifier', 'oai:zenodo.org:12'],
    ['language', 'eng'],
    ['publisher', 'Zenodo'],
    ['relation', 'info:eu-repo/grantAgreement/EC/H2020/1/'],
    ['relation', 'https://doi.org/10.1000/a%3C1%3E'],
    ['relation', 'https://zenodo.org/communities/eu/'],
    ['relation', 'https://doi.org/10.5281/zenodo.11'],
    ['rights', 'Creative Commons Attribution 4.0 International'],
    ['rights', 'https://creativecommons.org/licenses/by/4.0/legalcode'],
    ['rights', 'info:eu-repo/semantics/openAccess'],
    ['source', 'Journal of X'],
    ['subject', 'one'],
    ['subject', 'two'],
    ['title', '100% of {x_1} & y'],
    ['title', 'A subtitle'],
    ['type', 'info:eu-repo/semantics/article'],
  ]);
  expect(values(toOaiDc(bare))).toEqual([]);
});

test('read back, what oai_dc can say is the same', () => {
  const { metadata } = mapMetadata(parseXml(toOaiDc(rich)), { identifier: 'oai:example.org:1', setSpecs: ['user-eu'] });
  const { title, doi, conceptDoi, description, publicationYear, publicationDate, language, accessRight, communities, publisher } = rich;
  expect(metadata).toMatchObject({
    title,
    doi,
    conceptDoi,
    description,
    publicationYear,
    publicationDate,
    language,
    accessRight,
    communities,
    publisher,
  });
  expect(metadata?.creators.map((each) => each.name)).toEqual(rich.creators.map((each) => each.name));
  expect(metadata?.resourceType).toMatchObject({ type: 'publication', subtype: 'article' });
  expect(metadata?.relatedIdentifiers.map((each) => each.doi).filter((each) => each !== null)).toEqual([
    '10.1000/a<1>',
    '10.5281/zenodo.11',
  ]);
});

test('an embargo says when it ends', () => {
  const available = { text: '2030-01-01', start: '2030-01-01', end: '2030-01-01', dateType: 'Available', dateInformation: null };
  const xml = toOaiDc({ ...rich, accessRight: 'embargoed', dates: [available] });
  expect(values(xml)).toContainEqual(['date', 'info:eu-repo/date/embargoEnd/2030-01-01']);
});
