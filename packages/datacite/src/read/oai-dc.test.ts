import { parseXml } from '@thresher/oai';
import { expect, test } from 'vitest';
import { codes } from '../../test/genuine.ts';
import { mapMetadata } from '../index.ts';

function dc(inner: string, setSpecs: readonly string[] = []) {
  const xml = `<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">${inner}</oai_dc:dc>`;
  const { metadata, issues } = mapMetadata(parseXml(xml), { identifier: 'oai:example.org:1', setSpecs });
  return { metadata: metadata!, issues };
}

test('a record as Zenodo sends it', () => {
  const { metadata, issues } = dc(
    `<dc:creator>Marchegiani, Matteo</dc:creator><dc:creator>Second</dc:creator><dc:date>2023-10-10</dc:date>
    <dc:description>&amp;lt;p&amp;gt;A &amp;lt;b&amp;gt;layer&amp;lt;/b&amp;gt;&amp;lt;/p&amp;gt;</dc:description>
    <dc:identifier>https://doi.org/10.5281/zenodo.8435696</dc:identifier><dc:identifier>oai:zenodo.org:8435696</dc:identifier>
    <dc:language>eng</dc:language><dc:publisher>Zenodo</dc:publisher>
    <dc:relation>https://doi.org/10.17632/xhbwwry62b.1</dc:relation><dc:relation>https://zenodo.org/communities/pyhep2023/</dc:relation>
    <dc:relation>https://doi.org/10.5281/zenodo.8435695</dc:relation><dc:relation>https://doi.org/</dc:relation>
    <dc:rights>info:eu-repo/semantics/openAccess</dc:rights><dc:rights>Creative Commons Attribution 4.0 International</dc:rights>
    <dc:rights>https://creativecommons.org/licenses/by/4.0/legalcode</dc:rights><dc:source>PyHEP 2023 Workshop</dc:source>
    <dc:subject>a</dc:subject><dc:subject>b</dc:subject><dc:title>PocketCoffea</dc:title><dc:type>info:eu-repo/semantics/lecture</dc:type>`,
    ['openaire', 'user-pyhep'],
  );
  expect(metadata).toMatchObject({
    format: 'oai_dc',
    kernel: null,
    identifierType: 'DOI',
    doi: '10.5281/zenodo.8435696',
    conceptDoi: '10.5281/zenodo.8435695',
    title: 'PocketCoffea',
    publisher: { name: 'Zenodo' },
    publicationYear: 2023,
    publicationDate: { text: '2023-10-10' },
    description: 'A layer',
    accessRight: 'open',
    resourceType: { general: null, text: 'info:eu-repo/semantics/lecture', type: 'presentation', subtype: null },
    language: { text: 'eng', iso639_3: 'eng', iso639_1: 'en' },
    communities: ['pyhep', 'pyhep2023'],
    alternateIdentifiers: [{ alternateIdentifier: 'oai:zenodo.org:8435696', alternateIdentifierType: 'oai' }],
    rights: [{ kind: 'access' }, { kind: 'licence', spdx: null }, { kind: 'licence', spdx: 'CC-BY-4.0' }],
    relatedItems: [{ titles: [{ title: 'PyHEP 2023 Workshop' }] }],
  });
  expect(metadata.creators.map((each) => each.name)).toEqual(['Marchegiani, Matteo', 'Second']);
  expect(metadata.relatedIdentifiers.map((each) => [each.relatedIdentifierType, each.relationType, each.doi])).toEqual([
    ['DOI', null, '10.17632/xhbwwry62b.1'],
    ['URL', null, null],
    ['DOI', null, '10.5281/zenodo.8435695'],
  ]);
  expect(codes(issues)).toEqual(['related-identifier-empty']);
});

test('a record as DSpace sends it: the date of issue is the one without a time', () => {
  const { metadata } =
    dc(`<dc:title>T</dc:title><dc:creator>C</dc:creator><dc:date>2003-04-22T13:13:44Z</dc:date><dc:date>2003-04-22T13:13:44Z</dc:date><dc:date>1982</dc:date>
    <dc:identifier>1566-7294</dc:identifier><dc:identifier>http://hdl.handle.net/1765/315</dc:identifier><dc:identifier>https://repository.example.org/1</dc:identifier>
    <dc:language>other</dc:language><dc:language>en_US</dc:language><dc:type>Working Paper</dc:type><dc:format>application/pdf</dc:format><dc:format>151500</dc:format>
    <dc:relation>OCFEB Research Memoranda;RM 0403</dc:relation><dc:source>0872-9204</dc:source>`);
  expect(metadata).toMatchObject({
    identifier: 'https://repository.example.org/1',
    identifierType: 'URL',
    doi: null,
    publicationYear: 1982,
    formats: ['application/pdf', '151500'],
    language: { text: 'en_US', iso639_3: 'eng' },
    resourceType: { type: 'publication', subtype: 'workingpaper' },
    alternateIdentifiers: [{ alternateIdentifierType: 'ISSN' }, { alternateIdentifierType: 'Handle' }],
    relatedIdentifiers: [{ relatedIdentifier: '0872-9204', relatedIdentifierType: 'ISSN', relationType: 'IsPartOf' }],
    relatedItems: [{ titles: [{ title: 'OCFEB Research Memoranda;RM 0403' }] }],
  });
  expect(metadata.dates).toHaveLength(3);
});

test('grants, embargoes and coverage', () => {
  const { metadata } =
    dc(`<dc:relation>info:eu-repo/grantAgreement/EC/FP7/277571/</dc:relation><dc:date>info:eu-repo/date/embargoEnd/2030-01-01</dc:date><dc:date>2020-02</dc:date>
    <dc:coverage>1990/2000</dc:coverage><dc:coverage>Rotterdam</dc:coverage><dc:rights>info:eu-repo/semantics/embargoedAccess</dc:rights>`);
  expect(metadata).toMatchObject({
    fundingReferences: [{ funderName: 'EC', awardNumber: '277571' }],
    accessRight: 'embargoed',
    publicationDate: { text: '2020-02', start: '2020-02-01' },
    dates: [
      { dateType: 'Available', text: '2030-01-01' },
      { dateType: null },
      { dateType: 'Coverage', start: '1990-01-01', end: '2000-12-31' },
    ],
    geoLocations: [{ place: 'Rotterdam' }],
  });
});

test.each([
  ['info:eu-repo/semantics/doctoralThesis', [], 'publication', 'dissertation'],
  ['info:eu-repo/semantics/other', ['openaire_data'], 'dataset', null],
  ['info:eu-repo/semantics/other', ['software'], 'software', null],
  ['http://purl.org/eprint/type/JournalArticle', [], 'publication', 'article'],
  ['doc-type:article', [], 'publication', 'article'],
  ['StillImage', [], 'image', null],
  ['Book chapter', [], 'publication', 'section'],
  ['http://purl.org/coar/resource_type/c_6501', [], 'publication', 'article'],
  ['https://purl.org/coar/resource_type/c_db06/', [], 'publication', 'dissertation'],
  ['http://purl.org/coar/resource_type/c_ddb1', [], 'dataset', null],
  ['doctoral thesis', [], 'publication', 'dissertation'],
  ["Master's thesis", [], 'publication', 'dissertation'],
  ['conference_item', [], 'publication', 'conferencepaper'],
  ['Recording, oral', [], 'audio', null],
  ['Learning Object', [], 'lesson', null],
])('type %s in %j is %s/%s', (text, sets, type, subtype) => {
  expect(dc(`<dc:type>info:eu-repo/semantics/publishedVersion</dc:type><dc:type>${text}</dc:type>`, sets).metadata.resourceType).toEqual({
    general: null,
    text,
    type,
    subtype,
  });
});

test('a type that says nothing is reported', () => {
  const { metadata, issues } = dc('<dc:type>info:eu-repo/semantics/other</dc:type>');
  expect(metadata.resourceType).toMatchObject({ type: 'other', subtype: null });
  expect(codes(issues)).toContain('resource-type-unknown');
});

// IQSS/dataverse#10909: DataCite's own OAI server and Dataverse name the DOI in the header alone.
test.each([
  ['doi:10.5072/DC-one', '10.5072/dc-one'],
  ['oai:pangaea.de:doi:10.1594/PANGAEA.1', '10.1594/pangaea.1'],
  ['https://doi.org/10.5072/two', '10.5072/two'],
  ['10.5072/three', '10.5072/three'],
  ['oai:example.org:10.5072/four', '10.5072/four'],
  ['oai:example.org:article/10', null],
  ['hdl:2186.55/77-b', null],
])('a record named %s without a DOI inside has the DOI %s', (identifier, doi) => {
  const xml =
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></oai_dc:dc>';
  const { metadata, issues } = mapMetadata(parseXml(xml), { identifier, setSpecs: [] });
  expect(metadata!.doi).toBe(doi);
  expect(codes(issues).includes('doi-missing')).toBe(doi === null);
});

test.each([
  ['Harbour Quarterly; Vol. 88 No. 12 (2009): Lighthouses; 301-319', ['Harbour Quarterly', '88', '12', '2009', '301', '319']],
  ['Revista X; v. 12 n. 3 (2015); e1234', ['Revista X', '12', '3', '2015', 'e1234', null]],
  ['Zeitschrift; Bd. 7 Nr. 1 (1999); 1–10', ['Zeitschrift', '7', '1', '1999', '1', '10']],
])('the source %s is an issue of a journal', (source, facts) => {
  const [item] = dc(`<dc:source>${source}</dc:source>`).metadata.relatedItems;
  expect([item!.titles[0]!.title, item!.volume, item!.issue, item!.publicationYear, item!.firstPage, item!.lastPage]).toEqual(facts);
  expect(item!.relationType).toBe('IsPublishedIn');
});

test.each(['PyHEP 2023 Workshop', 'Photograph; box 12', 'University of X; Department of Volumes'])(
  'the source %s is a work of that title',
  (source) => {
    expect(dc(`<dc:source>${source}</dc:source>`).metadata.relatedItems).toMatchObject([
      { relationType: null, volume: null, titles: [{ title: source }] },
    ]);
  },
);
