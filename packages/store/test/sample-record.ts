import type { RecordMetadata } from '@thresher/datacite';
import type { HarvestedRecord } from '../src/write/harvested-record.ts';

/** Metadata with nothing in it, to be overlaid. */
export const emptyMetadata: RecordMetadata = {
  format: 'oai_datacite',
  kernel: '4',
  schemaVersion: '4.5',
  datacentreSymbol: null,
  identifier: null,
  identifierType: null,
  doi: null,
  conceptDoi: null,
  title: null,
  titles: [],
  creators: [],
  contributors: [],
  publisher: null,
  publicationYear: null,
  publicationDate: null,
  resourceType: null,
  subjects: [],
  dates: [],
  language: null,
  alternateIdentifiers: [],
  relatedIdentifiers: [],
  relatedItems: [],
  sizes: [],
  formats: [],
  version: null,
  rights: [],
  accessRight: null,
  descriptions: [],
  description: null,
  fundingReferences: [],
  geoLocations: [],
  communities: [],
  references: [],
  dublinCore: [],
};

/** A live record with a title, so that two of them differ by it. */
export function sampleRecord(
  number: number,
  datestamp: string,
  overlay: Partial<RecordMetadata> = {},
  setSpecs: string[] = [],
): HarvestedRecord {
  const title = overlay.title ?? `Record ${number}`;
  return {
    header: { identifier: `oai:zenodo.org:${number}`, datestamp, setSpecs, deleted: false },
    datestamp: instantOf(datestamp),
    metadata: { ...emptyMetadata, title, titles: [{ title, titleType: null, lang: null }], doi: `10.5281/zenodo.${number}`, ...overlay },
    issues: [],
  };
}

export function deletedRecord(number: number, datestamp: string): HarvestedRecord {
  const header = { identifier: `oai:zenodo.org:${number}`, datestamp, setSpecs: [], deleted: true };
  return { header, datestamp: instantOf(datestamp), metadata: null, issues: [] };
}

function instantOf(datestamp: string): Date | null {
  const instant = new Date(datestamp);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

/** A record that has something in every field of the contract. */
export const richMetadata: RecordMetadata = {
  format: 'oai_datacite',
  kernel: '4',
  schemaVersion: '4.5',
  datacentreSymbol: 'CERN.ZENODO',
  identifier: '10.5281/ZENODO.7',
  identifierType: 'DOI',
  doi: '10.5281/zenodo.7',
  conceptDoi: '10.5281/zenodo.6',
  title: 'Tides',
  titles: [
    { title: 'Tides', titleType: null, lang: 'eng' },
    { title: 'Gezeiten', titleType: 'TranslatedTitle', lang: 'deu' },
  ],
  creators: [
    {
      name: 'Doe, Jane',
      nameType: 'Personal',
      givenName: 'Jane',
      familyName: 'Doe',
      lang: 'eng',
      orcid: '0000-0002-1825-0097',
      nameIdentifiers: [
        {
          nameIdentifier: 'https://orcid.org/0000-0002-1825-0097',
          nameIdentifierScheme: 'ORCID',
          schemeUri: 'https://orcid.org',
          scheme: 'ORCID',
          value: '0000-0002-1825-0097',
        },
        { nameIdentifier: 'x1', nameIdentifierScheme: 'Local', schemeUri: null, scheme: null, value: null },
      ],
      affiliations: [
        {
          name: 'CERN',
          affiliationIdentifier: 'https://ror.org/01ggx4157',
          affiliationIdentifierScheme: 'ROR',
          schemeUri: 'https://ror.org',
          ror: '01ggx4157',
        },
        { name: 'Sea Lab', affiliationIdentifier: null, affiliationIdentifierScheme: null, schemeUri: null, ror: null },
      ],
    },
    { name: '王芳', nameType: null, givenName: null, familyName: null, lang: null, orcid: null, nameIdentifiers: [], affiliations: [] },
  ],
  contributors: [
    {
      contributorType: 'Editor',
      name: 'Harbour Board',
      nameType: 'Organizational',
      givenName: null,
      familyName: null,
      lang: null,
      orcid: null,
      nameIdentifiers: [{ nameIdentifier: '01ggx4157', nameIdentifierScheme: 'ROR', schemeUri: null, scheme: 'ROR', value: '01ggx4157' }],
      affiliations: [{ name: null, affiliationIdentifier: 'edmo:3800', affiliationIdentifierScheme: 'OTHER', schemeUri: null, ror: null }],
    },
  ],
  publisher: {
    name: 'Zenodo',
    publisherIdentifier: 'https://ror.org/01ggx4157',
    publisherIdentifierScheme: 'ROR',
    schemeUri: 'https://ror.org',
    lang: 'eng',
  },
  publicationYear: 2024,
  publicationDate: { text: '2024-05', start: '2024-05-01', end: '2024-05-31' },
  resourceType: { general: 'JournalArticle', text: 'Journal article', type: 'publication', subtype: 'article' },
  subjects: [
    { subject: 'tide', subjectScheme: 'GEMET', schemeUri: 'http://g', valueUri: 'http://g/1', classificationCode: '8', lang: 'eng' },
    { subject: 'sea', subjectScheme: null, schemeUri: null, valueUri: null, classificationCode: null, lang: null },
  ],
  dates: [
    { text: '2024-05', start: '2024-05-01', end: '2024-05-31', dateType: 'Issued', dateInformation: 'online' },
    { text: '-0043-03-15/..', start: '-0043-03-15', end: null, dateType: 'Collected', dateInformation: null },
  ],
  language: { text: 'English', iso639_3: 'eng', iso639_1: 'en' },
  alternateIdentifiers: [{ alternateIdentifier: 'oai:zenodo.org:7', alternateIdentifierType: 'oai' }],
  relatedIdentifiers: [
    {
      relatedIdentifier: 'https://doi.org/10.5281/ZENODO.6',
      relatedIdentifierType: 'DOI',
      relationType: 'IsVersionOf',
      resourceTypeGeneral: 'Text',
      relatedMetadataScheme: 'm',
      schemeUri: 'http://s',
      schemeType: 'XSD',
      relationTypeInformation: 'i',
      doi: '10.5281/zenodo.6',
    },
  ],
  relatedItems: [
    {
      relatedItemType: 'Journal',
      relationType: 'IsPublishedIn',
      relationTypeInformation: null,
      relatedItemIdentifier: '1234-5678',
      relatedItemIdentifierType: 'ISSN',
      relatedMetadataScheme: null,
      schemeUri: null,
      schemeType: null,
      titles: [{ title: 'Journal of Tides', titleType: null, lang: null }],
      creators: [],
      contributors: [],
      publicationYear: '2024',
      volume: '3',
      issue: '1',
      number: null,
      numberType: null,
      firstPage: '5',
      lastPage: '9',
      publisher: 'Press',
      edition: null,
    },
  ],
  sizes: ['15 pages'],
  formats: ['application/pdf'],
  version: 'v1.0',
  rights: [
    {
      rights: 'CC BY',
      rightsUri: 'https://creativecommons.org/licenses/by/4.0/',
      rightsIdentifier: 'cc-by-4.0',
      rightsIdentifierScheme: 'spdx',
      schemeUri: 'https://spdx.org',
      lang: 'eng',
      kind: 'licence',
      spdx: 'CC-BY-4.0',
    },
    {
      rights: null,
      rightsUri: 'info:eu-repo/semantics/openAccess',
      rightsIdentifier: null,
      rightsIdentifierScheme: null,
      schemeUri: null,
      lang: null,
      kind: 'access',
      spdx: null,
    },
  ],
  accessRight: 'open',
  descriptions: [{ description: '<p>High &amp; low</p>', text: 'High & low', descriptionType: 'Abstract', lang: 'eng' }],
  description: 'High & low',
  fundingReferences: [
    {
      funderName: 'EC',
      funderIdentifier: '10.13039/501100000780',
      funderIdentifierType: 'Crossref Funder ID',
      schemeUri: 'http://f',
      awardNumber: '101',
      awardUri: 'http://a',
      awardTitle: 'Tidal',
      funderRor: '00k4n6c32',
      funderDoi: '10.13039/501100000780',
    },
  ],
  geoLocations: [
    {
      place: 'Geneva',
      point: { longitude: 6.05, latitude: 46.23 },
      box: { west: 5, east: 7, south: 46, north: 47 },
      polygons: [
        {
          points: [
            { longitude: 1, latitude: 2 },
            { longitude: 3, latitude: 4 },
            { longitude: 1, latitude: 2 },
          ],
          inPolygonPoint: null,
        },
      ],
    },
  ],
  communities: ['tides', 'ocean'],
  references: ['Moon, L. (1990)'],
  dublinCore: [
    { element: 'source', value: 'Tidal Notes', lang: 'en' },
    { element: 'language', value: 'eng', lang: null },
  ],
};
