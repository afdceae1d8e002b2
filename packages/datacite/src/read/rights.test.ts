import { expect, test } from 'vitest';
import { codes, resource } from '../../test/genuine.ts';

function rights(inner: string) {
  return resource(`<rightsList>${inner}</rightsList>`);
}

test('licence, access and copyright are distinguished', () => {
  const { metadata, issues } =
    rights(`<rights rightsURI="https://creativecommons.org/licenses/by/4.0/legalcode" rightsIdentifier="cc-by-4.0" rightsIdentifierScheme="spdx">Creative Commons Attribution 4.0 International</rights>
    <rights rightsIdentifier="other-open">Other (Open)</rights><rights rightsURI="info:eu-repo/semantics/embargoedAccess"/>
    <rights rightsURI="http://rightsstatements.org/vocab/InC/1.0/">© 2026 Someone</rights><rights/>`);
  expect(metadata.rights.map((each) => [each.kind, each.spdx])).toEqual([
    ['licence', 'CC-BY-4.0'],
    ['licence', null],
    ['access', null],
    ['copyright', null],
  ]);
  expect(metadata.accessRight).toBe('embargoed');
  expect(codes(issues)).toContain('rights-empty');
});

test.each([
  ['<rights rightsURI="info:eu-repo/semantics/openAccess">Open Access</rights>', 'open'],
  ['<rights>info:eu-repo/semantics/closedAccess</rights>', 'closed'],
  ['<rights rightsURI="http://purl.org/coar/access_right/c_16ec">restricted access</rights>', 'restricted'],
  ['<rights rightsURI="http://purl.org/coar/access_right/c_14cb"/>', 'closed'],
  ['<rights>Open Access</rights>', null],
  ['<rights rightsURI="https://creativecommons.org/licenses/by/4.0/"/>', null],
])('%s gives access %s', (xml, access) => {
  expect(rights(xml).metadata.accessRight).toBe(access);
});

test('kernel 2 has its rights straight in the resource', () => {
  expect(resource('<rights>CC by-nd</rights>', '2.2').metadata.rights).toMatchObject([{ rights: 'CC by-nd', kind: 'licence', spdx: null }]);
});
