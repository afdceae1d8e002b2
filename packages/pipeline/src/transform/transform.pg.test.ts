import { randomBytes } from 'node:crypto';
import { createSearchClient } from '@thresher/search';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { createLogger, createReport } from '@thresher/runtime';
import { createDb } from '@thresher/store/database';
import {
  beginAttempt,
  clearIndexingFault,
  commitPage,
  countPendingPages,
  createRun,
  findIndexingFault,
  type Lease,
  leaseWindow,
  listPendingPages,
  type NewPage,
  saveSource,
} from '@thresher/store/harvest';
import { deleteRecords, elementHash, writeHeaders } from '@thresher/store/write';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIndexingGate } from '../indexing/indexing-gate.ts';
import { createTransformer, transformPages } from './transform.ts';

const compress = promisify(zstdCompress);
const log = createLogger({ level: 'silent', pretty: false });
let database: TestDatabase;
let windowId: number;
let lease: Lease;
let sourceId: number;
let number = 0;

beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL'] ?? '');
  const { db } = database;
  sourceId = (await saveSource(db, { name: 's', base_url: 'http://127.0.0.1/oai', metadata_prefix: 'oai_dc' })).id;
  const run = await createRun(
    db,
    {
      source_id: sourceId,
      kind: 'full',
      metadata_prefix: 'oai_dc',
      set_specs: [],
      from_datestamp: null,
      until_datestamp: null,
      options: {},
    },
    [{ set_spec: null, from_datestamp: null, until_datestamp: null }],
  );
  const window = (await leaseWindow(db, run.id, 1))!;
  windowId = window.id;
  lease = { ...window, attempt: (await beginAttempt(db, window))! };
});
afterAll(() => database[Symbol.asyncDispose]());

const dc = (title: string): string =>
  `<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title></oai_dc:dc>`;
const list = (records: string): string =>
  `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2024-01-01T00:00:00Z</responseDate><request>http://x</request><ListRecords>${records}</ListRecords></OAI-PMH>`;
const record = (id: string, metadata: string, datestamp = '2024-01-01T00:00:00Z'): string =>
  `<record><header><identifier>${id}</identifier><datestamp>${datestamp}</datestamp></header>${metadata}</record>`;

async function keep(xml: string, verb: NewPage['verb'] = 'ListRecords', overlay: Partial<NewPage> = {}): Promise<number> {
  const content = await compress(Buffer.from(xml));
  const page: NewPage = {
    source_id: sourceId,
    number: number++,
    verb,
    response_date: null,
    content,
    content_length: xml.length,
    record_count: 1,
    identifiers: [],
    resumption_token: null,
    token_expires_at: null,
    token_sent: true,
    ...overlay,
  };
  return (await commitPage(database.db, page, lease, null, [])) ?? 0;
}

const pageRow = (id: number) =>
  database.db.selectFrom('harvest.page').select(['state', 'tries', 'failure']).where('id', '=', id).executeTakeFirstOrThrow();

describe('transformPages', () => {
  it('without an index: its records are in SQL, with what was odd about them, and the page waits for search', async () => {
    const id = await keep(list(record('oai:x:1', `<metadata>${dc('A title')}</metadata>`) + record('oai:x:2', '')));
    await transformPages({ db: database.db, search: null, log }, [id]);
    expect(await pageRow(id)).toEqual({ state: 'stored', tries: 0, failure: null });
    const rows = await database.db.selectFrom('record').select(['oai_identifier', 'title']).orderBy('oai_identifier').execute();
    expect(rows).toEqual([
      { oai_identifier: 'oai:x:1', title: 'A title' },
      { oai_identifier: 'oai:x:2', title: null },
    ]);
    const issues = await database.db.selectFrom('record_issue').select('code').where('code', '=', 'metadata-missing').execute();
    expect(issues).toHaveLength(1);
  });

  it.each([
    ['2024-05-01', '2024-05-01T00:00:00.000Z'],
    ['2024-05-01T10:11:12Z', '2024-05-01T10:11:12.000Z'],
    ['2024-05-01T10:11:12.345678Z', '2024-05-01T10:11:12.345Z'],
    ['2024-05-01T10:11:12', '2024-05-01T10:11:12.000Z'],
    ['2024-05-01 10:11:12', '2024-05-01T10:11:12.000Z'],
    ['2024-05-01T12:11:12+02:00', '2024-05-01T10:11:12.000Z'],
    ['9999-12-31T23:59:59-01:00', undefined],
    ['0000-01-01', undefined],
    ['yesterday', undefined],
  ])('the datestamp %s is stored as %s', async (text, expected) => {
    const identifier = `oai:x:dated:${text}`;
    const id = await keep(list(record(identifier, `<metadata>${dc('Dated')}</metadata>`, text)));
    await transformPages({ db: database.db, search: null, log }, [id]);
    expect(await pageRow(id)).toEqual({ state: 'stored', tries: 0, failure: null });
    const row = await database.db
      .selectFrom('record')
      .select(['datestamp', 'datestamp_text'])
      .where('oai_identifier', '=', identifier)
      .executeTakeFirstOrThrow();
    expect([row.datestamp?.toISOString(), row.datestamp_text]).toEqual([expected, text]);
  });

  it('a page that cannot be read counts its tries and is given up at last', async () => {
    const id = await keep('<html>');
    const before = (await countPendingPages(database.db, false)).count;
    for (let i = 0; i < 8; i++) await expect(transformPages({ db: database.db, search: null, log }, [id])).rejects.toThrow();
    expect(await pageRow(id)).toMatchObject({ state: 'fetched', tries: 8 });
    expect((await countPendingPages(database.db, false)).count).toBe(before - 1);
  });

  it('a record that is broken in its metadata, which nobody read when it was walked, goes into quarantine, once', async () => {
    const broken = record('oai:x:4', '<metadata><d>Fish & Chips</d></metadata>');
    const window = () =>
      database.db.selectFrom('harvest.window').select('quarantined').where('id', '=', windowId).executeTakeFirstOrThrow();
    const before = (await window()).quarantined;
    const id = await keep(list(record('oai:x:3', `<metadata>${dc('3')}</metadata>`) + broken));
    await transformPages({ db: database.db, search: null, log }, [id]);
    expect(await pageRow(id)).toEqual({ state: 'stored', tries: 0, failure: null });
    await database.db.updateTable('harvest.page').set({ state: 'fetched' }).where('id', '=', id).execute();
    await transformPages({ db: database.db, search: null, log }, [id]);
    expect((await window()).quarantined).toBe(before + 1);
    const quarantined = await database.db.selectFrom('harvest.quarantine').selectAll().where('page_id', '=', id).execute();
    expect(quarantined).toMatchObject([{ position: 1, oai_identifier: 'oai:x:4', reason: 'a bare & that starts no reference' }]);
    expect(quarantined[0]!.content.toString()).toBe(broken);
    await database.db.deleteFrom('harvest.quarantine').where('page_id', '=', id).execute();
    await database.db.updateTable('harvest.window').set({ quarantined: before }).where('id', '=', windowId).execute();
  });

  it(
    'a record with 200,000 sizes, and one with more elements than a record may have, cost no neighbour',
    { timeout: 120_000 },
    async () => {
      const resource = (sizes: number): string =>
        `<metadata><resource xmlns="http://datacite.org/schema/kernel-4"><titles><title>T</title></titles><sizes>${'<size>s</size>'.repeat(sizes)}</sizes></resource></metadata>`;
      const counts = [1, 200_000, 1, 300_000, 1];
      const id = await keep(list(counts.map((sizes, n) => record(`oai:sizes:${n}`, resource(sizes))).join('')));
      await transformPages({ db: database.db, search: null, log }, [id]);
      const { rows } = await database.db.pool.query(
        `select r.oai_identifier, count(s)::int as sizes from record r left join record_size s on s.record_id = r.id
       where r.oai_identifier like 'oai:sizes:%' group by 1 order by 1`,
      );
      expect(rows.map(({ sizes }: { sizes: number }) => sizes)).toEqual([1, 200_000, 1, 1]);
      const kept = await database.db
        .selectFrom('harvest.quarantine')
        .select(['oai_identifier', 'reason'])
        .select((eb) => eb.fn<number>('octet_length', ['content']).as('bytes'))
        .where('page_id', '=', id)
        .execute();
      expect(kept).toMatchObject([{ oai_identifier: 'oai:sizes:3', reason: 'more than 250000 elements in one record' }]);
      expect(kept[0]!.bytes).toBeGreaterThan(4_000_000);
      await database.db.deleteFrom('harvest.quarantine').where('page_id', '=', id).execute();
      await database.db.updateTable('harvest.window').set({ quarantined: 0 }).where('id', '=', windowId).execute();
    },
  );

  it('pages that wait together are written together; one that cannot be read holds up no other', async () => {
    const pages: number[] = [];
    for (const id of ['m', 'n', 'o']) {
      const records = [`oai:${id}:1`, 'oai:x:7'].map((identifier) => record(identifier, `<metadata>${dc(id)}</metadata>`));
      pages.push(await keep(list(records.join(''))));
    }
    const broken = await keep('<html>');
    const transform = createTransformer({ db: database.db, search: null, log });
    const outcomes = await Promise.allSettled([...pages, broken].map(transform));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(await pageRow(broken)).toMatchObject({ state: 'fetched', tries: 1 });
    for (const id of pages) expect(await pageRow(id)).toEqual({ state: 'stored', tries: 0, failure: null });
    const rows = await database.db
      .selectFrom('record')
      .select(['oai_identifier', 'title', 'page_id'])
      .where('oai_identifier', 'in', ['oai:m:1', 'oai:n:1', 'oai:o:1', 'oai:x:7'])
      .orderBy('oai_identifier')
      .execute();
    // The same record on several pages is the one on the latest.
    expect(rows).toEqual([
      ...['m', 'n', 'o'].map((id, n) => ({ oai_identifier: `oai:${id}:1`, title: id, page_id: pages[n] })),
      { oai_identifier: 'oai:x:7', title: 'o', page_id: pages[2] },
    ]);
  });

  it('a header whose sets cannot be held goes into quarantine, once, and its neighbour moves', async () => {
    const tooLong = randomBytes(3_000).toString('hex');
    const header = (id: string, setSpec: string): string =>
      `<header><identifier>${id}</identifier><datestamp>2024-01-01T00:00:00Z</datestamp><setSpec>${setSpec}</setSpec></header>`;
    const records = await keep(
      list(record('oai:x:5', `<metadata>${dc('5')}</metadata>`) + record('oai:x:6', `<metadata>${dc('6')}</metadata>`)),
    );
    const xml = list(header('oai:x:5', tooLong) + header('oai:x:6', 'one')).replaceAll('ListRecords>', 'ListIdentifiers>');
    const headers = await keep(xml, 'ListIdentifiers');
    for (const id of [records, headers]) await transformPages({ db: database.db, search: null, log }, [id]);
    expect(await pageRow(headers)).toEqual({ state: 'stored', tries: 0, failure: null });
    await database.db.updateTable('harvest.page').set({ state: 'fetched' }).where('id', '=', headers).execute();
    await transformPages({ db: database.db, search: null, log }, [headers]);
    const sets = await database.db.selectFrom('record_set').select('set_spec').execute();
    expect(sets).toEqual([{ set_spec: 'one' }]);
    const quarantined = await database.db
      .selectFrom('harvest.quarantine')
      .select(['position', 'oai_identifier', 'reason', 'content'])
      .execute();
    expect(quarantined).toMatchObject([
      { position: 0, oai_identifier: 'oai:x:5', reason: expect.stringContaining('index row size') as string },
    ]);
    expect(quarantined[0]!.content.toString()).toBe(header('oai:x:5', tooLong));
    const window = await database.db.selectFrom('harvest.window').select('quarantined').where('id', '=', windowId).executeTakeFirst();
    expect(window).toEqual({ quarantined: 1 });
  });

  it('of pages that are done together, headers find the records that came before them', async () => {
    const records = await keep(list(record('oai:x:8', `<metadata>${dc('8')}</metadata>`)));
    const header = '<header><identifier>oai:x:8</identifier><datestamp>2024-01-01T00:00:00Z</datestamp><setSpec>joined</setSpec></header>';
    const headers = await keep(list(header).replaceAll('ListRecords>', 'ListIdentifiers>'), 'ListIdentifiers');
    await transformPages({ db: database.db, search: null, log }, [records, headers]);
    const { id } = await database.db.selectFrom('record').select('id').where('oai_identifier', '=', 'oai:x:8').executeTakeFirstOrThrow();
    const sets = await database.db.selectFrom('record_set').select('set_spec').where('record_id', '=', id).execute();
    expect(sets).toEqual([{ set_spec: 'joined' }]);
  });

  it('a page that brings nothing new takes one statement, and its bytes are not read', async () => {
    const elements = ['a', 'b'].map((id) => record(`oai:y:${id}`, `<metadata>${dc(id)}</metadata>`));
    const asWalked = { identifiers: ['oai:y:a', 'oai:y:b'], record_hashes: elements.map((element) => elementHash(Buffer.from(element))) };
    const walked = (some = elements) => keep(list(some.join('')), 'ListRecords', asWalked);
    const statements: string[] = [];
    await using db = createDb({ connectionString: database.url, max: 1 });
    db.pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = ((...args: unknown[]) => {
        statements.push(String(args[0]));
        return query(...args);
      }) as typeof client.query;
    });
    const transform = async (page: number): Promise<{ statements: number; state: string }> => {
      statements.length = 0;
      await transformPages({ db, search: null, log }, [page]);
      return { statements: statements.length, state: (await pageRow(page)).state };
    };
    const versions = () =>
      db.selectFrom('record').select(['id', 'revision', 'page_id']).where('oai_identifier', 'like', 'oai:y:%').orderBy('id').execute();

    const first = await walked();
    expect((await transform(first)).statements).toBeGreaterThan(5);
    const before = await versions();
    expect(await transform(await walked())).toEqual({ statements: 1, state: 'stored' });
    expect(await versions()).toEqual(before);

    // The same page again may still have to tell the index.
    await db.updateTable('harvest.page').set({ state: 'fetched' }).where('id', '=', first).execute();
    expect((await transform(first)).statements).toBeGreaterThan(1);
    // Hashes that are not those of what is stored.
    const other = await keep(list(elements.join('')), 'ListRecords', { ...asWalked, record_hashes: asWalked.record_hashes.toReversed() });
    expect((await transform(other)).statements).toBeGreaterThan(1);

    // What something else had a part in is read: here it takes the sets back, and brings a vanished one back.
    await writeHeaders(db, {
      sourceId,
      pageId: other,
      setSpec: null,
      headers: [{ identifier: 'oai:y:a', setSpecs: ['moved'], deleted: false }],
    });
    await deleteRecords(db, sourceId, [{ recordId: before[1]!.id, reason: 'vanished' }]);
    expect((await transform(await walked())).statements).toBeGreaterThan(5);
    expect((await versions()).map((row) => row.revision)).toEqual([3, 3]);
    expect(await transform(await walked())).toEqual({ statements: 1, state: 'stored' });
  });

  it('an index that is away is no fault of the page: its records are in SQL, and it waits without being read again', async () => {
    const id = await keep(list(record('oai:x:3', `<metadata>${dc('Another')}</metadata>`)));
    const client = await createSearchClient('http://127.0.0.1:9', { maxRetries: 0 });
    const search = { client, alias: 'nowhere' };
    const gate = createIndexingGate({ db: database.db, log });
    await transformPages({ db: database.db, search, log, gate }, [id]);
    expect(await pageRow(id)).toEqual({ state: 'stored', tries: 0, failure: null });
    expect(await findIndexingFault(database.db)).toMatchObject({ refused: false, times: 1 });
    expect(gate.isOpen()).toBe(false);
    await transformPages({ db: database.db, search, log, gate }, [id]);
    expect(await findIndexingFault(database.db)).toMatchObject({ times: 1 });
    expect(await listPendingPages(database.db, true, 0, 9_999)).not.toContain(id);
    await clearIndexingFault(database.db);
    expect(await listPendingPages(database.db, true, 0, 9_999)).toContain(id);
  });
});

describe('createTransformer', () => {
  it('pages that fail for one cause are one log line, with their number', async () => {
    const lines: { fields: { page?: number; occurrences?: number; err?: Error }; message: string }[] = [];
    const collect = { warn: (fields: object, message: string) => void lines.push({ fields, message }) };
    let now = 0;
    const report = createReport(collect as unknown as Parameters<typeof createReport>[0], () => now);
    const transform = createTransformer({ db: database.db, search: null, log, report });
    const broken = { content: Buffer.from('no zstd frame') };
    const ids: number[] = [];
    for (let i = 0; i < 5; i++) ids.push(await keep(list(''), 'ListRecords', broken));
    for (const id of ids.slice(0, 4)) await expect(transform(id)).rejects.toThrow();
    const message = 'a page could not be transformed; it is tried again';
    expect(lines).toEqual([{ fields: { page: ids[0], err: expect.any(Error) as Error }, message }]);
    now = 11_000;
    await expect(transform(ids[4]!)).rejects.toThrow();
    expect(lines.slice(1)).toEqual([{ fields: { page: ids[4], err: expect.any(Error) as Error, occurrences: 4 }, message }]);
    expect(await pageRow(ids[0]!)).toMatchObject({ state: 'fetched', tries: 1 });
  });
});
