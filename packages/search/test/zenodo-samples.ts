import { toDocument } from '../src/document.ts';
import { idOf, metadataOf, personOf, rightsOf, subjectOf } from './sample-documents.ts';

const type = (kind: string, subtype: string | null = null, general: string | null = null) => ({ general, text: null, type: kind, subtype });
const named = (scheme: string, value: string) => ({ nameIdentifier: value, nameIdentifierScheme: scheme, schemeUri: null, scheme, value });
export const datedOn = (dateType: string, day: string) => ({ dateType, dateInformation: null, text: day, start: day, end: day });
const funded = {
  funderName: 'European Commission',
  funderIdentifier: null,
  funderIdentifierType: null,
  schemeUri: null,
  awardNumber: '101057264',
  awardUri: 'https://cordis.europa.eu/project/id/101057264',
  awardTitle: 'Open tides',
  funderRor: '00k4n6c32',
  funderDoi: '10.13039/501100000780',
};

export const writeSample = (recid: number, given: Parameters<typeof metadataOf>[0], more: object = {}) => ({
  index: toDocument({
    sourceId: 1,
    recordId: recid,
    revision: 1,
    isLatestVersion: true,
    oaiIdentifier: `oai:example.org:${recid}`,
    datestamp: '2024-01-02T03:04:05Z',
    setSpecs: [],
    metadata: metadataOf({ title: `Record ${recid}`, ...given }),
    firstSeenAt: '2024-02-01T00:00:00.000Z',
    changedAt: '2024-02-01T00:00:00.000Z',
    ...more,
  }),
  id: idOf(recid),
  version: 1,
});

/** Three records that have between them all that Zenodo's fields look at. */
export const ZENODO_SAMPLES = [
  writeSample(1, {
    resourceType: type('publication', 'article', 'JournalArticle'),
    accessRight: 'open',
    communities: ['zenodo', 'tides'],
    creators: [
      personOf('Smith, Ann', {
        familyName: 'Smith',
        givenName: 'Ann',
        orcid: '0000-0002-1825-0097',
        nameIdentifiers: [named('GND', '170118215')],
      }),
    ],
    subjects: [subjectOf('climate')],
    language: { text: 'eng', iso639_3: 'eng', iso639_1: 'en' },
    fundingReferences: [funded],
    rights: [
      rightsOf({
        rights: 'Creative Commons Attribution 4.0 International',
        rightsIdentifier: 'cc-by-4.0',
        rightsUri: 'https://creativecommons.org/licenses/by/4.0/legalcode',
      }),
    ],
  }),
  writeSample(
    2,
    {
      resourceType: type('publication', 'dissertation', 'Dissertation'),
      accessRight: 'closed',
      communities: ['tides'],
      contributors: [{ ...personOf('Jones, Bo', { nameIdentifiers: [named('ISNI', '0000000121032683')] }), contributorType: 'Supervisor' }],
      publisher: { name: 'Harbour Press', publisherIdentifier: null, publisherIdentifierScheme: null, schemeUri: null, lang: null },
      alternateIdentifiers: [{ alternateIdentifier: '978-3-16-148410-0', alternateIdentifierType: 'ISBN' }],
    },
    {
      fetched: {
        views: 7,
        downloads: 3,
        uniqueViews: 6,
        uniqueDownloads: 2,
        fileTypes: ['csv', 'pdf'],
        fileNames: ['Data.csv', 'paper.pdf'],
        fileSizes: [1_500, 2_000_000],
        languages: ['cym', 'gle'],
        references: [
          { reference: 'Moon, L. (1990). The Tides of Cardiff. https://doi.org/10.5072/Tides(90).', identifier: null, scheme: null },
          { reference: 'Sun, S.', identifier: '2101.00001', scheme: 'arxiv' },
        ],
        customFields: [
          { field: 'journal:journal', json: { title: 'Annals of Tides & Harbours', volume: '7', issn: '2999-0008' } },
          { field: 'imprint:imprint', json: { title: 'Harbours of the World', isbn: '978-0-306-40615-7', place: 'Cardiff' } },
          { field: 'meeting:meeting', json: { acronym: 'TIDE24', title: 'Tide Days', session_part: '1' } },
          { field: 'thesis:university', json: 'University of the Shore' },
          { field: 'dwc:family', json: 'Fucaceae' },
          { field: 'dwc:family', json: 'Laminariaceae' },
          { field: 'dwc:locality', json: 'Near the old pier, Swansea' },
          { field: 'dwc:locality', json: 'Mumbles Head' },
          { field: 'dwc:eventDate', json: '2019-07-03' },
          { field: 'dwc:decimalLatitude', json: 51.5 },
          { field: 'dwc:decimalLongitude', json: -3.94 },
          { field: 'code:codeRepository', json: 'https://github.com/tides/tables' },
          { field: 'code:programmingLanguage', json: { id: 'fortran', title: { en: 'Fortran' } } },
        ],
        awards: [
          { acronym: 'TIDAL', program: null },
          { acronym: null, program: 'HORIZON.2.6' },
        ],
        createdAt: '2020-02-03T04:05:06.000Z',
        versionIndex: 3,
        swhid: 'swh:1:dir:0000000000000000000000000000000000000001',
      },
    },
  ),
  writeSample(
    3,
    {
      resourceType: type('image', 'figure', 'Image'),
      accessRight: 'embargoed',
      dates: [datedOn('Issued', '2020-01-01'), datedOn('Available', '2031-05-01'), datedOn('Collected', '2019-07-01')],
      geoLocations: [{ place: 'Lake Geneva', point: { longitude: 6, latitude: 46 }, box: null, polygons: [] }],
    },
    { isLatestVersion: false },
  ),
];
