import { type MappedRdmRecord, mapRdmRecord } from '@thresher/datacite';

/** The community that the records below are in, as the JSON of a dump describes it. */
export const COMMUNITY = {
  id: '0f1e2d3c-4b5a-4678-9abc-def012345678',
  created: '2020-01-01T00:00:00+00:00',
  updated: '2021-01-01T00:00:00+00:00',
  links: {},
  revision_id: 3,
  slug: 'coastal-ecology',
  metadata: {
    title: 'Ecology of the coast',
    type: { id: 'organization' },
    website: 'https://coast.example',
    organizations: [{ name: 'Harbour Board' }],
    funding: [{ funder: { id: '00k4n6c32', name: 'European Commission' }, award: { number: '101' } }],
    description: 'All that lives between the tides',
    curation_policy: '<p>Mud only.</p>',
    page: '<h1>The coast</h1>',
  },
  access: { visibility: 'public' },
  custom_fields: {},
  deletion_status: { is_deleted: false, status: 'P' },
  children: { allow: false },
};

const english = (text: string) => ({ en: text });

const METADATA = {
  resource_type: { id: 'publication-dissertation', title: english('Thesis') },
  creators: [
    {
      person_or_org: {
        type: 'personal',
        name: 'Smith, Ada',
        given_name: 'Ada',
        family_name: 'Smith',
        identifiers: [{ identifier: '0000-0002-1825-0097', scheme: 'orcid' }],
      },
      affiliations: [{ id: '01ggx4157', name: 'CERN' }],
      role: { id: 'projectleader', title: english('Project leader') },
    },
  ],
  contributors: [
    { person_or_org: { type: 'personal', name: 'Doe, Jane', given_name: 'Jane', family_name: 'Doe' }, role: { id: 'supervisor' } },
  ],
  title: 'Mudflats of the estuary',
  publisher: 'Zenodo',
  publication_date: '2023-01-31',
  subjects: [{ subject: 'mudflat' }],
  languages: [
    { id: 'eng', title: english('English') },
    { id: 'deu', title: english('German') },
  ],
  related_identifiers: [
    {
      identifier: '10.1000/half',
      scheme: 'doi',
      relation_type: { id: 'issupplementto', title: english('Is supplement to') },
      resource_type: { id: 'publication-article', title: english('Journal article') },
    },
  ],
  version: '2',
  rights: [
    {
      id: 'cc-by-4.0',
      title: english('Creative Commons Attribution 4.0 International'),
      description: english(''),
      props: { url: 'https://creativecommons.org/licenses/by/4.0/legalcode', scheme: 'spdx' },
    },
  ],
  description: '<p>Worms &amp; <em>waders</em>.</p>',
  funding: [
    {
      funder: { id: '00k4n6c32', name: 'European Commission' },
      award: {
        id: '00k4n6c32::101',
        number: '101',
        title: english('Tidal'),
        identifiers: [
          { identifier: 'https://cordis.europa.eu/projects/101', scheme: 'url' },
          { identifier: '10.3030/101', scheme: 'doi' },
        ],
        acronym: 'MUDLARK',
        program: 'HORIZON.2.6',
      },
    },
  ],
  references: [{ reference: 'Roe (1999) On mud.', identifier: '10.1000/mud', scheme: 'doi' }],
};

const CUSTOM_FIELDS = {
  'journal:journal': { title: 'Journal of Mud', volume: '7', issue: '2', pages: '1-9', issn: '1234-5679' },
  'imprint:imprint': { title: 'Book of Mud', isbn: '978-3-16-148410-0', pages: '10', place: 'Geneva' },
  'meeting:meeting': { title: 'CHEP of Mud', acronym: 'CHEP', dates: '2020', place: 'Geneva', session: '1', session_part: '2' },
  'thesis:thesis': { university: 'MIT' },
  'code:codeRepository': 'https://code.example/mud',
  'dwc:family': ['Arenicolidae'],
};

/**
 * A record of InvenioRDM's JSON that has one of everything, made up; `overlay` replaces top-level members. Its concept has the
 * number before its own.
 */
function rdmJson(recid: number, overlay: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const self = `https://zenodo.org/api/records/${recid}`;
  return {
    id: String(recid),
    created: '2023-02-01T08:09:10.123456+00:00',
    updated: '2024-05-31T10:00:00.500000+00:00',
    links: { self, files: `${self}/files` },
    revision_id: 4,
    parent: {
      id: String(recid - 1),
      access: { owned_by: { user: '12' } },
      communities: { ids: [COMMUNITY.id], default: COMMUNITY.id, entries: [COMMUNITY] },
      pids: { doi: { identifier: `10.5281/zenodo.${recid - 1}`, provider: 'datacite', client: 'datacite' } },
    },
    versions: { is_latest: true, index: 3 },
    is_published: true,
    is_draft: false,
    pids: {
      doi: { identifier: `10.5281/zenodo.${recid}`, provider: 'datacite', client: 'datacite' },
      oai: { identifier: `oai:zenodo.org:${recid}`, provider: 'oai' },
    },
    metadata: METADATA,
    custom_fields: CUSTOM_FIELDS,
    access: { record: 'public', files: 'public', embargo: { active: false, reason: null }, status: 'open' },
    files: {
      enabled: true,
      order: [],
      count: 2,
      total_bytes: 2_000_010,
      entries: {
        'data.csv': { id: 'f1', key: 'data.csv', checksum: 'md5:e4', ext: 'csv', size: 2_000_000, mimetype: 'text/csv' },
        'a b.bin': { id: 'f2', key: 'a b.bin', checksum: 'md5:e5', ext: 'bin', size: 10, mimetype: 'application/x-mud' },
      },
    },
    media_files: { enabled: false, order: [], count: 0, total_bytes: 0, entries: {} },
    status: 'published',
    deletion_status: { is_deleted: false, status: 'P' },
    stats: {
      this_version: { views: 4, unique_views: 3, downloads: 2, unique_downloads: 1, data_volume: 20 },
      all_versions: { views: 14, unique_views: 13, downloads: 12, unique_downloads: 11, data_volume: 120 },
    },
    swh: { swhid: `swh:1:dir:${'0123456789'.repeat(4)}` },
    ...overlay,
  };
}

/** The same as the harvest maps it. */
export const rdmRecord = (recid: number, overlay?: Readonly<Record<string, unknown>>): MappedRdmRecord =>
  mapRdmRecord(rdmJson(recid, overlay));
