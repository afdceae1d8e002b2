import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTables } from '../database/record-lists.ts';
import { readMetadata } from '../database/metadata-json.ts';
import { richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeRecords } from './write-records.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  const { db } = database;
  await db.insertInto('harvest.source').values({ name: 'x', base_url: 'https://x' }).execute();
  const issues = [{ code: 'date-not-readable', path: 'dates/1', value: '-0043', severity: 'warning' as const }];
  await writeRecords(db, {
    sourceId: 1,
    pageId: 5,
    records: [{ ...sampleRecord(7, '2024-05-02T03:04:05Z', richMetadata, ['user-tides', 'openaire']), issues }],
  });
});
afterAll(() => database[Symbol.asyncDispose]());

/** What only JSON fills. */
const noFacts = Object.fromEntries(
  (
    'facts_at facts_hash description_html created_at version_index swhid embargo_until access_status journal_title journal_volume ' +
    'journal_issue journal_pages journal_issn imprint_title imprint_isbn imprint_pages imprint_place imprint_edition thesis_university meeting_title'
  )
    .split(' ')
    .map((name) => [name, null]),
);

test('every field of the metadata has its column', async () => {
  const row = await database.db.selectFrom('record').selectAll().executeTakeFirstOrThrow();
  expect(row).toEqual({
    ...noFacts,
    id: 1,
    source_id: 1,
    oai_identifier: 'oai:zenodo.org:7',
    recid: 7,
    datestamp: new Date('2024-05-02T03:04:05Z'),
    datestamp_text: '2024-05-02T03:04:05Z',
    deleted: false,
    doi: '10.5281/zenodo.7',
    concept_doi: '10.5281/zenodo.6',
    identifier: '10.5281/ZENODO.7',
    identifier_type: 'DOI',
    title: 'Tides',
    publisher: 'Zenodo',
    publisher_identifier: 'https://ror.org/01ggx4157',
    publisher_identifier_scheme: 'ROR',
    publisher_scheme_uri: 'https://ror.org',
    publisher_lang: 'eng',
    publication_year: 2024,
    publication_date: '2024-05-01',
    publication_date_end: '2024-05-31',
    publication_date_text: '2024-05',
    resource_type: 'publication',
    resource_subtype: 'article',
    resource_type_general: 'JournalArticle',
    resource_type_text: 'Journal article',
    language: 'eng',
    language_iso639_1: 'en',
    language_text: 'English',
    version: 'v1.0',
    access_right: 'open',
    description: 'High & low',
    metadata_format: 'oai_datacite',
    kernel: '4',
    schema_version: '4.5',
    datacentre_symbol: 'CERN.ZENODO',
    metadata: expect.anything(),
    metadata_hash: expect.any(Buffer),
    issues_hash: expect.any(Buffer),
    element_hash: null,
    page_id: 5,
    sets_page_id: null,
    deletion_reason: null,
    is_latest_version: true,
    latest_version_changed_at: null,
    revision: 1,
    first_seen_at: expect.any(Date),
    changed_at: expect.any(Date),
  });
  expect(row.metadata_hash).toHaveLength(32);
  expect(readMetadata(row.metadata, row.description)).toEqual(richMetadata);
});

const noPersonExtras = { given_name: null, family_name: null, lang: null, orcid: null };
const noSubjectExtras = { subject_scheme: null, scheme_uri: null, value_uri: null, classification_code: null, lang: null };

test.each<[string, object[]]>([
  [
    'record_title',
    [
      { position: 0, title: 'Tides', title_type: null, lang: 'eng' },
      { position: 1, title: 'Gezeiten', title_type: 'TranslatedTitle', lang: 'deu' },
    ],
  ],
  [
    'record_creator',
    [
      {
        position: 0,
        name: 'Doe, Jane',
        name_type: 'Personal',
        given_name: 'Jane',
        family_name: 'Doe',
        lang: 'eng',
        orcid: '0000-0002-1825-0097',
      },
      { position: 1, name: '王芳', name_type: null, ...noPersonExtras },
    ],
  ],
  [
    'record_contributor',
    [{ position: 0, contributor_type: 'Editor', name: 'Harbour Board', name_type: 'Organizational', ...noPersonExtras }],
  ],
  [
    'record_affiliation',
    [
      {
        role: 'contributor',
        person_position: 0,
        position: 0,
        name: null,
        affiliation_identifier: 'edmo:3800',
        affiliation_identifier_scheme: 'OTHER',
        scheme_uri: null,
        ror: null,
      },
      {
        role: 'creator',
        person_position: 0,
        position: 0,
        name: 'CERN',
        affiliation_identifier: 'https://ror.org/01ggx4157',
        affiliation_identifier_scheme: 'ROR',
        scheme_uri: 'https://ror.org',
        ror: '01ggx4157',
      },
      {
        role: 'creator',
        person_position: 0,
        position: 1,
        name: 'Sea Lab',
        affiliation_identifier: null,
        affiliation_identifier_scheme: null,
        scheme_uri: null,
        ror: null,
      },
    ],
  ],
  [
    'record_name_identifier',
    [
      {
        role: 'contributor',
        person_position: 0,
        position: 0,
        name_identifier: '01ggx4157',
        name_identifier_scheme: 'ROR',
        scheme_uri: null,
        scheme: 'ROR',
        value: '01ggx4157',
      },
      {
        role: 'creator',
        person_position: 0,
        position: 0,
        name_identifier: 'https://orcid.org/0000-0002-1825-0097',
        name_identifier_scheme: 'ORCID',
        scheme_uri: 'https://orcid.org',
        scheme: 'ORCID',
        value: '0000-0002-1825-0097',
      },
      {
        role: 'creator',
        person_position: 0,
        position: 1,
        name_identifier: 'x1',
        name_identifier_scheme: 'Local',
        scheme_uri: null,
        scheme: null,
        value: null,
      },
    ],
  ],
  [
    'record_subject',
    [
      {
        position: 0,
        subject: 'tide',
        subject_scheme: 'GEMET',
        scheme_uri: 'http://g',
        value_uri: 'http://g/1',
        classification_code: '8',
        lang: 'eng',
      },
      { position: 1, subject: 'sea', ...noSubjectExtras },
    ],
  ],
  [
    'record_description',
    [{ position: 0, description: 'High & low', markup: '<p>High &amp; low</p>', description_type: 'Abstract', lang: 'eng' }],
  ],
  [
    'record_date',
    [
      {
        position: 0,
        date_text: '2024-05',
        date_start: '2024-05-01',
        date_end: '2024-05-31',
        date_type: 'Issued',
        date_information: 'online',
      },
      {
        position: 1,
        date_text: '-0043-03-15/..',
        date_start: '0044-03-15 BC',
        date_end: null,
        date_type: 'Collected',
        date_information: null,
      },
    ],
  ],
  [
    'record_rights',
    [
      {
        position: 0,
        kind: 'licence',
        spdx: 'CC-BY-4.0',
        rights: 'CC BY',
        rights_uri: 'https://creativecommons.org/licenses/by/4.0/',
        rights_identifier: 'cc-by-4.0',
        rights_identifier_scheme: 'spdx',
        scheme_uri: 'https://spdx.org',
        lang: 'eng',
      },
      {
        position: 1,
        kind: 'access',
        spdx: null,
        rights: null,
        rights_uri: 'info:eu-repo/semantics/openAccess',
        rights_identifier: null,
        rights_identifier_scheme: null,
        scheme_uri: null,
        lang: null,
      },
    ],
  ],
  [
    'record_related_identifier',
    [
      {
        position: 0,
        related_identifier: 'https://doi.org/10.5281/ZENODO.6',
        related_identifier_type: 'DOI',
        relation_type: 'IsVersionOf',
        resource_type_general: 'Text',
        related_metadata_scheme: 'm',
        scheme_uri: 'http://s',
        scheme_type: 'XSD',
        relation_type_information: 'i',
        doi: '10.5281/zenodo.6',
      },
    ],
  ],
  ['record_alternate_identifier', [{ position: 0, alternate_identifier: 'oai:zenodo.org:7', alternate_identifier_type: 'oai' }]],
  [
    'record_funding',
    [
      {
        position: 0,
        funder_name: 'EC',
        funder_identifier: '10.13039/501100000780',
        funder_identifier_type: 'Crossref Funder ID',
        scheme_uri: 'http://f',
        award_number: '101',
        award_uri: 'http://a',
        award_title: 'Tidal',
        funder_ror: '00k4n6c32',
        funder_doi: '10.13039/501100000780',
      },
    ],
  ],
  [
    'record_geo_location',
    [
      {
        position: 0,
        place: 'Geneva',
        point_longitude: 6.05,
        point_latitude: 46.23,
        box_west: 5,
        box_east: 7,
        box_south: 46,
        box_north: 47,
        polygons: richMetadata.geoLocations[0]?.polygons,
      },
    ],
  ],
  [
    'record_community',
    [
      { position: 0, community: 'tides' },
      { position: 1, community: 'ocean' },
    ],
  ],
  [
    'record_set',
    [
      { position: 0, set_spec: 'user-tides' },
      { position: 1, set_spec: 'openaire' },
    ],
  ],
  ['record_size', [{ position: 0, size: '15 pages' }]],
  ['record_format', [{ position: 0, format: 'application/pdf' }]],
  ['record_reference', [{ position: 0, reference: 'Moon, L. (1990)', identifier: null, scheme: null }]],
  ['record_related_item', [{ position: 0, related_item: richMetadata.relatedItems[0] }]],
  ['record_issue', [{ position: 0, code: 'date-not-readable', path: 'dates/1', value: '-0043', severity: 'warning' }]],
])('%s holds its list', async (table, expected) => {
  const key = table === 'record_affiliation' || table === 'record_name_identifier' ? 'role, person_position, position' : 'position';
  const { rows } = await sql`select * from ${sql.table(table)} order by ${sql.raw(key)}`.execute(database.db);
  expect(rows).toEqual(expected.map((row) => ({ record_id: 1, ...row })));
});

test('no list table is left out above: each has rows', async () => {
  const counts = await Promise.all(
    listTables.map(async (table) => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(database.db);
      return { table, empty: rows[0]?.n === 0 };
    }),
  );
  expect(counts.filter(({ empty }) => empty)).toEqual([]);
});
