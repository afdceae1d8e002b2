import { expect, test } from 'vitest';
import { recogniseIdentifier } from './identifiers.ts';

test.each([
  ['10.5281/zenodo.123', 'doi', '10.5281/zenodo.123'],
  ['https://doi.org/10.5281/ZENODO.123', 'doi', '10.5281/zenodo.123'],
  ['http://dx.doi.org/10.1016/S0735-1097(98)00347-7', 'doi', '10.1016/s0735-1097(98)00347-7'],
  ['doi:10.1000/182', 'doi', '10.1000/182'],
  ['DOI: 10.1000/182', 'doi', '10.1000/182'],
  ['0000-0002-1825-009x', 'orcid', '0000-0002-1825-009X'],
  ['https://orcid.org/0000-0002-1825-0097', 'orcid', '0000-0002-1825-0097'],
  ['https://ror.org/01aj84f44', 'ror', '01aj84f44'],
  ['https://zenodo.org/records/3782324', 'recid', '3782324'],
  ['https://zenodo.org/record/3782324#x', 'recid', '3782324'],
  ['oai:zenodo.org:3782324', 'oai', 'oai:zenodo.org:3782324'],
  ['urn:nbn:de:101:1-2019', 'uri', 'urn:nbn:de:101:1-2019'],
])('%s is a %s', (text, scheme, value) => {
  expect(recogniseIdentifier(text)).toEqual({ scheme, value });
});

test.each(['sea ice', '10.5281', '10.5281/', '2024-05-31', '0000-0002', 'and/or', ''])('%s is none', (text) => {
  expect(recogniseIdentifier(text)).toBeNull();
});
