import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { enrich, type EnrichCounts, startHarvester, openResources } from '@thresher/pipeline';
import { documentId, refresh } from '@thresher/search';
import { findSource, listSuspects, suspectRecords } from '@thresher/store/harvest';
import { countRecords, readFetched } from '@thresher/store/read';
import { describe, expect, it } from 'vitest';
import { log, openHarness, type Simulated, simulate, createWholeDatabase } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';

async function harvested(size: number, options: Parameters<typeof simulate>[1] = {}) {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createWholeDatabase(process.env['DATABASE_URL']));
  const sim = stack.use(await simulate({ seed: 91, size, communities: ['corals', 'reefs', 'none'] }, options));
  const say = (...argv: string[]) => thresher({ databaseUrl: database.url }, ...argv);
  expect((await say('harvest', sim.url)).code).toBe(0);
  const counted = async (...flags: string[]) => JSON.parse((await say('enrich', sim.url, '--json', ...flags)).out) as EnrichCounts;
  return { db: database.db, databaseUrl: database.url, sim, say, counted, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

type Desk = Awaited<ReturnType<typeof harvested>>;

const restCount = (sim: Simulated): number => sim.server.sim.log.counts().verbs['REST'] ?? 0;
const rowsWritten = async (db: Desk['db']): Promise<unknown> =>
  (await db.pool.query('select record_id, position, xmin::text from public.record_file order by 1, 2')).rows;

describe('enrich', { timeout: 60_000 }, () => {
  it('fetches every record once, again what changed, and writes nothing where nothing did', async () => {
    await using desk = await harvested(60);
    expect(await desk.counted('--limit', '10')).toMatchObject({ asked: 10, new: 10, unclear: 0 });
    expect(await desk.counted()).toMatchObject({ asked: 50, new: 50, changed: 0, unchanged: 0, gone: 0 });
    // One search for the ten, two for the fifty.
    expect(restCount(desk.sim)).toBe(3);
    await expectAsServed(desk.db, desk.sim);
    expect((await desk.say('enrich', desk.sim.url)).out).toContain('nothing to fetch');
    const before = await rowsWritten(desk.db);
    expect(await desk.counted('--older-than', '0s')).toMatchObject({ asked: 60, unchanged: 60 });
    expect(await rowsWritten(desk.db)).toEqual(before);
    desk.sim.repository.touch([...desk.sim.ledger().keys()].slice(0, 5), Date.now());
    expect((await desk.say('sync', desk.sim.url)).code).toBe(0);
    expect(await desk.counted()).toMatchObject({ asked: 5, changed: 5 });
    await expectAsServed(desk.db, desk.sim);
    await expectFactsAsServed(desk.db, desk.sim);
  });

  it('asks for the members of a set only', async () => {
    await using desk = await harvested(60);
    const members = [...desk.sim.repository.ledger()].filter((entry) => entry.setSpecs.includes('user-reefs')).length;
    expect(members).toBeGreaterThan(0);
    expect(await desk.counted('--set', 'user-reefs')).toMatchObject({ asked: members, new: members });
  });

  it('waits where the host says so, keeps to its limit, and leaves what is lost for the next time', async () => {
    const faults = [
      { fault: 'http-429', at: { verb: 'REST' }, retryAfter: 1, times: 2 },
      { fault: 'http-503', at: { verb: 'REST' }, retryAfter: 1 },
      // The search, then one of the records by itself.
      { fault: 'http-500', at: { verb: 'REST' }, times: 2 },
      { fault: 'cut-body', at: { verb: 'REST' } },
    ] as const;
    await using desk = await harvested(12, { faults, ratePerMinute: 1_200 });
    const first = await desk.say('enrich', desk.sim.url, '--json');
    expect(first).toMatchObject({ code: 3, err: expect.stringContaining('2 records got no answer; the same command') });
    expect(JSON.parse(first.out)).toMatchObject({ asked: 12, new: 10, unclear: 2 });
    expect(await desk.counted()).toMatchObject({ asked: 2, new: 2 });
    const limit = await desk.db.selectFrom('harvest.host_rate_limit').selectAll().executeTakeFirstOrThrow();
    expect(limit).toMatchObject({ host: new URL(desk.sim.url).host, per_minute: 1_200 });
  });

  it('takes 410 as a witness: the first makes a suspect, the second a tombstone', async () => {
    await using desk = await harvested(20);
    const [known, fresh, hidden] = [...desk.sim.ledger().keys()] as [string, string, string];
    const source = (await findSource(desk.db, desk.sim.url))!;
    await suspectRecords(desk.db, { id: null, source_id: source.id }, [known], { witness: 'sweep', says: 'it was not listed' });
    desk.sim.repository.vanish([known, fresh], Date.now());
    desk.sim.repository.vanish([hidden], Date.now(), 'restricted');
    expect(await desk.counted()).toMatchObject({ asked: 20, new: 17, gone: 2, refused: 1 });
    expect(await countRecords(desk.db, source.id)).toEqual({ live: 19, deleted: 1 });
    const suspects = await listSuspects(desk.db, source.id, { states: ['suspect', 'confirmed'] });
    expect(Object.fromEntries(suspects.map(({ oai_identifier, state }) => [oai_identifier, state]))).toEqual({
      [known]: 'confirmed',
      [fresh]: 'suspect',
    });
    expect(await desk.counted()).toMatchObject({ asked: 0 });
  });

  it('believes no API that has nothing at all', async () => {
    await using desk = await harvested(8);
    desk.sim.repository.vanish({ fraction: 1 }, Date.now());
    expect(await desk.counted()).toMatchObject({ asked: 8, gone: 0, unclear: 8 });
    const source = (await findSource(desk.db, desk.sim.url))!;
    expect(await listSuspects(desk.db, source.id, { states: ['suspect', 'held', 'confirmed'] })).toEqual([]);
  });

  it('asks one by one where searches show nothing, and tries no more after three', async () => {
    await using desk = await harvested(110);
    const searches: string[] = [];
    await using proxy = await withoutSearch(desk.sim.url, searches);
    await desk.db
      .updateTable('harvest.source')
      .set({ base_url: `${proxy.url}/oai2d` })
      .execute();
    const counts = JSON.parse((await desk.say('enrich', `${proxy.url}/oai2d`, '--json')).out) as EnrichCounts;
    expect(counts).toMatchObject({ asked: 110, new: 110, unclear: 0 });
    expect(searches.length).toBeGreaterThan(0);
    expect(searches.length).toBeLessThanOrEqual(mostSearchesAtOnce);
    await expectAsServed(desk.db, desk.sim);
  });

  it('stops if there is no such API', async () => {
    await using desk = await harvested(60, { faults: [{ fault: 'html-200', at: { verb: 'REST' }, times: 99 }] });
    const said = await desk.say('enrich', desk.sim.url);
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/\/api\/records\/ does not answer as Zenodo's REST API does, 20 times in a row; the last time: HTTP 200/);
    expect(restCount(desk.sim)).toBeLessThan(30);
    expect((await desk.say('enrich', desk.sim.url, '--query', 'x')).err).toContain('--query needs Elasticsearch');
  });

  it('fetches what a search finds', async () => {
    await using harness = await openHarness();
    await using sim = await simulate({ seed: 92, size: 40 });
    await harness.harvest(sim.url);
    const { source } = await harness.deps(sim.url);
    const first = harness.db.selectFrom('record').select(['id', 'recid', 'oai_identifier']).orderBy('id').limit(1);
    const { id: recordId, recid, oai_identifier: oaiIdentifier } = await first.executeTakeFirstOrThrow();
    const options = { setSpecs: [], query: `recid:${recid}`, limit: null, rate: null, olderThanSeconds: 60 };
    const deps = { db: harness.db, search: harness.search, userAgent: 'test', log };
    expect(await enrich(deps, source, options, () => {}, new AbortController().signal)).toMatchObject({ asked: 1, new: 1 });
    await refresh(harness.search.client, harness.search.alias);
    const [stored] = await readFetched(harness.db, [recordId]);
    const { _source } = await harness.search.client.get({ index: harness.search.alias, id: documentId(source.id, oaiIdentifier) });
    expect(_source).toMatchObject({
      stats: { views: stored!.stats!.views, downloads: stored!.stats!.downloads },
      file_types: expect.any(Array),
    });
  });

  it('comes by a schedule', async () => {
    await using desk = await harvested(15);
    const source = (await findSource(desk.db, desk.sim.url))!;
    const stop = new AbortController();
    await using resources = openResources({ DATABASE_URL: desk.databaseUrl }, log);
    const harvester = startHarvester(resources, stop.signal);
    await (await resources.schedules()).tick({ sourceId: source.id, kind: 'enrich' });
    const fetched = async () => (await desk.db.selectFrom('record_stats').select('record_id').execute()).length;
    while ((await fetched()) < 15) await new Promise((resolve) => setTimeout(resolve, 100));
    stop.abort(new Error('the test is over'));
    await harvester.catch(() => {});
    expect(restCount(desk.sim)).toBe(1);
  });
});

/** Three in vain, and those that the other lanes had begun by then. */
const mostSearchesAtOnce = 3 + 3;

/** A repository whose search finds nothing by number, as InvenioRDM's own does not know the field. */
async function withoutSearch(target: string, searches: string[]) {
  const server = createServer((request, response) => {
    const url = new URL(request.url!, target);
    if (url.pathname === '/api/records') {
      searches.push(url.search);
      response.setHeader('content-type', 'application/json').end('{"hits":{"hits":[],"total":0}}');
      return;
    }
    void fetch(url).then(async (reply) => {
      response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'text/plain' });
      response.end(Buffer.from(await reply.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()).closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}

/** What is stored is what the server shows. */
async function expectAsServed(db: Desk['db'], sim: Simulated): Promise<void> {
  const records = await db.selectFrom('record').select(['id', 'recid']).execute();
  const stored = new Map(
    (
      await readFetched(
        db,
        records.map(({ id }) => id),
      )
    ).map((one) => [one.recordId, one]),
  );
  for (const { id, recid } of records) {
    const served = (await (await fetch(new URL(`/api/records/${recid}`, sim.url))).json()) as { stats: object; files: { key: string }[] };
    expect(stored.get(id)!.stats).toMatchObject(served.stats);
    expect(stored.get(id)!.files!.map(({ key }) => key)).toEqual(served.files.map(({ key }) => key));
  }
}

/** All that InvenioRDM's JSON of a record says and OAI-PMH does not, taken out of it as it lies there. */
async function expectFactsAsServed(db: Desk['db'], sim: Simulated): Promise<void> {
  interface Served {
    readonly metadata: { readonly references?: object[]; readonly languages?: { id: string }[]; readonly description?: string };
    readonly custom_fields: Record<string, unknown>;
    readonly files: { readonly entries: object };
    readonly versions: { readonly index: number };
    readonly swh: { readonly swhid?: string };
  }
  const { rows } = await db.pool.query<{ recid: string; facts_at: Date | null }>(`
    select r.recid, r.facts_at, r.version_index as version, r.swhid, r.description_html as html,
      array(select l.language from record_language l where l.record_id = r.id order by position) as languages,
      (select count(*)::int from record_reference f where f.record_id = r.id) as "references",
      array(select distinct c.field from record_custom_field c where c.record_id = r.id order by 1) as fields,
      array(select f.mimetype from record_file f where f.record_id = r.id order by position) as types
    from record r where not r.deleted`);
  for (const { recid, facts_at: at, ...stored } of rows) {
    const reply = await fetch(new URL(`/api/records/${recid}`, sim.url), { headers: { accept: 'application/vnd.inveniordm.v1+json' } });
    const { metadata, custom_fields: custom, files, versions, swh } = (await reply.json()) as Served;
    expect(at).toBeInstanceOf(Date);
    expect(stored).toEqual({
      version: versions.index,
      swhid: swh.swhid ?? null,
      html: metadata.description ?? null,
      languages: (metadata.languages ?? []).map(({ id }) => id),
      references: metadata.references?.length ?? 0,
      fields: Object.keys(custom).toSorted(),
      types: Object.values(files.entries as Record<string, { mimetype: string }>).map(({ mimetype }) => mimetype),
    });
  }
}
