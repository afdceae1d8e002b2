import { parseXml } from '@thresher/oai';
import { describe, expect, test } from 'vitest';
import { mapMetadata } from '../index.ts';

const map = (xml: string, identifier = 'oai:repository.example.org:123456789/42') => {
  const { metadata, issues } = mapMetadata(parseXml(xml), { identifier, setSpecs: ['com_123456789_1'] });
  return { ...metadata, codes: issues.map(({ code }) => code) };
};

const QUALIFIED = `<qdc:qualifieddc xmlns:qdc="http://dspace.org/qualifieddc/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
  <dc:title xml:lang="en">Salt and tide</dc:title><dcterms:alternative>Sal y marea</dcterms:alternative><dc:creator>Ebb, Flora</dc:creator>
  <dc:contributor>Neap, Otto</dc:contributor><dcterms:dateAccepted>2020-02-03T04:05:06Z</dcterms:dateAccepted><dcterms:issued>2018-11</dcterms:issued>
  <dcterms:abstract xml:lang="en">How salt goes with the tide.</dcterms:abstract><dcterms:extent>12 p.</dcterms:extent><dcterms:spatial>Ems</dcterms:spatial>
  <dc:identifier>https://hdl.handle.net/123456789/42</dc:identifier><dc:identifier>https://doi.org/10.5072/salt</dc:identifier>
  <dcterms:isPartOf>https://doi.org/10.5072/sea</dcterms:isPartOf><dc:type>Article</dc:type><dc:publisher>Sea Press</dc:publisher>
  <dc:language>en</dc:language><dcterms:license>https://creativecommons.org/licenses/by/4.0/</dcterms:license></qdc:qualifieddc>`;

const dim = (element: string, qualifier: string | null, text: string, lang = '', schema = 'dc') =>
  `<dim:field mdschema="${schema}" element="${element}"${qualifier === null ? '' : ` qualifier="${qualifier}"`} lang="${lang}">${text}</dim:field>`;
const DIM = `<dim:dim xmlns:dim="http://www.dspace.org/xmlns/dspace/dim" dspaceType="ITEM">
  ${dim('date', 'accessioned', '2020-02-03T04:05:06Z')}${dim('date', 'available', '2020-02-03')}${dim('date', 'issued', '2018-11')}
  ${dim('contributor', 'author', 'Ebb, Flora')}${dim('contributor', 'advisor', 'Neap, Otto')}${dim('title', null, 'Salt and tide', 'en')}
  ${dim('title', 'alternative', 'Sal y marea')}${dim('description', 'provenance', 'Submitted by nobody (nobody@example.org)', 'en')}
  ${dim('description', 'abstract', 'How salt goes with the tide.', 'en')}${dim('identifier', 'uri', 'https://hdl.handle.net/123456789/42')}
  ${dim('identifier', 'doi', '10.5072/salt')}${dim('identifier', 'issn', '2999-0008')}${dim('relation', 'ispartof', 'https://doi.org/10.5072/sea')}
  ${dim('type', null, 'Article')}${dim('publisher', null, 'Sea Press')}${dim('language', 'iso', 'en')}${dim('coverage', 'spatial', 'Ems')}
  ${dim('rights', 'uri', 'https://creativecommons.org/licenses/by/4.0/')}${dim('discipline', null, 'Hydrology', '', 'thesis')}</dim:dim>`;

const element = (name: string, inner: string) => `<element name="${name}">${inner}</element>`;
const value = (text: string) => `<field name="value">${text}</field>`;
const authority = '<field name="authority">7f3a</field><field name="confidence">600</field>';
const XOAI = `<metadata xmlns="http://www.lyncode.com/xoai">${element(
  'dc',
  [
    element(
      'contributor',
      element('author', element('none', value('Ebb, Flora') + authority)) + element('advisor', element('none', value('Neap, Otto'))),
    ),
    element(
      'date',
      element('accessioned', element('none', value('2020-02-03T04:05:06Z'))) + element('issued', element('none', value('2018-11'))),
    ),
    element(
      'description',
      element('provenance', element('en', value('Submitted by nobody'))) +
        element('abstract', element('en', value('How salt goes with the tide.'))),
    ),
    element(
      'identifier',
      element('uri', element('none', value('https://hdl.handle.net/123456789/42'))) +
        element('doi', element('none', value('10.5072/salt'))),
    ),
    element('relation', element('ispartof', element('none', value('https://doi.org/10.5072/sea')))),
    element('title', element('en', value('Salt and tide')) + element('alternative', element('none', value('Sal y marea')))),
    element('coverage', element('spatial', element('none', value('Ems')))),
    element('type', element('none', value('Article'))),
    element('publisher', element('none', value('Sea Press'))),
    element('language', element('iso', element('none', value('en')))),
    element('rights', element('uri', element('none', value('https://creativecommons.org/licenses/by/4.0/')))),
  ].join(''),
)}${element('bundles', element('bundle', '<field name="name">ORIGINAL</field>'))}<element name="others"><field name="handle">123456789/42</field></element></metadata>`;

test.each([
  ['qualified Dublin Core', QUALIFIED],
  ['dim', DIM],
  ['xoai', XOAI],
  ['xoai inside metadata', `<metadata xmlns="http://www.openarchives.org/OAI/2.0/">${XOAI}</metadata>`],
])('%s is read as the oai_dc of the same record', (_, xml) => {
  const found = map(xml);
  expect(found).toMatchObject({
    format: 'oai_dc',
    title: 'Salt and tide',
    creators: [{ name: 'Ebb, Flora' }],
    contributors: [{ name: 'Neap, Otto' }],
    doi: '10.5072/salt',
    publicationDate: { text: '2018-11' },
    publicationYear: 2018,
    description: 'How salt goes with the tide.',
    descriptions: [{ lang: 'en' }],
    resourceType: { text: 'Article', type: 'publication', subtype: 'article' },
    publisher: { name: 'Sea Press' },
    language: { iso639_3: 'eng' },
    rights: [{ spdx: 'CC-BY-4.0' }],
    geoLocations: [{ place: 'Ems' }],
    alternateIdentifiers: [{ alternateIdentifier: 'https://hdl.handle.net/123456789/42', alternateIdentifierType: 'Handle' }],
    codes: [],
  });
  expect(found.titles?.map(({ title, lang }) => [title, lang])).toEqual([
    ['Salt and tide', 'en'],
    ['Sal y marea', null],
  ]);
  expect(found.relatedIdentifiers?.map(({ doi }) => doi)).toContain('10.5072/sea');
});

test('an ISSN in dim is that of the journal', () => {
  expect(map(DIM).relatedIdentifiers).toContainEqual(
    expect.objectContaining({ relatedIdentifierType: 'ISSN', relatedIdentifier: '2999-0008' }),
  );
});

test.each([
  ['<dc xmlns="http://purl.org/dc/elements/1.1/"><title>Tides</title><creator>Ebb, F.</creator></dc>'],
  ['<dc xmlns="http://www.openarchives.org/OAI/1.1/oai_dc/"><title>Tides</title><creator>Ebb, F.</creator></dc>'],
  ['<dc><title>Tides</title><creator>Ebb, F.</creator></dc>'],
])('%s counts as oai_dc', (xml) => {
  expect(map(xml)).toMatchObject({ format: 'oai_dc', title: 'Tides', creators: [{ name: 'Ebb, F.' }] });
});

test.each([
  ['<dim:dim xmlns:dim="http://www.dspace.org/xmlns/dspace/dim"/>'],
  ['<metadata xmlns="http://www.lyncode.com/xoai"><element name="others"/></metadata>'],
  ['<dc xmlns="http://example.org/disc-catalogue"><title>Tides</title></dc>'],
])('%s says nothing, and that is an issue', (xml) => {
  expect(map(xml).codes).toEqual(['payload-unknown']);
});

describe('OpenAIRE 4.0', () => {
  const NAMESPACES =
    'xmlns:oaire="http://namespace.openaire.eu/schema/oaire/" xmlns:datacite="http://datacite.org/schema/kernel-4" xmlns:dc="http://purl.org/dc/elements/1.1/"';
  test('oaire:resource is DataCite with a few other elements', () => {
    const found = map(`<oaire:resource ${NAMESPACES}>
      <datacite:titles><datacite:title xml:lang="en">Salt and tide</datacite:title></datacite:titles>
      <datacite:creators><datacite:creator><datacite:creatorName>Ebb, Flora</datacite:creatorName>
        <datacite:nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org">0000-0002-1825-0097</datacite:nameIdentifier></datacite:creator></datacite:creators>
      <oaire:fundingReferences><oaire:fundingReference><oaire:funderName>European Commission</oaire:funderName>
        <oaire:awardNumber awardURI="https://cordis.europa.eu/project/id/101">101</oaire:awardNumber></oaire:fundingReference></oaire:fundingReferences>
      <datacite:dates><datacite:date dateType="Issued">2018-11</datacite:date></datacite:dates><dc:language>eng</dc:language><dc:publisher>Sea Press</dc:publisher>
      <oaire:resourceType resourceTypeGeneral="literature" uri="http://purl.org/coar/resource_type/c_6501">journal article</oaire:resourceType>
      <dc:description xml:lang="en">How salt goes with the tide.</dc:description><dc:format>application/pdf</dc:format>
      <datacite:identifier identifierType="DOI">10.5072/salt</datacite:identifier>
      <datacite:rights rightsURI="http://purl.org/coar/access_right/c_abf2">open access</datacite:rights>
      <datacite:subjects><datacite:subject>tides</datacite:subject></datacite:subjects>
      <oaire:licenseCondition uri="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</oaire:licenseCondition></oaire:resource>`);
    expect(found).toMatchObject({
      format: 'oai_datacite',
      doi: '10.5072/salt',
      title: 'Salt and tide',
      creators: [{ name: 'Ebb, Flora', orcid: '0000-0002-1825-0097' }],
      publicationDate: { text: '2018-11' },
      publisher: { name: 'Sea Press' },
      language: { iso639_3: 'eng' },
      resourceType: { general: 'Text', text: 'journal article', type: 'publication', subtype: 'article' },
      description: 'How salt goes with the tide.',
      formats: ['application/pdf'],
      accessRight: 'open',
      rights: [{ kind: 'access' }, { spdx: 'CC-BY-4.0' }],
      fundingReferences: [{ funderName: 'European Commission', awardNumber: '101' }],
      subjects: [{ subject: 'tides' }],
      codes: [],
    });
  });

  test('what is neither literature, dataset nor software is of another type', () => {
    const found = map(
      `<oaire:resource ${NAMESPACES}><oaire:resourceType resourceTypeGeneral="other research product">video</oaire:resourceType></oaire:resource>`,
    );
    expect(found.resourceType).toMatchObject({ general: 'Other', text: 'video' });
  });
});

describe('Open Journal Systems', () => {
  const article = (inner: string, identifier = 'oai:journals.example.org:article/123') =>
    map(
      `<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">${inner}</oai_dc:dc>`,
      identifier,
    );
  const TWICE =
    '<dc:title xml:lang="en-US">Salt &amp;amp; tide &amp;lt;em&amp;gt;in situ&amp;lt;/em&amp;gt;</dc:title><dc:creator>Ebb, Flora; University of Neap; Harbour</dc:creator>';

  test('what it escapes twice is read, and the affiliation is not in the name', () => {
    const found = article(`${TWICE}<dc:creator>Neap, Otto</dc:creator><dc:publisher>Sea &amp;amp; Shore</dc:publisher>
      <dc:subject xml:lang="en-US">&lt;i&gt;Fucus&lt;/i&gt;</dc:subject><dc:description>&lt;p&gt;One&amp;nbsp;two &amp;ndash; three&lt;/p&gt;</dc:description>`);
    expect(found).toMatchObject({
      title: 'Salt & tide in situ',
      publisher: { name: 'Sea & Shore' },
      subjects: [{ subject: 'Fucus' }],
      creators: [
        { name: 'Ebb, Flora', affiliations: [{ name: 'University of Neap; Harbour' }] },
        { name: 'Neap, Otto', affiliations: [] },
      ],
    });
    expect(found.descriptions?.[0]?.text).toMatch(/^One.two – three$/);
  });

  test('the elements stay as they came', () => {
    expect(article(TWICE).dublinCore?.map(({ value: text }) => text)).toEqual([
      'Salt &amp; tide &lt;em&gt;in situ&lt;/em&gt;',
      'Ebb, Flora; University of Neap; Harbour',
    ]);
  });

  test('elsewhere a semicolon and an entity are part of the text', () => {
    expect(article(TWICE, 'oai:repository.example.org:123')).toMatchObject({
      title: 'Salt &amp; tide &lt;em&gt;in situ&lt;/em&gt;',
      creators: [{ name: 'Ebb, Flora; University of Neap; Harbour', affiliations: [] }],
    });
  });
});
