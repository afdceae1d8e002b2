import { expect, test } from 'vitest';
import { bare, rich } from '../../test/rich.ts';
import { toSchemaOrg } from '../index.ts';

test('schema.org', () => {
  expect(toSchemaOrg(rich)).toEqual({
    '@context': 'https://schema.org/',
    '@type': 'ScholarlyArticle',
    '@id': 'https://doi.org/10.5281/zenodo.12',
    identifier: 'https://doi.org/10.5281/zenodo.12',
    url: 'https://doi.org/10.5281/zenodo.12',
    name: '100% of {x_1} & y',
    alternateName: ['A subtitle'],
    description: 'First line.\nSecond < line.',
    creator: [
      {
        '@type': 'Person',
        '@id': 'https://orcid.org/0000-0002-1825-0097',
        name: 'Müller & Söhne, Änne',
        givenName: 'Änne',
        familyName: 'Müller & Söhne',
        affiliation: [{ '@type': 'Organization', '@id': 'https://ror.org/01aj84f44', name: 'Aarhus University' }],
      },
      { '@type': 'Organization', '@id': 'https://ror.org/01aj84f44', name: 'Institute for This, That and More' },
      { '@type': 'Person', name: 'Anne van Weerden', familyName: 'Anne van Weerden' },
    ],
    contributor: [
      { '@type': 'Person', name: 'Doe, John' },
      { '@type': 'Person', name: 'Roe, Jane' },
    ],
    publisher: { '@type': 'Organization', name: 'Zenodo' },
    datePublished: '2024-05',
    dateModified: '2024-06-01',
    temporalCoverage: ['2020/2021'],
    spatialCoverage: [{ '@type': 'Place', name: 'Here', geo: { '@type': 'GeoCoordinates', latitude: 1, longitude: 2 } }],
    keywords: ['one', 'two'],
    inLanguage: 'en',
    version: '1.0',
    license: ['https://creativecommons.org/licenses/by/4.0/legalcode'],
    isAccessibleForFree: true,
    funding: [
      {
        '@type': 'Grant',
        identifier: '1',
        name: 'A grant',
        url: 'info:eu-repo/grantAgreement/EC/H2020/1/',
        funder: { '@type': 'Organization', '@id': 'https://ror.org/00k4n6c32', name: 'European Commission' },
      },
    ],
    citation: [{ '@type': 'CreativeWork', '@id': 'https://doi.org/10.1000/a%3C1%3E' }],
    exampleOfWork: [{ '@type': 'CreativeWork', '@id': 'https://doi.org/10.5281/zenodo.11' }],
    isPartOf: [{ '@type': 'CreativeWork', '@id': 'https://zenodo.org/communities/eu/' }],
  });
});

test('if access is not known, it is left out', () => {
  expect(toSchemaOrg(bare)).toEqual({ '@context': 'https://schema.org/', '@type': 'CreativeWork' });
  expect(toSchemaOrg({ ...rich, accessRight: 'restricted' })).toMatchObject({ isAccessibleForFree: false });
});
