import { expect, test } from 'vitest';
import { EVERYTHING, harvested } from '../../test/harvested.ts';
import { rdmRecord } from '../../test/rdm-json.ts';
import { toldRecord } from '../../test/told-records.ts';
import type { RecordFacts } from './record-facts.ts';
import { toRdmRecord } from './to-rdm-record.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';

function facts(content: string, overlay: Partial<RecordFacts> = {}, setSpecs: string[] = []): RecordFacts {
  const { metadata, header } = harvested(7, content, { setSpecs });
  return {
    recordId: 1,
    oaiIdentifier: header.identifier,
    recid: 7,
    uniqueName: '7',
    doi: metadata!.doi,
    conceptDoi: metadata!.conceptDoi,
    datestamp: '2024-05-31T10:00:00.000Z',
    revision: 2,
    firstSeenAt: '2026-01-01T00:00:00.000Z',
    changedAt: '2026-02-01T00:00:00.000Z',
    metadata,
    ...overlay,
  };
}

test('all that Zenodo shows of a record and OAI-PMH carries', () => {
  const { metadata, links, ...record } = toZenodoRecord(facts(EVERYTHING, {}, ['user-ocean']), 'https://mirror.example');
  expect(record).toEqual({
    id: 7,
    recid: '7',
    conceptrecid: '6',
    doi: '10.5281/zenodo.7',
    conceptdoi: '10.5281/zenodo.6',
    doi_url: 'https://doi.org/10.5281/zenodo.7',
    title: 'Tides of Geneva',
    created: null,
    modified: '2024-05-31T10:00:00+00:00',
    updated: '2024-05-31T10:00:00+00:00',
    stats: null,
    swh: null,
    owners: null,
    facts_at: null,
    revision: 2,
    oai: { id: 'oai:zenodo.org:7', first_seen: '2026-01-01T00:00:00.000Z', changed: '2026-02-01T00:00:00.000Z' },
    state: 'done',
    status: 'published',
    submitted: true,
  });
  const [api, html] = ['https://mirror.example/api/records', 'https://mirror.example/records'];
  expect(links).toMatchObject({
    self: `${api}/7`,
    html: `${html}/7`,
    self_html: `${html}/7`,
    doi: 'https://doi.org/10.5281/zenodo.7',
    self_doi: 'https://doi.org/10.5281/zenodo.7',
    self_doi_html: 'https://mirror.example/doi/10.5281/zenodo.7',
    parent: `${api}/6`,
    parent_html: `${html}/6`,
    parent_doi: 'https://doi.org/10.5281/zenodo.6',
    parent_doi_html: 'https://mirror.example/doi/10.5281/zenodo.6',
    archive: `${api}/7/files-archive`,
    media_files: 'https://zenodo.org/api/records/7/media-files',
    versions: `${api}/7/versions`,
    latest: `${api}/7/versions/latest`,
    latest_html: `${html}/7/latest`,
    files: `${api}/7/files`,
    draft: `${api}/7/draft`,
    communities: `${api}/7/communities`,
    source: 'https://zenodo.org/records/7',
  });
  expect(metadata).toEqual({
    title: 'Tides of Geneva',
    doi: '10.5281/zenodo.7',
    publication_date: '2024-05',
    description: 'High and low.',
    access_right: 'open',
    creators: [
      { name: 'Núñez, Ana', affiliation: 'CERN', orcid: '0000-0002-1825-0097', gnd: '118540238' },
      { name: 'Harbour Board', affiliation: null },
    ],
    version: 'v1.0',
    language: 'eng',
    publisher: 'Zenodo',
    resource_type: { title: 'Journal article', type: 'publication', subtype: 'article' },
    license: { id: 'cc-by-4.0' },
    notes: 'A note.',
    method: 'Buoys.',
    contributors: [{ name: 'Doe, Jane', affiliation: null, type: 'Editor' }],
    keywords: ['tide'],
    subjects: [{ term: 'sea', scheme: 'GEMET' }],
    related_identifiers: [{ identifier: '10.1000/abc', relation: 'isCitedBy', scheme: 'doi' }],
    alternate_identifiers: [{ identifier: '978-3-16-148410-0', scheme: 'isbn' }],
    dates: [
      { type: 'collected', start: '2023-01-01', end: '2023-02-01', description: 'buoys' },
      { type: 'valid', start: '2025', end: '2025' },
    ],
    locations: [{ place: 'Geneva', lat: 46.23, lon: 6.05 }],
    communities: [{ id: 'ocean' }, { id: 'tides' }],
    grants: [
      {
        code: '101',
        internal_id: '10.13039/501100000780::101',
        funder: { name: 'European Commission', doi: '10.13039/501100000780' },
        title: 'Tidal',
      },
    ],
  });
});

test('what a record does not have is left out', () => {
  const { metadata } = toZenodoRecord(facts('<titles><title>Bare</title></titles>'), 'https://h');
  expect(metadata).toEqual({ title: 'Bare', doi: '10.5281/zenodo.7', access_right: null, creators: [] });
});

test('a concept that the source does not name is null: it is not known, and not left out', () => {
  const record = toZenodoRecord(facts('<titles><title>Bare</title></titles>'), 'https://h');
  expect(record).toMatchObject({ conceptrecid: null, conceptdoi: null });
  expect(record.links).not.toHaveProperty('parent_doi');
});

test('a record whose metadata could not be mapped is still a record', () => {
  const record = toZenodoRecord(facts('', { metadata: null }), 'https://h');
  expect(record).toMatchObject({ id: 7, title: '', metadata: { access_right: null, creators: [] } });
});

test('without a number the OAI identifier stands in', () => {
  const record = toZenodoRecord(
    facts(EVERYTHING, { recid: null, oaiIdentifier: 'oai:arXiv.org:cs/0001', uniqueName: 'oai:arXiv.org:cs/0001' }),
    'https://h',
  );
  expect(record.id).toBe('oai:arXiv.org:cs/0001');
  expect(record.links).toMatchObject({
    self: 'https://h/api/records/oai:arXiv.org:cs%2F0001',
    source: 'https://doi.org/10.5281/zenodo.7',
  });
});

test('a grant without a funder that has a name is none', () => {
  const content = '<fundingReferences><fundingReference><awardNumber>1</awardNumber></fundingReference></fundingReferences>';
  expect(toZenodoRecord(facts(content), 'https://h').metadata).not.toHaveProperty('grants');
});

test('awards and roles of JSON are those of the record, also after OAI-PMH has changed what stands before them', () => {
  const told = toldRecord(rdmRecord(7));
  const [creator] = told.metadata!.creators;
  const [funding] = told.metadata!.fundingReferences;
  const later = {
    ...told,
    metadata: {
      ...told.metadata!,
      creators: [{ ...creator!, name: 'New, One' }, creator!],
      fundingReferences: [{ ...funding!, awardNumber: '100' }, funding!, { ...funding!, funderRor: null, funderName: 'Other' }],
    },
  };
  const award = { acronym: 'MUDLARK', program: 'HORIZON.2.6', doi: '10.3030/101', url: 'https://cordis.europa.eu/projects/101' };
  const { grants } = toZenodoRecord(later, 'https://h').metadata;
  expect(grants).toHaveLength(3);
  expect(grants![0]).not.toHaveProperty('acronym');
  expect(grants![1]).toMatchObject({ code: '101', title: 'Tidal', ...award });
  expect(grants![2]).not.toHaveProperty('acronym');
  const { metadata } = toRdmRecord(later, undefined, 'https://h');
  expect(metadata).toMatchObject({
    creators: [{}, { role: { id: 'projectleader', title: { en: 'Project leader' } } }],
    funding: [
      { award: { number: '100' } },
      {
        funder: { id: '00k4n6c32', name: 'European Commission' },
        award: {
          id: '00k4n6c32::101',
          number: '101',
          title: { en: 'Tidal' },
          acronym: 'MUDLARK',
          program: 'HORIZON.2.6',
          identifiers: [
            { identifier: award.url, scheme: 'url' },
            { identifier: award.doi, scheme: 'doi' },
          ],
        },
      },
      { award: { number: '101' } },
    ],
  });
  expect(metadata.creators![0]).not.toHaveProperty('role');
});
