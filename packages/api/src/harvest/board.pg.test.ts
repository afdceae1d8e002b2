import { listWindows } from '@thresher/store/harvest';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRun } from '../../test/ledger.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';
import type { Problem } from '../problems/problem.ts';
import type { HarvestFailures, HarvestReport, HarvestSuspects } from './report.ts';

const KEY = 'the-key-of-the-operator';
let api: StoredApi;
let windowId: number;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 }, { adminKey: KEY });
  const { db } = api.database;
  const run = await makeRun(db, api.sourceId);
  windowId = (await listWindows(db, run.id))[1]!.id;
  await sql`update harvest.run set state = 'running', finished_at = null, failure = null where id = ${run.id}`.execute(db);
  // The list was begun again: the pages of its first attempt are on their way still, and do not count as received.
  await sql`update harvest.window set state = 'walking', attempt = 2, received = 30, failure = null, declared = 50 where id = ${windowId}`.execute(
    db,
  );
  const content = '\\x28b52ffd2000010000';
  await sql`
    insert into harvest.page (window_id, source_id, attempt, number, verb, content, content_length, record_count, identifiers, state, tries, failure)
    select ${windowId}, ${api.sourceId}, attempt, number, 'ListRecords', ${sql.lit(content)}::bytea, 1, n, '{}', state, tries, failure
    from (values (1, 0, 400, 'fetched', 0, null), (2, 0, 10, 'done', 0, null), (2, 1, 10, 'stored', 0, null), (2, 2, 7, 'fetched', 0, null),
                 (2, 3, 3, 'fetched', 8, 'it cannot be mapped')) as p (attempt, number, n, state, tries, failure)`.execute(db);
  await sql`insert into harvest.quarantine (page_id, position, source_id, oai_identifier, reason, content)
    select id, 4, source_id, 'oai:zenodo.org:2', 'a bare ampersand', '<record>AT&T</record>' from harvest.page where number = 1`.execute(
    db,
  );
  await sql`insert into harvest.suspect (source_id, oai_identifier, state, reason) values
    (${api.sourceId}, 'oai:zenodo.org:8', 'held', 'too many'), (${api.sourceId}, 'oai:zenodo.org:9', 'suspect', 'not listed')`.execute(db);
  await sql`insert into harvest.webhook (url, secret, at_micros, record_id, revision) values
    ('https://me:pw@hooks.example/T0/secret-path?token=x', 'whsec_x', 0, 0, 0)`.execute(db);
  await sql`update harvest.source set settings = '{"schedules": {"full": {"cron": "0 3 * * 0", "timeZone": "UTC"}, "enrich": {"cron": "0 4 * * *", "timeZone": "UTC"}}}'`.execute(
    db,
  );
  await sql`insert into harvest.metric (name, labels, value) values
    ('thresher_schedule_next_timestamp_seconds', '{"source": "sim", "kind": "full"}', 1893466800)`.execute(db);
  await sql`insert into harvest.host_rate_limit (host, per_minute) values ('zenodo.org', 30)`.execute(db);
});
afterAll(() => api[Symbol.asyncDispose]());

const report = async (): Promise<HarvestReport> => (await api.app.inject('/api/harvest')).json();

test('what is on its way is part of what was received, whatever earlier attempts of a list have left', async () => {
  const [source] = (await report()).sources;
  const { totals, progress } = source!.last!.run;
  expect(progress).toEqual({ received: 30, in_sql: 20, in_search: null, set_aside: 3 });
  expect([totals.received, totals.pending]).toEqual([30, 7]);
});

test('a source has its rate limit, schedules, failures and suspects', async () => {
  const [source] = (await report()).sources;
  expect(source).toMatchObject({
    name: 'sim',
    rate_limit: 30,
    paused_at: null,
    searchable_until: null,
    failed_pages: 1,
    quarantined: 1,
    suspects: 2,
    held: 1,
    asked: [],
    schedules: [
      { kind: 'full', cron: '0 3 * * 0', time_zone: 'UTC', next_at: '2030-01-01T03:00:00.000Z' },
      { kind: 'enrich', next_at: null, last_at: null },
    ],
  });
  expect(source!.schedules[0]!.last_at).toBe(source!.runs[0]!.started_at);
});

test('changes are searchable up to the end of the last complete run', async () => {
  const { db } = api.database;
  await sql`insert into harvest.run (source_id, kind, state, metadata_prefix, until_datestamp, started_at, finished_at)
    values (${api.sourceId}, 'full', 'complete', 'oai_datacite', '2020-06-01T00:00:00Z', '2020-06-02T00:00:00Z', '2020-06-03T00:00:00Z')`.execute(
    db,
  );
  expect((await report()).sources[0]!.searchable_until).toBe('2020-06-01T00:00:00.000Z');
  await sql`delete from harvest.run where state = 'complete'`.execute(db);
});

test('the figures of a report are of one instant, while pages come', async () => {
  const { db } = api.database;
  const stop = new AbortController();
  // As `commitPage` does: the page and the count of its window in one statement.
  const coming = (async () => {
    for (let number = 100; !stop.signal.aborted; number += 1)
      await sql`with w as (update harvest.window set received = received + 5 where id = ${windowId} returning id)
        insert into harvest.page (window_id, source_id, attempt, number, verb, content, content_length, record_count, identifiers)
        select id, ${api.sourceId}, 2, ${number}, 'ListRecords', '\\x00', 1, 5, '{}' from w`.execute(db);
  })();
  try {
    let before = 0;
    for (let n = 0; n < 40; n += 1) {
      const { run, segments } = (await report()).sources[0]!.last!;
      const { totals, progress } = run;
      expect(segments.reduce((sum, { received }) => sum + received, 0)).toBe(totals.received);
      expect(progress.in_sql + progress.set_aside + totals.pending).toBe(totals.received);
      expect(progress.in_sql).toBe(20);
      expect(totals.received).toBeGreaterThanOrEqual(before);
      before = totals.received;
    }
    expect(before).toBeGreaterThan(30);
  } finally {
    stop.abort();
    await coming;
    await sql`delete from harvest.page where number >= 100`.execute(db);
    await sql`update harvest.window set received = 30 where id = ${windowId}`.execute(db);
  }
});

test('failures, and the bytes of a record in quarantine as they came', async () => {
  const failures = (await api.app.inject('/api/harvest/sources/sim/failures')).json<HarvestFailures>();
  expect(failures).toMatchObject({
    quarantined: [{ position: 4, identifier: 'oai:zenodo.org:2', reason: 'a bare ampersand', bytes: 21 }],
    quarantined_total: 1,
    pages: [{ tries: 8, failure: 'it cannot be mapped' }],
    pages_total: 1,
  });
  const [{ page, position }] = failures.quarantined as [HarvestFailures['quarantined'][number]];
  const raw = await api.app.inject(`/api/harvest/sources/sim/quarantine/${page}/${position}`);
  expect([raw.headers['content-type'], raw.headers['x-content-type-options'], raw.body]).toEqual([
    'text/plain; charset=utf-8',
    'nosniff',
    '<record>AT&T</record>',
  ]);
  for (const [url, code] of [
    [`/api/harvest/sources/sim/quarantine/${page}/99`, 'unknown-record'],
    ['/api/harvest/sources/nobody/quarantine/1/1', 'unknown-source'],
    ['/api/harvest/sources/nobody/failures', 'unknown-source'],
    ['/api/harvest/sources/nobody/suspects', 'unknown-source'],
  ] as const) {
    const reply = await api.app.inject(url);
    expect([reply.statusCode, reply.json<Problem>().type]).toEqual([404, `urn:thresher:problem:${code}`]);
  }
});

test('suspects, those first that a person decides about', async () => {
  const { suspects } = (await api.app.inject('/api/harvest/sources/sim/suspects')).json<HarvestSuspects>();
  expect(suspects.map(({ identifier, state }) => [identifier, state])).toEqual([
    ['oai:zenodo.org:8', 'held'],
    ['oai:zenodo.org:9', 'suspect'],
  ]);
});

test('webhooks are shown to the operator, without what is secret in their address', async () => {
  expect((await api.app.inject('/api/harvest/webhooks')).statusCode).toBe(401);
  const reply = await api.app.inject({ url: '/api/harvest/webhooks', headers: { authorization: `Bearer ${KEY}` } });
  expect(reply.json()).toMatchObject({ webhooks: [{ origin: 'https://hooks.example', pending: 0, failed: 0, disabled: null }] });
  expect(reply.body).not.toMatch(/secret|whsec|token|pw/);
});

/** Reads events until `enough` of them. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<{ readonly event: string; readonly data: unknown }> {
  let text = '';
  for await (const bytes of body.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const value = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (value('data') !== undefined) yield { event: value('event') ?? '', data: JSON.parse(value('data')!) as unknown };
    }
  }
}

test('events show a change within seconds, and end when the server closes', async () => {
  const served = await createStoredApi({ size: 0 });
  const origin = await served.app.listen({ host: '127.0.0.1', port: 0 });
  const reply = await fetch(`${origin}/api/harvest/events`);
  expect([reply.status, reply.headers.get('content-type'), reply.headers.get('content-encoding')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
    null,
  ]);
  const stream = events(reply.body!);
  expect((await stream.next()).value).toMatchObject({
    event: 'report',
    data: { names: ['sim'], sources: [{ name: 'sim', paused_at: null }] },
  });
  await served.app.inject({ method: 'POST', url: '/api/harvest/sources/sim/pause' });
  expect((await stream.next()).value).toMatchObject({ event: 'report', data: { sources: [{ paused_at: expect.any(String) as string }] } });
  const disposed = served[Symbol.asyncDispose]();
  expect((await stream.next()).done).toBe(true);
  served.app.server.closeAllConnections();
  await disposed;
});

test('a client too many is refused, and asks from time to time', async () => {
  const served = await createStoredApi({ size: 0 });
  const origin = await served.app.listen({ host: '127.0.0.1', port: 0 });
  const gone = new AbortController();
  try {
    for (let n = 0; n < 32; n += 1) expect((await fetch(`${origin}/api/harvest/events`, { signal: gone.signal })).status).toBe(200);
    const refused = await fetch(`${origin}/api/harvest/events`);
    expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([503, expect.stringContaining('32 clients')]);
    gone.abort();
    await expect
      .poll(async () => {
        const again = new AbortController();
        const { status } = await fetch(`${origin}/api/harvest/events`, { signal: again.signal });
        again.abort();
        return status;
      })
      .toBe(200);
  } finally {
    gone.abort();
    // `fetch` may have opened one in advance on which no request was sent: the server would wait for it.
    served.app.server.closeAllConnections();
    await served[Symbol.asyncDispose]();
  }
});
