import { describe, expect, test } from 'vitest';
import { documentId } from './document-id.ts';
import { toDocument, type DocumentInput } from './document.ts';
import { documentOf, metadataOf, personOf, relatedOf, rightsOf, subjectOf } from '../test/sample-documents.ts';
import { MAPPING } from './mapping.ts';

const FULL: DocumentInput = {
  sourceId: 7,
  recordId: '12',
  revision: 99,
  isLatestVersion: true,
  oaiIdentifier: 'oai:zenodo.org:3782324',
  datestamp: new Date('2024-09-01T10:00:00Z'),
  setSpecs: ['openaire', 'user-x'],
  firstSeenAt: new Date('2026-01-01T00:00:00Z'),
  changedAt: '2026-01-02T00:00:00.000Z',
  metadata: metadataOf({
    identifier: '10.5281/ZENODO.3782324',
    doi: '10.5281/zenodo.3782324',
    conceptDoi: '10.5281/zenodo.3782323',
    title: 'A title',
    titles: [
      { title: 'A title', titleType: null, lang: null },
      { title: 'Ein Titel', titleType: 'TranslatedTitle', lang: 'deu' },
    ],
    creators: [
      personOf('Doe, Jane', {
        givenName: 'Jane',
        familyName: 'Doe',
        orcid: '0000-0002-1825-0097',
        affiliations: [
          {
            name: 'CERN',
            affiliationIdentifier: 'https://ror.org/01ggx4157',
            affiliationIdentifierScheme: 'ROR',
            schemeUri: null,
            ror: '01ggx4157',
          },
        ],
      }),
    ],
    contributors: [{ ...personOf('Roe, Ann'), contributorType: 'Supervisor' }],
    publisher: { name: 'Zenodo', publisherIdentifier: null, publisherIdentifierScheme: null, schemeUri: null, lang: null },
    publicationYear: 2023,
    publicationDate: { text: '2023-01/2023-03', start: '2023-01-01', end: '2023-03-31' },
    resourceType: { general: 'JournalArticle', text: null, type: 'publication', subtype: 'article' },
    subjects: [
      subjectOf('ice'),
      subjectOf('ice'),
      subjectOf('Sea Ice', { subjectScheme: 'MeSH', valueUri: 'http://id.nlm.nih.gov/mesh/D000' }),
    ],
    language: { text: 'en', iso639_3: 'eng', iso639_1: 'en' },
    version: 'v1',
    alternateIdentifiers: [
      { alternateIdentifier: 'oai:zenodo.org:3782324', alternateIdentifierType: 'oai' },
      { alternateIdentifier: '978-3-16-148410-0', alternateIdentifierType: 'ISBN' },
    ],
    relatedIdentifiers: [
      relatedOf('https://doi.org/10.1000/ABC', { doi: '10.1000/abc', relatedIdentifierType: 'DOI', relationType: 'Cites' }),
      relatedOf('10.5281/zenodo.3782323', { doi: '10.5281/zenodo.3782323', relatedIdentifierType: 'DOI', relationType: 'IsVersionOf' }),
      relatedOf('https://zenodo.org/communities/x/', { relatedIdentifierType: 'URL', relationType: 'IsPartOf' }),
    ],
    rights: [
      rightsOf({
        rights: 'Creative Commons Attribution 4.0',
        rightsUri: 'https://creativecommons.org/licenses/by/4.0/',
        rightsIdentifier: 'cc-by-4.0',
        spdx: 'CC-BY-4.0',
      }),
      rightsOf({ rightsUri: 'info:eu-repo/semantics/openAccess', kind: 'access' }),
      rightsOf({ rights: '(c) Doe', kind: 'copyright' }),
    ],
    accessRight: 'open',
    description: 'The abstract.',
    descriptions: [
      { description: '<p>The abstract.</p>', text: 'The abstract.', descriptionType: 'Abstract', lang: null },
      { description: 'Notes.', text: 'Notes.', descriptionType: 'Other', lang: null },
      { description: '{"references": ["One"]}', text: '{"references": ["One"]}', descriptionType: 'Other', lang: null },
    ],
    fundingReferences: [
      {
        funderName: 'EC',
        funderIdentifier: '00k4n6c32',
        funderIdentifierType: 'ROR',
        schemeUri: null,
        awardNumber: '101057264',
        awardUri: null,
        awardTitle: 'Award',
        funderRor: '00k4n6c32',
        funderDoi: null,
      },
    ],
    communities: ['x'],
  }),
};

test('a full record, field by field', () => {
  expect(toDocument(FULL)).toEqual({
    source_id: '7',
    record_id: 12,
    revision: 99,
    is_latest_version: true,
    oai_identifier: 'oai:zenodo.org:3782324',
    datestamp: '2024-09-01T10:00:00.000Z',
    sets: ['openaire', 'user-x'],
    first_seen_at: '2026-01-01T00:00:00.000Z',
    changed_at: '2026-01-02T00:00:00.000Z',
    recid: 3782324,
    doi: '10.5281/zenodo.3782324',
    concept_doi: '10.5281/zenodo.3782323',
    concept_recid: 3782323,
    identifiers: ['10.5281/zenodo.3782324', 'oai:zenodo.org:3782324', '978-3-16-148410-0', 'isbn:9783161484100'],
    title: 'A title',
    additional_titles: ['Ein Titel'],
    creators: [
      {
        name: 'Doe, Jane',
        family_name: 'Doe',
        given_name: 'Jane',
        orcid: '0000-0002-1825-0097',
        affiliations: [{ name: 'CERN', ror: '01ggx4157' }],
      },
    ],
    contributors: [{ name: 'Roe, Ann', family_name: 'Roe', given_name: 'Ann', role: 'Supervisor' }],
    publisher: 'Zenodo',
    publication_date: '2023-01-01',
    publication_date_text: '2023-01/2023-03',
    publication_year: 2023,
    resource_type: { general: 'JournalArticle', type: 'publication', subtype: 'article' },
    language: 'eng',
    version: 'v1',
    access_right: 'open',
    licenses: [
      {
        id: 'cc-by-4.0',
        spdx: 'CC-BY-4.0',
        title: 'Creative Commons Attribution 4.0',
        url: 'https://creativecommons.org/licenses/by/4.0',
      },
    ],
    keywords: ['ice'],
    topics: ['ice', 'Sea Ice'],
    subjects: [{ term: 'Sea Ice', scheme: 'MeSH', identifier: 'https://id.nlm.nih.gov/mesh/d000' }],
    description: 'The abstract.',
    additional_descriptions: [{ text: 'Notes.', type: 'Other' }],
    communities: ['x'],
    funding: [{ funder_name: 'EC', funder_ror: '00k4n6c32', award_number: '101057264', award_title: 'Award' }],
    related_identifiers: [{ identifier: '10.1000/abc', scheme: 'DOI', relation_type: 'Cites' }],
  });
});

test('an empty record is only what its header says', () => {
  const document = documentOf(5, {});
  expect(Object.keys(document).sort()).toEqual([
    'changed_at',
    'datestamp',
    'first_seen_at',
    'identifiers',
    'is_latest_version',
    'oai_identifier',
    'recid',
    'record_id',
    'revision',
    'source_id',
  ]);
  expect(document.identifiers).toEqual(['oai:example.org:5']);
});

test('what only JSON says is in the document, custom fields as terms', () => {
  const fetched = {
    views: 3,
    downloads: null,
    uniqueViews: 2,
    fileTypes: ['csv'],
    fileNames: ['a.csv'],
    fileSizes: [10],
    languages: ['cym', 'gle'],
    references: [{ reference: 'Moon (1990), doi:10.5072/ABC.', identifier: null, scheme: null }],
    customFields: [
      { field: 'dwc:family', json: 'Felidae' },
      { field: 'dwc:decimalLatitude', json: -1 },
      { field: 'journal:journal', json: { title: 'Tides', issue: '', pages: '3', volume: 7 } },
      { field: 'meeting:meeting', json: { session: 'A', session_part: null } },
      { field: 'code:programmingLanguage', json: { id: 'c', title: { en: 'C' } } },
      { field: 'obo:RO_0002453', json: { subject: ['Apis'], object: ['Varroa'] } },
      { field: 'gbif:DNA_sequence', json: 'ACGT'.repeat(1_000) },
    ],
    createdAt: '2020-01-01T00:00:00.000Z',
    versionIndex: 2,
    swhid: 'swh:1:dir:00',
    embargoUntil: '2030-01-01',
  };
  const document = toDocument({ ...FULL, fetched });
  expect(document).toMatchObject({
    stats: { views: 3, unique_views: 2 },
    language: ['cym', 'gle'],
    references: { text: ['Moon (1990), doi:10.5072/ABC.'], identifier: ['10.5072/abc'] },
    created: '2020-01-01T00:00:00.000Z',
    version_index: 2,
    journal: { pages: '3', volume: '7' },
    meeting: { session: 'A' },
    swhid: 'swh:1:dir:00',
    available_date: '2030-01-01',
  });
  expect(document.custom!.map((term) => term.slice(0, 60))).toEqual([
    'dwc:family=Felidae',
    'dwc:decimalLatitude=-1',
    'dwc:decimalLatitude#400fffffffffffff',
    'journal:journal.title=Tides',
    'journal:journal.pages=3',
    'journal:journal.volume=7',
    'journal:journal.volume#c01c000000000000',
    'meeting:meeting.session=A',
    'code:programmingLanguage=C',
    'code:programmingLanguage.id=c',
    'code:programmingLanguage.title.en=C',
    'obo:RO_0002453.subject=Apis',
    'obo:RO_0002453.object=Varroa',
    `gbif:DNA_sequence=${'ACGT'.repeat(20)}`.slice(0, 60),
  ]);
  expect(Math.max(...document.custom!.map((term) => term.length))).toBeLessThan(1_024);
});

test('every field of a document, at any depth, is in the mapping', () => {
  const missing = (value: unknown, properties: Record<string, unknown>, path: string): string[] =>
    Object.entries(value as object).flatMap(([key, inner]) => {
      const property = properties[key] as { properties?: Record<string, unknown> } | undefined;
      if (!property) return [`${path}${key}`];
      const objects = [inner].flat().filter((each) => typeof each === 'object' && each !== null);
      return objects.flatMap((each) => missing(each, property.properties ?? {}, `${path}${key}.`));
    });
  expect(missing(toDocument(FULL), MAPPING.properties, '')).toEqual([]);
  expect(missing({ unheard: 1, creators: [{ of: 2 }] }, MAPPING.properties, '')).toEqual(['unheard', 'creators.of']);
});

describe('what the index could not read is left out', () => {
  test.each([['-20230-01-01'], ['20230-01-01']])('publication date %s', (start) => {
    expect(documentOf(1, { publicationDate: { text: start, start, end: null } })).not.toHaveProperty('publication_date');
  });
  test('an empty datestamp', () => {
    const header = { oaiIdentifier: 'oai:x:1', datestamp: '', setSpecs: [] };
    expect(toDocument({ ...FULL, ...header })).not.toHaveProperty('datestamp');
    expect(toDocument({ ...FULL, datestamp: null })).not.toHaveProperty('datestamp');
  });
  test('a number too large for a record number', () => {
    const header = { oaiIdentifier: `oai:x:${'9'.repeat(30)}`, datestamp: '2024-01-01', setSpecs: [] };
    expect(toDocument({ ...FULL, ...header })).not.toHaveProperty('recid');
  });
  test('kernel 3 writes the concept as IsPartOf', () => {
    const doi = '10.5281/zenodo.9';
    const document = documentOf(1, { conceptDoi: doi, relatedIdentifiers: [relatedOf(doi, { doi, relationType: 'IsPartOf' })] });
    expect(document).not.toHaveProperty('related_identifiers');
  });
});

describe('document ids', () => {
  test('source and OAI identifier', () => {
    expect(documentId(3, 'oai:zenodo.org:1')).toBe('3:oai:zenodo.org:1');
  });
  test('too long ones are hashed and stay apart', () => {
    const [a, b] = ['a', 'b'].map((end) => documentId(3, `oai:${'ü'.repeat(300)}${end}`));
    expect(Buffer.byteLength(a!)).toBeLessThanOrEqual(512);
    expect(a).toMatch(/^3:sha256:[0-9a-f]{64}$/);
    expect(a).not.toBe(b);
    expect(Buffer.byteLength(documentId(3, 'x'.repeat(510)))).toBe(512);
    expect(documentId(3, 'x'.repeat(511))).toMatch(/sha256/);
  });
});
