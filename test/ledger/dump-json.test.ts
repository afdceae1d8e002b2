import { parseDatestamp } from '@thresher/oai';
import { importDump, reindex } from '@thresher/pipeline';
import { mapRdmRecord } from '@thresher/datacite';
import { recordsToFetch, saveFetched, statsOf } from '@thresher/store/read';
import { writeFacts, writeRecords } from '@thresher/store/write';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Harness, log, openHarness, simulate } from '../harness.ts';
import { gzipAt, tar, temporaryFile } from './dump-file.ts';

const timeout = 240_000;
const never = new AbortController().signal;

interface Made {
  readonly views: number;
  readonly title?: string;
}

/** A record as `records-json.tar.gz` holds it, with every kind of thing that OAI-PMH does not carry. */
function made(number: number, { views, title = `Tide tables of harbour ${number}` }: Made) {
  const id = String(99_000_000 + number);
  const count = { views, unique_views: views - 1, downloads: 2 * views, unique_downloads: views, data_volume: 1024.0 * views };
  return {
    id,
    created: '2024-03-01T08:00:00.123456+00:00',
    updated: '2024-05-02T10:11:12.654321+00:00',
    links: { self_html: `https://zenodo.org/records/${id}`, files: `https://zenodo.org/api/records/${id}/files` },
    pids: {
      doi: { identifier: `10.5281/zenodo.${id}`, provider: 'datacite', client: 'datacite' },
      oai: { identifier: `oai:zenodo.org:${id}`, provider: 'oai' },
    },
    parent: {
      id: String(98_000_000 + number),
      pids: { doi: { identifier: `10.5281/zenodo.${98_000_000 + number}` } },
      communities: {
        entries: [
          {
            id: 'a5c7ee95-0000-4000-8000-000000000001',
            slug: 'tides',
            metadata: { title: 'Tides and harbours', type: { id: 'topic' }, organizations: [{ name: 'Harbour Board' }] },
          },
        ],
      },
    },
    versions: { index: 2, is_latest: true },
    metadata: {
      resource_type: { id: 'publication-article' },
      creators: [{ person_or_org: { type: 'personal', name: 'Moon, Luna', given_name: 'Luna', family_name: 'Moon' } }],
      title,
      publisher: 'Zenodo',
      publication_date: '2024-02',
      description: `<p>Heights &amp; times, <em>part ${number}</em></p>`,
      languages: [{ id: 'eng' }, { id: 'fra' }, { id: 'cym' }],
      references: [{ reference: 'Moon, L. (1990). Tides.', identifier: '10.5072/tides', scheme: 'doi' }, { reference: 'A second one' }],
    },
    custom_fields: {
      'journal:journal': { title: 'Annals of Tides', volume: '7', issue: '2', pages: '16-1', issn: '2999-0008' },
      'dwc:family': ['Fucaceae', 'Laminariaceae'],
      'dwc:decimalLatitude': [54.5],
      'unheard:of': [{ title: { en: 'New' }, more: [1, 2] }],
    },
    access: { record: 'public', files: 'public', embargo: { active: false, until: '2023-01-31', reason: null }, status: 'open' },
    files: {
      enabled: true,
      order: [],
      entries: {
        'heights/2024.csv': {
          id: 'f1',
          key: 'heights/2024.csv',
          checksum: 'md5:0cc175b9c0f1b6a831c399e269772661',
          ext: 'csv',
          size: 5_000_000_000 + number,
          mimetype: 'text/csv',
        },
        'readme.md': {
          id: 'f2',
          key: 'readme.md',
          checksum: 'md5:92eb5ffee6ae2fec3ad71c777531578f',
          ext: 'md',
          size: number,
          mimetype: 'text/markdown',
        },
      },
    },
    stats: { all_versions: count, this_version: { ...count, views: 1 } },
    swh: { swhid: 'swh:1:dir:0000000000000000000000000000000000000001' },
  };
}

/** The dump, read into the harness. */
async function read(harness: Harness, url: string, documents: readonly [name: string, text: string][], madeAt: Date) {
  await using file = await temporaryFile(
    'records-json.tar.gz',
    gzipAt(tar(documents.map(([name, text]) => ({ name, bytes: Buffer.from(text) }))), madeAt),
  );
  const { source, ...deps } = await harness.deps(url);
  return await importDump(deps, source, { location: file.path, checksum: null, madeAt }, { userAgent: 'test' }, () => {}, never, {
    documentsPerPage: 50,
    documentsPerWindow: 200,
    bytesPerPage: 1_000_000,
    mostPending: 4,
  });
}

const documents = (size: number, viewsOf: (n: number) => number): [string, string][] =>
  Array.from({ length: size }, (_, n) => [`${99_000_000 + n}.json`, JSON.stringify(made(n, { views: viewsOf(n) }))]);

const size = 120;
const [september, october] = [new Date('2026-09-05T03:00:00Z'), new Date('2026-10-05T03:00:00Z')];

describe('a JSON dump', { timeout }, () => {
  let harness: Harness;
  let url: string;
  const rowsOf = async (text: string): Promise<Record<string, unknown>[]> =>
    (await harness.db.pool.query<Record<string, unknown>>(text)).rows;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    harness = stack.use(await openHarness());
    url = stack.use(await simulate({ seed: 51, size: 1 })).url;
    return () => stack.disposeAsync();
  }, timeout);

  it('brings every record with its files, statistics and the rest; what is no record is set aside alone', async () => {
    const broken: [string, string][] = [
      ['1.json', '{"id": "1", "metadata": '],
      ['2.json', '{"id": "2"}'],
      ['readme.txt', 'no record'],
    ];
    const pretty: [string, string] = ['99000500.json', JSON.stringify(made(500, { views: 5 }), null, 2)];
    const result = await read(harness, url, [...documents(size, (n) => n + 1), ...broken, pretty], september);
    expect(result.totals).toMatchObject({ received: size + 3, quarantined: 2, stored: size + 1, indexed: size + 1 });
    expect(await rowsOf(`select oai_identifier, convert_from(content, 'UTF8') as content from harvest.quarantine order by 1`)).toEqual([
      { oai_identifier: 'oai:zenodo.org:1', content: '{"id": "1", "metadata": ' },
      { oai_identifier: 'oai:zenodo.org:2', content: '{"id": "2"}' },
    ]);
    expect(
      await rowsOf(`select title, datestamp_text, description, description_html, created_at, version_index, swhid, embargo_until::text, access_right, access_status,
      journal_title, journal_pages, journal_issn, facts_at from record where recid = 99000007`),
    ).toEqual([
      {
        title: 'Tide tables of harbour 7',
        datestamp_text: '2024-05-02T10:11:12Z',
        description: 'Heights & times, part 7',
        description_html: '<p>Heights &amp; times, <em>part 7</em></p>',
        created_at: new Date('2024-03-01T08:00:00.123Z'),
        version_index: 2,
        swhid: 'swh:1:dir:0000000000000000000000000000000000000001',
        embargo_until: '2023-01-31',
        access_right: 'open',
        access_status: 'open',
        journal_title: 'Annals of Tides',
        journal_pages: '16-1',
        journal_issn: '2999-0008',
        facts_at: september,
      },
    ]);
    expect(
      await rowsOf(
        `select f.key, f.size::text, f.checksum, f.mimetype, f.file_type, f.url from record_file f join record r on r.id = record_id where recid = 99000007 order by position`,
      ),
    ).toEqual([
      {
        key: 'heights/2024.csv',
        size: '5000000007',
        checksum: 'md5:0cc175b9c0f1b6a831c399e269772661',
        mimetype: 'text/csv',
        file_type: 'csv',
        url: 'https://zenodo.org/api/records/99000007/files/heights%2F2024.csv/content',
      },
      {
        key: 'readme.md',
        size: '7',
        checksum: 'md5:92eb5ffee6ae2fec3ad71c777531578f',
        mimetype: 'text/markdown',
        file_type: 'md',
        url: 'https://zenodo.org/api/records/99000007/files/readme.md/content',
      },
    ]);
    expect(
      await rowsOf(`select (select count(*)::int from record_file) as files, (select count(*)::int from record_language) as languages,
      (select count(*)::int from record_reference where scheme = 'doi') as dois, (select count(*)::int from record_reference) as refs,
      (select count(*)::int from record_custom_field where field = 'dwc:family') as families, (select sum(views)::int from record_stats) as views,
      (select sum(version_views)::int from record_stats) as version_views, (select sum(file_count)::int from record_stats) as counted`),
    ).toEqual([
      {
        files: 242,
        languages: 363,
        dois: 121,
        refs: 242,
        families: 242,
        views: (size * (size + 1)) / 2 + 5,
        version_views: 121,
        counted: 242,
      },
    ]);
    expect(
      await rowsOf(
        `select field, value, json from record_custom_field c join record r on r.id = record_id where recid = 99000007 and field like 'unheard%'`,
      ),
    ).toEqual([{ field: 'unheard:of', value: 'New', json: { title: { en: 'New' }, more: [1, 2] } }]);
    expect(await rowsOf(`select slug, uuid, title, type, organizations from community`)).toEqual([
      {
        slug: 'tides',
        uuid: 'a5c7ee95-0000-4000-8000-000000000001',
        title: 'Tides and harbours',
        type: 'topic',
        organizations: ['Harbour Board'],
      },
    ]);
    const { search } = harness;
    await search.client.indices.refresh({ index: search.alias });
    const found = await search.client.search({ index: search.alias, query: { term: { recid: 99_000_007 } } });
    expect(found.hits.hits[0]!._source).toMatchObject({
      revision: 1,
      stats: { views: 8, downloads: 16 },
      file_types: ['csv', 'md'],
      language: ['eng', 'fra', 'cym'],
      references: { identifier: ['10.5072/tides'] },
      custom: expect.arrayContaining(['dwc:family=Fucaceae', 'journal:journal.title=Annals of Tides', 'unheard:of.more=1']),
    });
    // Nothing is left to send, and what a reindex makes is the same to the byte.
    expect(await rowsOf('select count(*)::int as n from harvest.unindexed')).toEqual([{ n: 0 }]);
    const documentsNow = async () =>
      (await search.client.search({ index: search.alias, size: 200, sort: 'record_id' })).hits.hits.map(({ _version, _source }) => [
        _version,
        _source,
      ]);
    const sent = await documentsNow();
    await reindex({ db: harness.db, search, log }, () => {}, never);
    await search.client.indices.refresh({ index: search.alias });
    expect(await documentsNow()).toEqual(sent);
  });

  it('again writes nothing but statistics that changed', async () => {
    const before = await rowsOf('select id, revision, facts_at, changed_at, xmin::text from record order by id');
    const result = await read(
      harness,
      url,
      documents(size, (n) => (n < 10 ? 1_000 : n + 1)),
      october,
    );
    expect(result.totals).toMatchObject({ received: size, stored: size, indexed: size, quarantined: 0 });
    expect(await rowsOf('select id, revision, facts_at, changed_at, xmin::text from record order by id')).toEqual(before);
    expect(await rowsOf(`select count(*)::int as n from record_stats where changed_at = '2026-10-05T03:00:00Z'`)).toEqual([{ n: 10 }]);
    expect(await rowsOf('select count(*)::int as n from record_history')).toEqual([{ n: 0 }]);
    const { search } = harness;
    await search.client.indices.refresh({ index: search.alias });
    expect((await search.client.count({ index: search.alias, query: { term: { 'stats.views': 1_000 } } })).count).toBe(10);
  });

  it('a record that is there twice is read, and its last words count', async () => {
    const [one, other] = [documents(3, () => 7), documents(3, () => 1_000)];
    const { state, totals } = await read(harness, url, [...one, ...other], new Date('2026-10-06T03:00:00Z'));
    expect({ state, ...totals }).toMatchObject({ state: 'complete', received: 6, quarantined: 0 });
    expect(await rowsOf(`select distinct views::int from record_stats s join record r on r.id = record_id where recid < 99000003`)).toEqual(
      [{ views: 1_000 }],
    );
  });

  it('an older dump takes nothing back', async () => {
    await read(
      harness,
      url,
      documents(5, () => 1),
      new Date('2026-08-05T03:00:00Z'),
    );
    expect(
      await rowsOf(`select min(views)::int as least from record_stats s join record r on r.id = record_id where recid < 99000010`),
    ).toEqual([{ least: 1_000 }]);
  });

  it('what the REST API said later stays, in either of its forms, until a later dump', async () => {
    const { rows } = await harness.db.pool.query<{ id: number; source_id: number; oai_identifier: string }>(
      'select id, source_id, oai_identifier from record where recid in (99000020, 99000021) order by recid',
    );
    const [whole, legacy] = rows as [(typeof rows)[number], (typeof rows)[number]];
    const asked = new Date('2026-10-20T00:00:00Z');
    const say = (number: number, views: number, at: Date, more: object = {}, confirm = false) =>
      writeFacts(
        harness.db,
        whole.source_id,
        [{ oaiIdentifier: `oai:zenodo.org:${99_000_000 + number}`, facts: mapRdmRecord({ ...made(number, { views }), ...more }).facts }],
        at,
        { confirm },
      );
    const stateOf = (id: number) =>
      rowsOf(`select r.revision, r.facts_at, s.fetched_at, s.views::int, s.file_count, r.swhid,
        array(select f.key from record_file f where f.record_id = r.id order by position) as files from record r join record_stats s on s.record_id = r.id where r.id = ${id}`);
    // The same again: the time of asking is noted, and nothing is sent to the index.
    expect(await say(20, 21, asked, {}, true)).toMatchObject({ changed: 0, counted: 0 });
    expect(await stateOf(whole.id)).toMatchObject([{ facts_at: asked, fetched_at: asked, views: 21, file_count: 2 }]);
    expect(await say(20, 22, asked, { swh: { swhid: 'swh:1:dir:00' }, stats: {} }, true)).toMatchObject({ changed: 1, counted: 0 });
    expect(await say(20, 7, october)).toMatchObject({ changed: 0, counted: 0 });
    expect(await stateOf(whole.id)).toMatchObject([{ views: 21, swhid: 'swh:1:dir:00', revision: 2 }]);
    // Zenodo's legacy form says files and statistics only.
    const stats = statsOf((name) => (name === 'views' ? 900 : 1));
    await saveFetched(
      harness.db,
      legacy.id,
      { files: [{ key: 'new.csv', fileId: null, size: 1, checksum: null, url: null }], stats },
      asked,
    );
    expect(await say(21, 5, october, { swh: { swhid: 'swh:1:dir:11' } })).toMatchObject({ changed: 1, counted: 0 });
    expect(await stateOf(legacy.id)).toMatchObject([{ views: 900, files: ['new.csv'], swhid: 'swh:1:dir:11', facts_at: october }]);
    const november = new Date('2026-11-05T03:00:00Z');
    expect(await say(21, 5, november, { swh: { swhid: 'swh:1:dir:11' } })).toMatchObject({ changed: 1, counted: 0 });
    expect(await stateOf(legacy.id)).toMatchObject([{ views: 5, files: ['heights/2024.csv', 'readme.md'], facts_at: november }]);
    const choice = { sourceId: whole.source_id, fetchedBefore: new Date(0), setSpecs: [], recordIds: rows.map(({ id }) => id) };
    expect(await recordsToFetch(harness.db, choice, 0, 10)).toEqual([]);
    await harness.db.pool.query(`update record set datestamp = '2026-11-06', changed_at = now() where id = ${legacy.id}`);
    expect(await recordsToFetch(harness.db, choice, 0, 10)).toEqual([
      { recordId: legacy.id, localId: '99000021', oaiIdentifier: legacy.oai_identifier },
    ]);
  });

  it('what OAI-PMH says later changes what it carries and keeps the rest', async () => {
    const { metadata, issues, header } = mapRdmRecord(made(7, { views: 1, title: 'A new title' }));
    const datestamp = '2026-11-01T00:00:00Z';
    const { rows } = await harness.db.pool.query<{ source_id: number; page_id: number }>(
      'select source_id, page_id from record where recid = 99000007',
    );
    await writeRecords(harness.db, {
      sourceId: rows[0]!.source_id,
      pageId: rows[0]!.page_id + 1_000,
      records: [{ header: { ...header, datestamp, deleted: false }, datestamp: parseDatestamp(datestamp), metadata, issues }],
    });
    expect(
      await rowsOf(`select title, revision, journal_title, facts_at, (select count(*)::int from record_reference f where f.record_id = r.id) as refs,
        (select count(*)::int from record_file f where f.record_id = r.id) as files from record r where recid = 99000007`),
    ).toEqual([{ title: 'A new title', revision: 2, journal_title: 'Annals of Tides', facts_at: september, refs: 2, files: 2 }]);
  });
});
