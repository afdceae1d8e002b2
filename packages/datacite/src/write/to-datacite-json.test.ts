import { expect, test } from 'vitest';
import { resource } from '../../test/genuine.ts';
import { bare, rich } from '../../test/rich.ts';
import { toDataciteJson } from '../index.ts';

test('DataCite JSON', () => {
  expect(toDataciteJson(rich)).toMatchObject({
    id: 'https://doi.org/10.5281/zenodo.12',
    doi: '10.5281/zenodo.12',
    types: { resourceTypeGeneral: 'JournalArticle' },
    titles: [{ title: '100% of {x_1} & y' }, { title: 'A subtitle', titleType: 'Subtitle', lang: 'en' }],
    publisher: { name: 'Zenodo' },
    publicationYear: 2024,
    dates: [
      { date: '2024-05', dateType: 'Issued' },
      { date: '2024-06-01', dateType: 'Updated' },
      { date: '2020/2021', dateType: 'Collected' },
    ],
    identifiers: [{ identifier: '10.5281/ZENODO.12', identifierType: 'DOI' }],
    language: 'eng',
    version: '1.0',
    rightsList: [{ rightsIdentifier: 'cc-by-4.0', rightsIdentifierScheme: 'spdx' }, { rightsUri: 'info:eu-repo/semantics/openAccess' }],
    descriptions: [{ description: 'First line.\nSecond < line.', descriptionType: 'Abstract' }],
    geoLocations: [{ geoLocationPlace: 'Here', geoLocationPoint: { pointLongitude: 2, pointLatitude: 1 } }],
    relatedItems: [{ relationType: 'IsPublishedIn', relatedItemType: 'Journal', volume: '7', titles: [{ title: 'Journal of X' }] }],
    fundingReferences: [{ funderName: 'European Commission', funderIdentifierType: 'ROR', awardNumber: '1' }],
    schemaVersion: 'http://datacite.org/schema/kernel-4',
  });
  expect(JSON.stringify(toDataciteJson(rich))).not.toContain('null');
});

test('what kernel 4 puts elsewhere: funders, the concept DOI, a DOI that was not the identifier', () => {
  const { metadata } = resource(
    `<identifier identifierType="DOI">10.5281/zenodo.12</identifier>
    <contributors><contributor contributorType="Funder"><contributorName>EC</contributorName></contributor></contributors>
    <relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsPartOf">10.5281/zenodo.11</relatedIdentifier></relatedIdentifiers>`,
    '3',
  );
  expect(toDataciteJson(metadata)).toMatchObject({
    contributors: [],
    fundingReferences: [{ funderName: 'EC' }],
    relatedIdentifiers: [{ relationType: 'IsVersionOf', relatedIdentifier: '10.5281/zenodo.11' }],
  });
  const external = resource(
    `<identifier identifierType="URL">https://zenodo.org/record/12</identifier>
    <relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsIdenticalTo">10.2307/1</relatedIdentifier></relatedIdentifiers>`,
    '3',
  );
  expect(toDataciteJson(external.metadata)).toMatchObject({
    identifiers: [{ identifier: '10.2307/1', identifierType: 'DOI' }],
    alternateIdentifiers: [{ alternateIdentifier: 'https://zenodo.org/record/12', alternateIdentifierType: 'URL' }],
  });
});

test('a concept DOI that is named with other relations too keeps them', () => {
  const row = (relation: string) =>
    `<relatedIdentifier relatedIdentifierType="DOI" relationType="${relation}">10.5281/zenodo.11</relatedIdentifier>`;
  const { metadata } = resource(`<relatedIdentifiers>${row('IsVersionOf')}${row('Cites')}</relatedIdentifiers>`);
  expect(toDataciteJson(metadata)).toMatchObject({ relatedIdentifiers: [{ relationType: 'IsVersionOf' }, { relationType: 'Cites' }] });
});

test('an empty record has empty lists', () => {
  expect(toDataciteJson(bare)).toMatchObject({ creators: [], titles: [], types: {}, identifiers: [], geoLocations: [] });
});
