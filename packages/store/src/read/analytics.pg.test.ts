import type { RdmFacts, RecordMetadata } from '@thresher/datacite';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../database/db.ts';
import { refreshAnalytics } from './refresh-analytics.ts';
import { deletedRecord, richMetadata, sampleRecord } from '../../test/sample-record.ts';
import { createTestDatabase, type TestDatabase } from '../../test/test-database.ts';
import { writeFacts } from '../write/write-facts.ts';
import { writeRecords } from '../write/write-records.ts';
import type { HarvestedRecord } from '../write/harvested-record.ts';

let database: TestDatabase;
let db: Db;
let sourceId: number;
let afterFirst: Date;

const day = (text: string) => ({ text, start: text, end: text });
const licence = (spdx: string | null, rights: string): RecordMetadata['rights'][number] => ({
  rights,
  rightsUri: null,
  rightsIdentifier: null,
  rightsIdentifierScheme: null,
  schemeUri: null,
  lang: null,
  kind: 'licence',
  spdx,
});
const link = (doi: string, relationType: string): RecordMetadata['relatedIdentifiers'][number] => ({
  relatedIdentifier: doi,
  relatedIdentifierType: 'DOI',
  relationType,
  doi,
  resourceTypeGeneral: null,
  relatedMetadataScheme: null,
  schemeUri: null,
  schemeType: null,
  relationTypeInformation: null,
});
const concept = '10.5281/zenodo.10';
const version = (number: number, date: string, overlay: Partial<RecordMetadata> = {}): HarvestedRecord =>
  sampleRecord(number, `${date}T12:00:00Z`, { conceptDoi: concept, publicationDate: day(date), publicationYear: 2024, ...overlay });

const secondVersion = { rights: [licence('CC-BY-NC-4.0', 'CC BY-NC')], communities: ['sea'] };
const firstPage: HarvestedRecord[] = [
  version(11, '2024-01-05', {
    rights: [licence('CC-BY-4.0', 'CC BY'), licence(null, 'House rules')],
    communities: ['sea'],
    relatedIdentifiers: [link(concept, 'IsVersionOf')],
  }),
  version(12, '2024-03-05', secondVersion),
  sampleRecord(20, '2024-02-01T00:00:00Z', {
    ...richMetadata,
    doi: '10.5555/alone',
    conceptDoi: null,
    communities: ['sea', 'land'],
    relatedIdentifiers: [link(concept, 'Cites'), link('10.5281/zenodo.11', 'Cites'), link('10.9999/away', 'Cites')],
  }),
  {
    ...sampleRecord(21, '2024-06-01T00:00:00Z', { publicationYear: 2024 }),
    issues: [{ code: 'title-odd', path: 'titles/0', value: 'x', severity: 'warning' }],
  },
  sampleRecord(30, '2024-07-01T00:00:00Z', { title: 'To go', communities: ['land'], publicationYear: 2023 }),
];

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
  db = database.db;
  const source = await db
    .insertInto('harvest.source')
    .values({ name: 's', base_url: 'https://example.org/oai' })
    .returning('id')
    .executeTakeFirstOrThrow();
  sourceId = source.id;
  await writeRecords(db, { sourceId, pageId: 1, records: firstPage });
  afterFirst = (await rowsOf<{ now: Date }>('select clock_timestamp() as now'))[0]!.now;
  await writeRecords(db, {
    sourceId,
    pageId: 2,
    records: [deletedRecord(30, '2024-08-01T00:00:00Z'), version(12, '2024-03-06', { ...secondVersion, title: 'Renamed' })],
  });
  await refreshAnalytics(db);
});
afterAll(() => database[Symbol.asyncDispose]());

const rowsOf = async <T>(text: string, ...values: unknown[]): Promise<T[]> => (await db.pool.query(text, values)).rows as T[];

test('a concept is one row, its latest version the one that the API gives', async () => {
  expect(
    await rowsOf('select concept, concept_doi, versions, first_publication_date as first from analytics.concept order by concept'),
  ).toEqual([
    { concept: '10.5281/zenodo.10', concept_doi: '10.5281/zenodo.10', versions: 2, first: '2024-01-05' },
    { concept: '10.5281/zenodo.21', concept_doi: null, versions: 1, first: null },
    { concept: '10.5555/alone', concept_doi: null, versions: 1, first: '2024-05-01' },
  ]);
  expect(await rowsOf('select recid, versions from analytics.latest_version order by recid')).toEqual([
    { recid: 12, versions: 2 },
    { recid: 20, versions: 1 },
    { recid: 21, versions: 1 },
  ]);
  expect(
    await rowsOf('select recid, version_number as n, versions as of from analytics.version where concept_doi = $1 order by 2', concept),
  ).toEqual([
    { recid: 11, n: 1, of: 2 },
    { recid: 12, n: 2, of: 2 },
  ]);
});

test('a deposit is bounded by the datestamps of all higher numbers', async () => {
  const found = await rowsOf<{ recid: number; by: Date }>('select recid, deposited_by as by from analytics.deposit order by recid');
  // 12 was stamped in March, yet 20, which came later, was there in February.
  expect(found.map((row) => [row.recid, row.by.toISOString().slice(0, 10)])).toEqual([
    [11, '2024-01-05'],
    [12, '2024-02-01'],
    [20, '2024-02-01'],
    [21, '2024-06-01'],
    [30, '2024-08-01'],
  ]);
});

test('communities grow by month', async () => {
  expect(await rowsOf(`select month, deposited, published from analytics.community_month where community = 'sea' order by month`)).toEqual([
    { month: '2024-01-01', deposited: 1, published: 1 },
    { month: '2024-02-01', deposited: 2, published: 0 },
    { month: '2024-03-01', deposited: 0, published: 1 },
    { month: '2024-05-01', deposited: 0, published: 1 },
  ]);
});

test('licences count once a record, and those with NC are not open', async () => {
  expect(
    await rowsOf(
      'select spdx, is_open, is_licensed, records from analytics.licence_year where publication_year = 2024 order by spdx nulls last, is_licensed',
    ),
  ).toEqual([
    { spdx: 'CC-BY-4.0', is_open: true, is_licensed: true, records: 2 },
    { spdx: 'CC-BY-NC-4.0', is_open: false, is_licensed: true, records: 1 },
    { spdx: null, is_open: false, is_licensed: false, records: 1 },
    { spdx: null, is_open: false, is_licensed: true, records: 1 },
  ]);
  const open = async (spdx: string) => (await rowsOf<{ open: boolean }>('select analytics.is_open_licence($1) as open', spdx))[0]!.open;
  expect(await Promise.all(['CC0-1.0', 'CC-BY-SA-4.0', 'MIT', 'GPL-3.0-or-later'].map(open))).toEqual([true, true, true, true]);
  expect(await Promise.all(['CC-BY-NC-4.0', 'CC-BY-ND-4.0', 'CC-BY-NC-SA-4.0', 'Elastic-2.0'].map(open))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test("links join records that are both here, by DOI and by concept DOI, without a version's link to its concept", async () => {
  const found = await rowsOf(`
    select f.recid as "from", l.relation_type as relation, l.target, t.recid as "to"
    from analytics.record_link l join record f on f.id = l.record_id join record t on t.id = l.to_record_id order by l.target, 1`);
  expect(found).toEqual([
    { from: 20, relation: 'Cites', target: 'concept', to: 12 },
    { from: 20, relation: 'Cites', target: 'version', to: 11 },
  ]);
});

test('creators stand with their affiliations', async () => {
  const found = await rowsOf(
    `select name, orcid, affiliation, ror from analytics.creator_affiliation order by creator_position, affiliation_position`,
  );
  expect(found).toEqual([
    { name: 'Doe, Jane', orcid: '0000-0002-1825-0097', affiliation: 'CERN', ror: '01ggx4157' },
    { name: 'Doe, Jane', orcid: '0000-0002-1825-0097', affiliation: 'Sea Lab', ror: null },
    { name: '王芳', orcid: null, affiliation: null, ror: null },
  ]);
});

test('quality counts what is there, for all records and for each community', async () => {
  const found = await rowsOf(`
    select community, publication_year as year, records, with_licence, with_open_licence, with_orcid, with_ror, with_funding, with_link, with_warning, round(score::numeric, 3) as score
    from analytics.metadata_quality order by community nulls first`);
  const ofOne = { year: 2024, with_orcid: 1, with_ror: 1, with_funding: 1, with_link: 1, with_warning: 0 };
  expect(found).toEqual([
    { ...ofOne, community: null, records: 4, with_licence: 3, with_open_licence: 2, with_warning: 1, score: 0.313 },
    { ...ofOne, community: 'land', records: 1, with_licence: 1, with_open_licence: 1, score: 1 },
    { ...ofOne, community: 'sea', records: 3, with_licence: 3, with_open_licence: 2, score: 0.417 },
  ]);
});

test('issues are counted by code', async () => {
  expect(await rowsOf('select code, severity, issues, records from analytics.issue_count')).toEqual([
    { code: 'title-odd', severity: 'warning', issues: 1, records: 1 },
  ]);
});

test('what vanished keeps its last title, and says who said so', async () => {
  expect(await rowsOf('select recid, title, communities, announced, publication_year as year from analytics.vanished')).toEqual([
    { recid: 30, title: 'To go', communities: ['land'], announced: true, year: 2023 },
  ]);
});

test('as of an instant every record is what it was then', async () => {
  const at = async (instant: Date) =>
    rowsOf(
      `select (regexp_match(oai_identifier, '\\d+'))[1] as n, revision, deleted, metadata ->> 'title' as title from analytics.record_as_of($1) where oai_identifier ~ ':(12|30)$' order by 1`,
      instant,
    );
  expect(await at(new Date(0))).toEqual([]);
  expect(await at(afterFirst)).toEqual([
    { n: '12', revision: 1, deleted: false, title: 'Record 12' },
    { n: '30', revision: 1, deleted: false, title: 'To go' },
  ]);
  expect(await at(new Date(Date.now() + 60_000))).toEqual([
    { n: '12', revision: 2, deleted: false, title: 'Renamed' },
    { n: '30', revision: 2, deleted: true, title: null },
  ]);
});

test('refreshing does nothing where nothing changed, and everything when forced', async () => {
  expect(await refreshAnalytics(db)).toEqual([]);
  expect((await refreshAnalytics(db, { force: true })).map((it) => it.view)).toEqual([
    'concept',
    'community_month',
    'licence_year',
    'metadata_quality',
    'community_size',
    'vocabulary_term',
    'person',
    'organisation',
    'community_overlap',
    'growth',
  ]);
});

test('after a change it waits ten times as long as the last refresh took', async () => {
  await writeRecords(db, { sourceId, pageId: 3, records: [sampleRecord(40, '2025-01-01T00:00:00Z', { publicationYear: 2025 })] });
  await sql`update analytics.refresh set took = interval '1 hour'`.execute(db);
  expect(await refreshAnalytics(db)).toEqual([]);
  await sql`update analytics.refresh set refreshed_at = refreshed_at - interval '5 days'`.execute(db);
  expect(await refreshAnalytics(db)).toHaveLength(10);
});

test('a refresh ends at once when it is aborted, and the next one may begin', async () => {
  const abort = new AbortController();
  const waiting = () => sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  await db.transaction().execute(async (trx) => {
    await sql`lock table public.record in access exclusive mode`.execute(trx);
    const refreshing = refreshAnalytics(db, { force: true, signal: abort.signal });
    await expect.poll(async () => (await waiting()).rows.length).toBe(1);
    abort.abort(new Error('enough'));
    await expect(refreshing).rejects.toThrow('enough');
  });
  expect(await refreshAnalytics(db, { force: true })).toHaveLength(10);
});

test('files, downloads, taxa, journals, conferences, theses, awards and references, as the JSON of records says', async () => {
  const counts = (n: number) => ({ views: 10 * n, uniqueViews: 9 * n, downloads: 5 * n, uniqueDownloads: 4 * n, volume: 1_000 * n });
  const file = (key: string, size: number) => ({ key, size, fileId: null, checksum: null, mimetype: null, fileType: null, url: null });
  const custom = (field: string, json: unknown, position = 0) => ({
    field,
    position,
    value: typeof json === 'string' ? json : null,
    json,
    inList: typeof json === 'string',
  });
  const none = { title: null, volume: null, issue: null, pages: null, issn: null };
  const facts: RdmFacts = {
    files: [file('a.csv', 10), file('b.CSV', 2_000_000), file('c', 5)],
    stats: { allVersions: counts(7), thisVersion: counts(3) },
    references: [
      { reference: 'Moon (1990). doi:10.5072/TIDES(90)A.', identifier: null, scheme: null },
      { reference: 'Sun (1991), (see https://doi.org/10.5072/sun).', identifier: null, scheme: null },
      { reference: 'Again', identifier: 'https://doi.org/10.5072/Tides(90)a', scheme: 'doi' },
      { reference: 'No DOI, 10.5 pages', identifier: '2101.00001', scheme: 'arxiv' },
    ],
    languages: [],
    customFields: [
      custom('dwc:kingdom', 'Plantae'),
      custom('dwc:family', 'Fucaceae'),
      custom('dwc:family', 'Laminariaceae', 1),
      custom('dwc:genus', 'Fucus'),
      custom('dwc:scientificName', 'Fucus serratus'),
      custom('meeting:meeting', { acronym: 'TIDE', title: 'Tide Days', session_part: '2' }),
      custom('thesis:thesis', { university: 'Shore', type: 'PhD' }),
    ],
    communities: [
      {
        slug: 'sea',
        uuid: null,
        title: 'The Sea',
        type: null,
        website: null,
        organizations: [],
        funding: [],
        description: null,
        curationPolicy: null,
        page: null,
      },
    ],
    awards: [
      {
        position: 0,
        funderId: '00k4n6c32',
        funderName: 'European Commission',
        awardId: null,
        number: '101',
        title: 'Tidal',
        titleLanguage: 'en',
        acronym: 'TIDAL',
        program: 'HORIZON.2.6',
        url: null,
        doi: null,
      },
    ],
    creatorRoles: [],
    descriptionHtml: null,
    journal: { ...none, title: 'Annals of Tides', issn: '2999-0008' },
    imprint: { title: null, isbn: null, pages: null, place: null, edition: null },
    thesisUniversity: null,
    meetingTitle: null,
    createdAt: null,
    versionIndex: null,
    isLatest: null,
    swhid: null,
    embargoUntil: null,
    accessStatus: null,
  };
  const oldThesis = {
    ...facts,
    files: [],
    references: [],
    customFields: [custom('thesis:university', 'Old Shore')],
    journal: { ...none, title: 'ANNALS of tides' },
  };
  const identifiers = await rowsOf<{ oai_identifier: string }>(
    'select oai_identifier from record where recid in (11, 12, 20) order by recid',
  );
  const [eleven, twelve, twenty] = identifiers.map((row) => row.oai_identifier) as [string, string, string];
  const at = new Date('2026-09-05T00:00:00Z');
  await writeFacts(
    db,
    sourceId,
    [eleven, twelve].map((oaiIdentifier) => ({ oaiIdentifier, facts })),
    at,
  );
  await writeFacts(db, sourceId, [{ oaiIdentifier: twenty, facts: oldThesis }], at);
  expect(
    await rowsOf('select file_type, size_class, files::int, records::int, bytes::int from analytics.file_type_size order by 1, 2'),
  ).toEqual([
    { file_type: 'csv', size_class: '1: below 1 MB', files: 1, records: 1, bytes: 10 },
    { file_type: 'csv', size_class: '2: 1 to 100 MB', files: 1, records: 1, bytes: 2_000_000 },
    { file_type: null, size_class: '1: below 1 MB', files: 1, records: 1, bytes: 5 },
  ]);
  expect(await rowsOf(`select key, spdx, is_open from analytics.file_licence where is_latest_version order by position`)).toEqual(
    ['a.csv', 'b.CSV', 'c'].map((key) => ({ key, spdx: 'CC-BY-NC-4.0', is_open: false })),
  );
  expect(
    await rowsOf(`select community, community_title as title, records::int, views::int, downloads::int, volume::int, as_of
      from analytics.community_download_year where publication_year = 2024 order by 1`),
  ).toEqual([
    { community: 'land', title: null, records: 1, views: 30, downloads: 15, volume: 3_000, as_of: at },
    { community: 'sea', title: 'The Sea', records: 3, views: 90, downloads: 45, volume: 9_000, as_of: at },
  ]);
  expect(
    await rowsOf(
      'select kingdom, family, records::int, genera::int, scientific_names::int as names from analytics.taxon_family order by 2',
    ),
  ).toEqual([
    { kingdom: 'Plantae', family: 'Fucaceae', records: 1, genera: 1, names: 1 },
    { kingdom: null, family: 'Laminariaceae', records: 1, genera: 0, names: 0 },
  ]);
  expect(await rowsOf('select journal, issn, records::int, first_year, last_year from analytics.journal')).toEqual([
    { journal: 'annals of tides', issn: '2999-0008', records: 2, first_year: 2024, last_year: 2024 },
  ]);
  expect(await rowsOf('select distinct acronym, title, session_part as part, place from analytics.meeting')).toEqual([
    { acronym: 'TIDE', title: 'Tide Days', part: '2', place: null },
  ]);
  expect(await rowsOf('select distinct university, type from analytics.thesis order by 1')).toEqual([
    { university: 'Old Shore', type: null },
    { university: 'Shore', type: 'PhD' },
  ]);
  expect(await rowsOf('select acronym, program, count(*)::int as records from analytics.award group by 1, 2')).toEqual([
    { acronym: 'TIDAL', program: 'HORIZON.2.6', records: 3 },
  ]);
  // The others have no such reference in their DataCite metadata.
  expect(await rowsOf('select award_title as title, acronym, program from analytics.funding')).toEqual([
    { title: 'Tidal', acronym: 'TIDAL', program: 'HORIZON.2.6' },
  ]);
  expect(await rowsOf('select doi, citing_records::int as records from analytics.reference_doi order by 1')).toEqual([
    { doi: '10.5072/sun', records: 1 },
    { doi: '10.5072/tides(90)a', records: 1 },
  ]);
});

test('every view, column and function of analytics is explained', async () => {
  const { rows } = await sql<{ missing: string }>`
    select c.relname || coalesce('.' || a.attname, '') as missing
    from pg_class c
    left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'analytics'::regnamespace and c.relkind in ('v', 'm', 'r')
      and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)
    union all
    select proname from pg_proc where pronamespace = 'analytics'::regnamespace and obj_description(oid, 'pg_proc') is null
  `.execute(db);
  expect(rows).toEqual([]);
});

test('the reader may read all of analytics', async () => {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'analytics'::regnamespace and relkind in ('v', 'm', 'r')
      and not has_table_privilege('thresher_reader', oid, 'select')
  `.execute(db);
  expect(rows).toEqual([]);
});
