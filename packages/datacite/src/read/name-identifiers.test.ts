import { describe, expect, test } from 'vitest';
import { recognise, rorOf } from './name-identifiers.ts';

describe('recognised', () => {
  test.each([
    ['0000-0001-9792-256X', 'ORCID', null, 'ORCID', '0000-0001-9792-256X'],
    ['0000-0001-9792-256x', 'orcid', null, 'ORCID', '0000-0001-9792-256X'],
    ['https://orcid.org/0000-0002-1825-0097/', 'ORCID', 'https://orcid.org', 'ORCID', '0000-0002-1825-0097'],
    ['https://orcid.org/https://orcid.org/0000-0002-1825-0097', null, null, 'ORCID', '0000-0002-1825-0097'],
    ['0000-0002-1825-0097', null, null, 'ORCID', '0000-0002-1825-0097'],
    ['0000000218250097', 'ORCID', null, 'ORCID', '0000-0002-1825-0097'],
    ['0000 0001 2103 2683', 'ISNI', null, 'ISNI', '0000000121032683'],
    ['http://isni.org/isni/0000000121032683', null, null, 'ISNI', '0000000121032683'],
    ['118540238', 'GND', null, 'GND', '118540238'],
    ['https://d-nb.info/gnd/4005728-8', null, null, 'GND', '4005728-8'],
    ['01aj84f44', 'ROR', null, 'ROR', '01aj84f44'],
    ['https://ror.org/01AJ84F44', 'RORS', null, 'ROR', '01aj84f44'],
    ['00k4n6c32', 'Other', 'https://ror.org/', 'ROR', '00k4n6c32'],
    ['grid.9132.9', null, null, 'GRID', 'grid.9132.9'],
    ['Q42', 'Wikidata', null, 'WIKIDATA', 'Q42'],
    ['https://viaf.org/viaf/102333412/', null, null, 'VIAF', '102333412'],
  ])('%s (%s, %s) is %s %s', (value, declared, schemeUri, scheme, usual) => {
    expect(recognise(value, declared, schemeUri)).toEqual({ scheme, value: usual, fault: null });
  });
});

describe('refused by its check digit', () => {
  test.each([
    ['0000-0003-3272-8008', 'ORCID', 'orcid-check-digit'],
    ['0000 0001 2103 2684', 'ISNI', 'isni-check-digit'],
    ['118540239', 'GND', 'gnd-check-digit'],
    ['4005728-9', 'GND', 'gnd-check-digit'],
    ['01aj84f45', 'ROR', 'ror-check-digit'],
  ])('%s', (value, scheme, fault) => {
    expect(recognise(value, scheme, null)).toEqual({ scheme, value: null, fault });
  });
});

test('a value that does not look like its scheme has none', () => {
  expect(recognise('xyz789', 'ORCID', null)).toEqual({ scheme: 'ORCID', value: null, fault: 'name-identifier-not-readable' });
});

test('an unknown scheme is no fault', () => {
  const unknown = { scheme: null, value: null, fault: null };
  expect(recognise('info:eu-repo/grantAgreement/EC/H2020/823827/', 'info', null)).toEqual(unknown);
  expect(recognise('123', 'toString', null)).toEqual(unknown);
});

test('only a ROR id is a ROR id', () => {
  expect(rorOf('https://ror.org/01aj84f44', 'ROR', null)).toBe('01aj84f44');
  expect(rorOf('edmo:1149', 'OTHER', null)).toBeNull();
  expect(rorOf(null, 'ROR', null)).toBeNull();
});
