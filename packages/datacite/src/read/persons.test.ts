import { expect, test } from 'vitest';
import { codes, resource } from '../../test/genuine.ts';

test('a person with everything, parts in any order', () => {
  const { metadata } = resource(`<creators><creator>
    <affiliation affiliationIdentifier="https://ror.org/01aj84f44" affiliationIdentifierScheme="ROR" schemeURI="https://ror.org/">Aarhus  University</affiliation>
    <affiliation affiliationIdentifier="edmo:1149" affiliationIdentifierScheme="OTHER">UNESCO</affiliation>
    <nameIdentifier nameIdentifierScheme="GND">118540238</nameIdentifier>
    <nameIdentifier nameIdentifierScheme="ORCID">0000-0001-9792-256X</nameIdentifier>
    <familyName>Krause-Jensen</familyName><givenName>Dorte</givenName>
    <creatorName nameType="Personal" xml:lang="da">Krause-Jensen,
      Dorte</creatorName></creator></creators>`);
  expect(metadata.creators).toEqual([
    {
      name: 'Krause-Jensen, Dorte',
      nameType: 'Personal',
      givenName: 'Dorte',
      familyName: 'Krause-Jensen',
      lang: 'da',
      orcid: '0000-0001-9792-256X',
      nameIdentifiers: [
        { nameIdentifier: '118540238', nameIdentifierScheme: 'GND', schemeUri: null, scheme: 'GND', value: '118540238' },
        {
          nameIdentifier: '0000-0001-9792-256X',
          nameIdentifierScheme: 'ORCID',
          schemeUri: null,
          scheme: 'ORCID',
          value: '0000-0001-9792-256X',
        },
      ],
      affiliations: [
        {
          name: 'Aarhus University',
          affiliationIdentifier: 'https://ror.org/01aj84f44',
          affiliationIdentifierScheme: 'ROR',
          schemeUri: 'https://ror.org/',
          ror: '01aj84f44',
        },
        { name: 'UNESCO', affiliationIdentifier: 'edmo:1149', affiliationIdentifierScheme: 'OTHER', schemeUri: null, ror: null },
      ],
    },
  ]);
});

test('an ORCID iD whose check digit fails is no ORCID, the next one is', () => {
  const { metadata, issues } = resource(`<creators><creator><creatorName>A</creatorName></creator><creator><creatorName>B</creatorName>
    <nameIdentifier nameIdentifierScheme="ORCID">0000-0003-3272-8008</nameIdentifier>
    <nameIdentifier nameIdentifierScheme="ORCID">0000-0003-3272-8007</nameIdentifier></creator></creators>`);
  expect(metadata.creators[1]).toMatchObject({
    orcid: '0000-0003-3272-8007',
    nameIdentifiers: [{ scheme: 'ORCID', value: null }, { scheme: 'ORCID' }],
  });
  expect(issues).toContainEqual({
    code: 'orcid-check-digit',
    path: 'creators/1/nameIdentifier/0',
    value: '0000-0003-3272-8008',
    severity: 'warning',
  });
});

test('several names in one creator are several persons', () => {
  const { metadata, issues } = resource(`<creators><creator><creatorName>A, B</creatorName><affiliation>X</affiliation>
    <creatorName>C, D</creatorName><givenName>D</givenName><affiliation>Y</affiliation></creator><creator><creatorName>E</creatorName></creator></creators>`);
  expect(metadata.creators.map((each) => [each.name, each.givenName, each.affiliations[0]?.name ?? null])).toEqual([
    ['A, B', null, 'X'],
    ['C, D', 'D', 'Y'],
    ['E', null, null],
  ]);
  expect(issues).toContainEqual(expect.objectContaining({ code: 'creator-name-repeated', path: 'creators/1' }));
});

test('a nameless one is left out, unless its parts name it', () => {
  const { metadata, issues } = resource(`<creators><creator><creatorName/><familyName>Doe</familyName><givenName>J.</givenName></creator>
    <creator><creatorName> </creatorName></creator></creators>`);
  expect(metadata.creators.map((each) => each.name)).toEqual(['Doe, J.']);
  expect(issues).toContainEqual(expect.objectContaining({ code: 'creator-name-missing', path: 'creators/1' }));
});

test('contributors have their type, or none', () => {
  const { metadata, issues } =
    resource(`<contributors><contributor contributorType="Supervisor"><contributorName>S</contributorName><nameIdentifier nameIdentifierScheme="ORCID"/></contributor>
    <contributor><contributorName>T</contributorName><affiliation/></contributor></contributors>`);
  expect(metadata.contributors.map((each) => [each.name, each.contributorType])).toEqual([
    ['S', 'Supervisor'],
    ['T', null],
  ]);
  expect(codes(issues)).toEqual(expect.arrayContaining(['name-identifier-empty', 'affiliation-empty']));
});
