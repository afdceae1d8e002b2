import { expect, test } from 'vitest';
import { codes, resource } from '../../test/genuine.ts';
import { awardNumberOf } from './funding.ts';

test.each([
  ['info:eu-repo/grantAgreement/EC/H2020/823827/', '823827'],
  ['info:eu-repo/grantAgreement/EC/FP7/246686', '246686'],
  ['info:eu-repo/grantAgreement/EC/FP7/277571/EU/Some Name/ACRO', '277571'],
  ['info:eu-repo/grantAgreement/EC/FP7/277571//Some Name', '277571'],
  ['info:eu-repo/grantAgreement/RCUK/STFC/ST/M001296/1/', 'ST/M001296/1'],
  ['info:eu-repo/grantAgreement/RCUK/STFC/ST%2FM001296%2F1/', 'ST/M001296/1'],
  ['info:eu-repo/grantAgreement/FCT/5876 PPCDTI/PTDC%2FX/', 'PTDC/X'],
  ['info:eu-repo/grantAgreement/EC/H2020/%E0/', '%E0'],
  ['info:eu-repo/grantAgreement/EC/', null],
  ['https://cordis.europa.eu/project/id/871034', null],
])('%s is award %s', (uri, number) => {
  expect(awardNumberOf(uri)).toBe(number);
});

test('references with Crossref and ROR identifiers, and without award', () => {
  const { metadata, issues } = resource(`<fundingReferences>
    <fundingReference><funderName>EC</funderName><funderIdentifier funderIdentifierType="Crossref Funder ID">https://doi.org/10.13039/501100000780</funderIdentifier>
      <awardNumber awardURI="info:eu-repo/grantAgreement/EC/H2020/654039/">654039</awardNumber><awardTitle>THOR</awardTitle></fundingReference>
    <fundingReference><funderName>UKRI</funderName><funderIdentifier funderIdentifierType="ROR">001aqnf71</funderIdentifier></fundingReference>
    <fundingReference/>
    <fundingReference><funderName/><awardNumber>1</awardNumber></fundingReference></fundingReferences>`);
  expect(metadata.fundingReferences).toMatchObject([
    { funderName: 'EC', funderDoi: '10.13039/501100000780', funderRor: null, awardNumber: '654039', awardTitle: 'THOR' },
    { funderName: 'UKRI', funderDoi: null, funderRor: '001aqnf71', awardNumber: null },
    { funderName: null, awardNumber: '1' },
  ]);
  expect(codes(issues)).toEqual(expect.arrayContaining(['funding-empty', 'funder-name-missing']));
});

test('a Funder of kernel 3 without a grant is a funding reference by its name', () => {
  const { metadata } = resource(
    '<contributors><contributor contributorType="Funder"><contributorName>NSF</contributorName></contributor></contributors>',
    '3',
  );
  expect(metadata.contributors).toHaveLength(1);
  expect(metadata.fundingReferences).toMatchObject([{ funderName: 'NSF', awardNumber: null, awardUri: null }]);
});

// datacite/bolognese#143: the bare number stands for 10.13039/number if it is said to be of that registry.
test.each([
  ['Crossref Funder ID', '501100000780', '10.13039/501100000780'],
  ['Crossref Funder', 'FundRef 501100000780', '10.13039/501100000780'],
  ['Crossref Funder ID', '10.13039/501100000780', '10.13039/501100000780'],
  ['Crossref Funder ID', 'https://data.crossref.org/fundingdata/funder/10.13039/501100000780', '10.13039/501100000780'],
  ['Other', '501100000780', null],
  ['Crossref Funder ID', '10.5072/501100000780', null],
  ['GRID', 'grid.270680.b', null],
])('a funder identifier of type %s %s is %s', (type, value, funderDoi) => {
  const { metadata } = resource(`<fundingReferences><fundingReference><funderName>EC</funderName>
    <funderIdentifier funderIdentifierType="${type}">${value}</funderIdentifier></fundingReference></fundingReferences>`);
  expect(metadata.fundingReferences[0]!.funderDoi).toBe(funderDoi);
});
