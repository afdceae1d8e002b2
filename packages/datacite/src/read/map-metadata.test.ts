import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml } from '@thresher/oai';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { genuineData, noGenuineData, payloads } from '../../test/genuine.ts';
import { ISSUES, mapMetadata } from '../index.ts';
import type { XmlElement } from '../index.ts';

const header = { identifier: 'oai:example.org:1', setSpecs: [] };
const inner = '<identifier identifierType="DOI">10.1234/a</identifier><titles><title>T</title></titles>';

describe('the payload', () => {
  test.each([
    [
      'a wrapper of oai-1.1',
      `<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload><resource xmlns="http://datacite.org/schema/kernel-4">${inner}</resource></payload></oai_datacite>`,
      '4',
    ],
    [
      'a wrapper with prefixes',
      `<o:oai_datacite xmlns:o="http://schema.datacite.org/oai/oai-1.0/"><o:payload><d:resource xmlns:d="http://datacite.org/schema/kernel-3"><d:identifier identifierType="DOI">10.1234/a</d:identifier><d:titles><d:title>T</d:title></d:titles></d:resource></o:payload></o:oai_datacite>`,
      '3',
    ],
    ['a resource of kernel 2.2', `<resource xmlns="http://datacite.org/schema/kernel-2.2">${inner}</resource>`, '2.2'],
    ['a resource with https', `<resource xmlns="https://datacite.org/schema/kernel-4.0">${inner}</resource>`, '4.0'],
    ['a resource without namespace', `<resource>${inner}</resource>`, null],
    [
      'the metadata element around it',
      `<metadata xmlns="http://www.openarchives.org/OAI/2.0/"><resource xmlns="http://datacite.org/schema/kernel-4">${inner}</resource></metadata>`,
      '4',
    ],
    [
      'an aggregator’s elements next to it',
      `<metadata><x xmlns="http://namespace.openaire.eu/oaf"/><resource xmlns="http://datacite.org/schema/kernel-4">${inner}</resource></metadata>`,
      '4',
    ],
  ])('%s', (_, xml, kernel) => {
    const { metadata } = mapMetadata(parseXml(xml), header);
    expect(metadata).toMatchObject({ format: 'oai_datacite', kernel, doi: '10.1234/a', title: 'T' });
  });

  test.each([
    ['<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', 'payload-unknown'],
    ['<resource xmlns="http://example.org/"/>', 'payload-unknown'],
    ['<dc xmlns="http://purl.org/dc/elements/1.1/"/>', 'payload-unknown'],
    ['<metadata/>', 'payload-unknown'],
    ['<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload/></oai_datacite>', 'payload-missing'],
  ])('%s has none', (xml, code) => {
    const { metadata, issues } = mapMetadata(parseXml(xml), header);
    expect(metadata).toBeNull();
    expect(issues).toMatchObject([{ code, severity: 'error' }]);
  });
});

test('an empty resource maps to nothing and says what is missing', () => {
  const { metadata, issues } = mapMetadata(parseXml('<resource xmlns="http://datacite.org/schema/kernel-4"/>'), header);
  expect(metadata).toMatchObject({ title: null, titles: [], creators: [], doi: null, accessRight: null, communities: [] });
  expect(issues.map((each) => each.code).sort()).toEqual([
    'creator-missing',
    'doi-missing',
    'identifier-missing',
    'publication-date-missing',
    'publisher-missing',
    'resource-type-missing',
    'title-missing',
  ]);
});

test('values of issues are cut at 500 characters', () => {
  const { issues } = mapMetadata(parseXml(`<resource><publicationYear>${'x'.repeat(900)}</publicationYear></resource>`), header);
  expect(issues.find((each) => each.code === 'year-not-a-number')?.value).toHaveLength(500);
});

// Every element name of the kernels, with any text and attributes inside anything.
const names = fc.constantFrom(
  'resource',
  'oai_datacite',
  'payload',
  'dc',
  'identifier',
  'creators',
  'creator',
  'creatorName',
  'nameIdentifier',
  'affiliation',
  'titles',
  'title',
  'publisher',
  'publicationYear',
  'subjects',
  'subject',
  'contributors',
  'contributor',
  'contributorName',
  'dates',
  'date',
  'language',
  'resourceType',
  'relatedIdentifiers',
  'relatedIdentifier',
  'alternateIdentifiers',
  'alternateIdentifier',
  'rightsList',
  'rights',
  'descriptions',
  'description',
  'geoLocations',
  'geoLocation',
  'geoLocationPoint',
  'geoLocationBox',
  'geoLocationPolygon',
  'polygonPoint',
  'pointLatitude',
  'pointLongitude',
  'fundingReferences',
  'fundingReference',
  'funderName',
  'funderIdentifier',
  'awardNumber',
  'relatedItems',
  'relatedItem',
  'relation',
  'type',
  'coverage',
);
const texts = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '10.5281/zenodo.1',
    '2024-13/x',
    '{"references": [1, {',
    '12 91',
    '<p>&#x110000;',
    'info:eu-repo/grantAgreement/%E0',
    '0000-0000-0000-0000',
    '__proto__',
  ),
);
const attributeNames = fc.constantFrom(
  'identifierType',
  'relationType',
  'relatedIdentifierType',
  'nameIdentifierScheme',
  'rightsURI',
  'contributorType',
  'dateType',
  'resourceTypeGeneral',
  'xml:lang',
);
const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc.record({
    name: names,
    ns: fc.constantFrom(
      '',
      'http://datacite.org/schema/kernel-4',
      'http://datacite.org/schema/kernel-3',
      'http://www.openarchives.org/OAI/2.0/oai_dc/',
    ),
    attributes: fc.dictionary(attributeNames, texts, { maxKeys: 3 }),
    children: fc.oneof({ depthSize: 'medium' }, fc.constant([]), fc.array(tie('element'), { maxLength: 4 })),
    text: texts,
  }),
}));

test('no tree makes it throw, and every issue is in the table', () => {
  const roots = fc.tuple(element, fc.constantFrom('resource', 'dc')).map(([tree, name]) => ({
    ...tree,
    name,
    ns: name === 'dc' ? 'http://www.openarchives.org/OAI/2.0/oai_dc/' : tree.ns.includes('kernel') ? tree.ns : '',
  }));
  fc.assert(
    fc.property(roots, (tree) => {
      for (const issue of mapMetadata(tree, header).issues) expect(ISSUES).toHaveProperty(issue.code);
    }),
    { numRuns: 2000 },
  );
});

describe.skipIf(noGenuineData !== null)(`genuine records${noGenuineData === null ? '' : ` (skipped: ${noGenuineData})`}`, () => {
  test('every record of the dump of 2026-06 has what each must have', () => {
    const folder = join(genuineData, 'zenodo/dump-2026-06');
    const files = readdirSync(folder).filter((name) => name.endsWith('.xml'));
    expect(files.length).toBe(457);
    for (const file of files) {
      const { metadata } = mapMetadata(parseXml(readFileSync(join(folder, file), 'utf8')), header);
      const { title, creators, doi, publicationDate, resourceType, rights } = metadata!;
      expect([title, doi, publicationDate?.start, resourceType?.type, creators[0]?.name, rights[0]?.kind], file).not.toContain(undefined);
      expect([title, doi, publicationDate?.start, resourceType?.type], file).not.toContain(null);
    }
  });

  test('whatever is well-formed maps without throwing', () => {
    let mapped = 0;
    for (const file of readdirSync(genuineData, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.xml'))) {
      const root = wellFormed(join(genuineData, file));
      for (const { element: payload, setSpecs } of root === null ? [] : payloads(root)) {
        mapMetadata(payload, { identifier: 'oai:example.org:1', setSpecs });
        mapped += 1;
      }
    }
    expect(mapped).toBeGreaterThan(1500);
  });
});

function wellFormed(file: string): XmlElement | null {
  try {
    return parseXml(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
