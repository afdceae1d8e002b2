import { sql } from 'kysely';
import { findRun, findRunningRun, finishRun, listAskedRuns, listSuspects, listWindows, saveSource } from '@thresher/store/harvest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillLedger, makeRun } from '../../test/ledger.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';
import type { Problem } from '../problems/problem.ts';

const KEY = 'the-key-of-the-operator';
const ACTIONS: readonly (readonly [url: string, payload?: object])[] = [
  ['/api/harvest/sources/sim/pause'],
  ['/api/harvest/sources/sim/resume'],
  ['/api/harvest/sources/sim/runs', { kind: 'full' }],
  ['/api/harvest/sources/sim/windows/retry'],
  ['/api/harvest/sources/sim/pages/retry', {}],
  ['/api/harvest/sources/sim/suspects/confirm', {}],
  ['/api/harvest/sources/sim/suspects/dismiss', {}],
  ['/api/harvest/runs/1/cancel'],
  ['/api/harvest/webhooks/1/retry'],
];

let open: StoredApi;
let keyed: StoredApi;
beforeAll(async () => {
  open = await createStoredApi({ size: 0 });
  keyed = await createStoredApi({ size: 0 }, { adminKey: KEY });
  for (const api of [open, keyed]) await fillLedger(api, (records) => api.store(records));
});
afterAll(async () => {
  for (const api of [open, keyed]) await api[Symbol.asyncDispose]();
});

const act = (api: StoredApi, url: string, payload?: object, more: { headers?: Record<string, string>; remoteAddress?: string } = {}) =>
  api.app.inject({ method: 'POST', url, ...(payload && { payload }), ...more });

/** All that an action could change. */
async function ledger({ database: { db } }: StoredApi): Promise<unknown> {
  const { rows } = await sql<{ all: unknown }>`
    select jsonb_build_array(
      (select jsonb_agg(s order by s.id) from harvest.source s), (select jsonb_agg(r order by r.id) from harvest.run r),
      (select jsonb_agg(w order by w.id) from harvest.window w), (select jsonb_agg(p order by p.id) from harvest.page p),
      (select jsonb_agg(s order by s.oai_identifier) from harvest.suspect s), (select jsonb_agg(w order by w.id) from harvest.webhook w),
      (select jsonb_agg(d order by d.number) from harvest.webhook_delivery d), (select jsonb_agg(a) from harvest.asked_run a),
      (select jsonb_agg(r.deleted order by r.id) from public.record r)) as all`.execute(db);
  return rows[0]!.all;
}

test('the list of actions is that of the OpenAPI document', async () => {
  const { paths } = (await open.app.inject('/api/openapi.json')).json<{ paths: Record<string, Record<string, object>> }>();
  const described = Object.keys(paths).filter((path) => path.startsWith('/api/harvest/') && 'post' in paths[path]!);
  const named = ACTIONS.map(([url]) => url.replace('/sim/', '/{source}/').replace('/1/', '/{id}/'));
  expect(described.toSorted()).toEqual(named.toSorted());
});

describe.each(ACTIONS.map(([url, payload]) => ({ url, payload })))('$url', ({ url, payload }) => {
  test.each([
    ['no key', {}, 401],
    ['a wrong key', { authorization: 'Bearer another-key-than-that' }, 401],
    ['the key from a page of another site', { authorization: `Bearer ${KEY}`, origin: 'https://elsewhere.example' }, 403],
    ['the key from a page of no site', { authorization: `Bearer ${KEY}`, origin: 'null' }, 403],
    ['the key from a frame of another site', { authorization: `Bearer ${KEY}`, 'sec-fetch-site': 'cross-site' }, 403],
    ['the key from a sibling of our site', { authorization: `Bearer ${KEY}`, 'sec-fetch-site': 'same-site' }, 403],
  ] as const)('with a key configured, a client with %s is refused and changes nothing', async (_, headers, status) => {
    const before = await ledger(keyed);
    // Each from another network: guesses are limited.
    const reply = await act(keyed, url, payload, { headers, remoteAddress: `198.51.100.${ACTIONS.findIndex(([one]) => one === url) + 1}` });
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([status, 'application/problem+json; charset=utf-8']);
    expect(reply.json<Problem>().detail).toMatch(status === 401 ? /ADMIN_KEY/ : /another site/);
    expect(await ledger(keyed)).toEqual(before);
  });

  test.each([
    ['another machine', {}, '192.0.2.1'],
    ['a proxy', { 'x-forwarded-for': '127.0.0.1' }, '127.0.0.1'],
    ['a page whose name leads here', { host: 'rebound.example:8080', origin: 'http://rebound.example:8080' }, '127.0.0.1'],
    ['a page of another site', { origin: 'https://elsewhere.example' }, '127.0.0.1'],
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }, '127.0.0.1'],
  ] as const)('without a key configured, %s is refused and changes nothing', async (_, headers, remoteAddress) => {
    const before = await ledger(open);
    const reply = await act(open, url, payload, { headers, remoteAddress });
    expect([reply.statusCode, reply.json<Problem>().type]).toEqual([403, 'urn:thresher:problem:admin-only']);
    expect(await ledger(open)).toEqual(before);
  });

  test('nothing is done by GET', async () => {
    expect((await open.app.inject({ url })).statusCode).toBe(404);
  });
});

describe.each([
  ['a client on this machine, if no key is configured', () => open, {}],
  ['a client with the key', () => keyed, { authorization: `Bearer ${KEY}` }],
] as const)('%s', (_, apiOf, headers) => {
  const post = (url: string, payload?: object) => act(apiOf(), url, payload, { headers });
  const pausedAt = async () =>
    (await apiOf().database.db.selectFrom('harvest.source').select('paused_at').where('name', '=', 'sim').executeTakeFirstOrThrow())
      .paused_at;
  const lastRun = async () =>
    await apiOf().database.db.selectFrom('harvest.run').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow();

  test('pauses and resumes a source; a run is not begun meanwhile', async () => {
    const first = await post('/api/harvest/sources/sim/pause');
    expect([first.statusCode, first.json()]).toEqual([200, { source: 'sim', paused: true }]);
    const since = await pausedAt();
    expect(since).toBeInstanceOf(Date);
    expect((await post('/api/harvest/sources/sim/pause')).statusCode).toBe(200);
    expect(await pausedAt()).toEqual(since);
    const refused = await post('/api/harvest/sources/sim/runs', { kind: 'full' });
    expect([refused.statusCode, refused.json<Problem>().detail]).toEqual([409, 'sim is paused: resume it first']);
    expect(await listAskedRuns(apiOf().database.db)).toEqual([]);
    expect((await post('/api/harvest/sources/sim/resume')).json()).toEqual({ source: 'sim', paused: false });
    expect(await pausedAt()).toBeNull();
  });

  test('asks for a run; one that the harvester would skip is refused with the reason', async () => {
    const { db } = apiOf().database;
    const sync = await post('/api/harvest/sources/sim/runs', { kind: 'incremental' });
    expect([sync.statusCode, sync.json<Problem>().detail]).toEqual([409, expect.stringContaining('begin a full run first')]);
    expect((await post('/api/harvest/sources/sim/runs', { kind: 'weekly' })).statusCode).toBe(400);
    expect((await post('/api/harvest/sources/sim/runs')).statusCode).toBe(400);
    expect(await listAskedRuns(db)).toEqual([]);
    for (let n = 0; n < 2; n += 1) expect((await post('/api/harvest/sources/sim/runs', { kind: 'full' })).statusCode).toBe(202);
    expect(await listAskedRuns(db)).toMatchObject([{ sourceId: apiOf().sourceId, kind: 'full' }]);
  });

  test('plans short windows again, and cancels the run that goes on with them', async () => {
    const { db } = apiOf().database;
    const run = await lastRun();
    const reply = await post('/api/harvest/sources/sim/windows/retry');
    expect([reply.statusCode, reply.json()]).toEqual([202, { run: run.id, windows: 1 }]);
    expect((await findRunningRun(db, run.source_id))?.id).toBe(run.id);
    expect((await listWindows(db, run.id)).map(({ state }) => state)).toEqual(['complete', 'planned']);
    const again = await post('/api/harvest/sources/sim/windows/retry');
    expect([again.statusCode, again.json<Problem>().detail]).toEqual([409, expect.stringContaining('is not finished')]);
    const begun = await post('/api/harvest/sources/sim/runs', { kind: 'full' });
    expect([begun.statusCode, begun.json<Problem>().detail]).toEqual([
      409,
      expect.stringContaining(`run ${run.id} of sim is not finished`),
    ]);
    expect((await post(`/api/harvest/runs/${run.id}/cancel`)).json()).toEqual({ run: run.id, state: 'cancelled' });
    expect(await findRun(db, run.id)).toMatchObject({ state: 'cancelled', failure: 'cancelled by a person' });
    const ended = await post(`/api/harvest/runs/${run.id}/cancel`);
    expect([ended.statusCode, ended.json<Problem>().detail]).toEqual([409, `run ${run.id} has ended before: it is cancelled`]);
    const unrepairable = await post('/api/harvest/sources/sim/windows/retry');
    expect([unrepairable.statusCode, unrepairable.json<Problem>().detail]).toEqual([409, expect.stringContaining('was cancelled')]);
    const complete = await makeRun(db, run.source_id);
    await sql`update harvest.window set state = 'complete' where run_id = ${complete.id}`.execute(db);
    await sql`update harvest.run set state = 'complete' where id = ${complete.id}`.execute(db);
    expect((await post('/api/harvest/sources/sim/windows/retry')).json<Problem>().detail).toBe('nothing of the last run of sim is short');
    expect(await finishRun(db, complete.id, 'failed', null)).toBe(false);
  });

  test('lets pages be mapped again: those that failed, or the page of a record in quarantine', async () => {
    const { db } = apiOf().database;
    const pages = () => db.selectFrom('harvest.page').select(['number', 'state', 'tries', 'failure', 'remap']).orderBy('number').execute();
    expect((await post('/api/harvest/sources/sim/pages/retry', {})).json()).toEqual({ pages: 1 });
    expect(await pages()).toMatchObject([{ state: 'fetched', tries: 0, failure: null }, { remap: false }]);
    const none = await post('/api/harvest/sources/sim/pages/retry', {});
    expect([none.statusCode, none.json<Problem>().detail]).toEqual([409, 'no page of sim has failed']);
    const { page_id: page } = await db.selectFrom('harvest.quarantine').select('page_id').executeTakeFirstOrThrow();
    expect((await post('/api/harvest/sources/sim/pages/retry', { page })).json()).toEqual({ pages: 1 });
    // Without an index a page whose records are stored has to be stored again.
    expect((await pages())[1]).toMatchObject({ state: 'fetched', remap: true });
    const other = await saveSource(db, { name: 'other', base_url: 'https://example.org/oai', metadata_prefix: 'oai_dc' });
    const foreign = await post(`/api/harvest/sources/${other.name}/pages/retry`, { page });
    expect([foreign.statusCode, foreign.json<Problem>().detail]).toEqual([409, expect.stringContaining(`no page ${page}`)]);
  });

  test('dismisses and confirms suspects: chosen ones, or all that are held', async () => {
    const { database, sourceId } = apiOf();
    const states = async () => {
      const suspects = await listSuspects(database.db, sourceId, { states: ['suspect', 'held', 'confirmed', 'cleared'] });
      return Object.fromEntries(suspects.map((one) => [one.oai_identifier.replace(/.*:/, ''), one.state]));
    };
    const chosen = await post('/api/harvest/sources/sim/suspects/dismiss', { identifiers: ['oai:zenodo.org:2', 'oai:zenodo.org:99'] });
    expect(chosen.json()).toEqual({ records: 1 });
    expect(await states()).toEqual({ 1: 'held', 2: 'cleared', 3: 'suspect' });
    const unheld = await post('/api/harvest/sources/sim/suspects/confirm', { identifiers: ['oai:zenodo.org:3'] });
    expect([unheld.statusCode, unheld.json<Problem>().type]).toEqual([409, 'urn:thresher:problem:not-now']);
    expect((await post('/api/harvest/sources/sim/suspects/confirm', {})).json()).toEqual({ records: 1 });
    expect(await states()).toEqual({ 1: 'confirmed', 2: 'cleared', 3: 'suspect' });
    const deleted = await database.db.selectFrom('record').select('oai_identifier').where('deleted', '=', true).execute();
    expect(deleted).toEqual([{ oai_identifier: 'oai:zenodo.org:1' }]);
    expect((await post('/api/harvest/sources/sim/suspects/dismiss', {})).json()).toEqual({ records: 1 });
    expect(await states()).toEqual({ 1: 'confirmed', 2: 'cleared', 3: 'cleared' });
    expect((await post('/api/harvest/sources/sim/suspects/dismiss', {})).statusCode).toBe(409);
  });

  test('sends failed messages of a webhook again', async () => {
    const { db } = apiOf().database;
    const webhook = await db.selectFrom('harvest.webhook').selectAll().executeTakeFirstOrThrow();
    expect((await post(`/api/harvest/webhooks/${webhook.id}/retry`)).json()).toEqual({ messages: 1 });
    expect(await db.selectFrom('harvest.webhook_delivery').select(['state', 'tries']).execute()).toEqual([{ state: 'pending', tries: 0 }]);
    expect(await db.selectFrom('harvest.webhook').select('disabled_reason').execute()).toEqual([{ disabled_reason: null }]);
  });

  test.each([
    ['/api/harvest/sources/nobody/pause', undefined, 'unknown-source'],
    ['/api/harvest/sources/nobody/runs', { kind: 'full' }, 'unknown-source'],
    ['/api/harvest/sources/nobody/windows/retry', undefined, 'unknown-source'],
    ['/api/harvest/sources/nobody/pages/retry', {}, 'unknown-source'],
    ['/api/harvest/sources/nobody/suspects/confirm', {}, 'unknown-source'],
    ['/api/harvest/sources/nobody/suspects/dismiss', {}, 'unknown-source'],
    ['/api/harvest/runs/999/cancel', undefined, 'unknown-run'],
    ['/api/harvest/webhooks/999/retry', undefined, 'unknown-webhook'],
  ] as const)('is answered with 404 for %s', async (url, payload, code) => {
    const reply = await post(url, payload);
    expect([reply.statusCode, reply.json<Problem>().type]).toEqual([404, `urn:thresher:problem:${code}`]);
  });
});
