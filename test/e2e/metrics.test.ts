import { addInstallationMetrics } from '@thresher/api';
import { nextTick, openMetrics, openResources, sendWebhooks, startHarvester, startTransformer } from '@thresher/pipeline';
import { createMetrics } from '@thresher/runtime/metrics';
import { createSearchClient } from '@thresher/search';
import { createDb, type Db } from '@thresher/store/database';
import { addWebhook } from '@thresher/store/changes';
import {
  changeSettings,
  findRunningRun,
  finishRun,
  lastRunStartedAt,
  listRuns,
  listSources,
  setPageAside,
  suspectRecords,
} from '@thresher/store/harvest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, log, openHarness, simulate, type Simulated } from '../harness.ts';
import { type SearchProxy, startSearchProxy } from '../search/search-proxy.ts';

/** A scrape of the API's /metrics: value by series. */
type Scrape = ReadonlyMap<string, number>;

async function scrape(db: Db, search: Harness['search'] | null): Promise<Scrape> {
  // A registry each time, so that no scrape shows what an earlier one has read.
  const metrics = createMetrics();
  addInstallationMetrics(metrics, { db, search });
  return samplesOf(await metrics.metrics());
}

function samplesOf(text: string): Scrape {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [sorted(line.slice(0, line.lastIndexOf(' '))), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

/** The order of labels means nothing. */
const sorted = (series: string): string => series.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').toSorted().join(',')}}`);

/** Waits on a fact, until the test's time is over. */
async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What an alert of infra/prometheus looks at moves when its cause is made to happen, and goes back with it. */
describe('metrics of an installation', { timeout: 120_000 }, () => {
  let proxy: SearchProxy;
  let harness: Harness;
  let sim: Simulated;
  /** Name of the simulator among the sources. */
  let source: string;
  const read = () => scrape(harness.db, harness.search);

  beforeAll(async () => {
    proxy = await startSearchProxy(process.env['ELASTICSEARCH_URL'] ?? '');
    harness = await openHarness({ elasticsearchUrl: proxy.url });
    sim = await simulate({ seed: 20, size: 230 });
    await harness.deps(sim.url);
    source = (await listSources(harness.db))[0]!.name;
  }, 120_000);
  afterAll(async () => {
    await sim[Symbol.asyncDispose]();
    await harness[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  }, 120_000);

  /** As a process of the installation: what this thread measures meanwhile is added to the totals. */
  async function counted<T>(work: () => Promise<T>): Promise<T> {
    await using resources = openResources({ DATABASE_URL: harness.databaseUrl }, log);
    await resources.db();
    return await work();
  }

  it('requests, pages and records are those of the simulator; a harvest that fails and one that succeeds are distinguished', async () => {
    const { host } = new URL(sim.url);
    sim.server.sim.faults.add([
      { fault: 'http-503', at: { page: 2 }, retryAfter: 1 },
      { fault: 'control-character', at: { page: 3 } },
    ]);
    const { state } = await counted(() => harness.harvest(sim.url));
    expect(state).toBe('complete');
    const after = await read();
    const requests = [...after].filter(([series]) => series.startsWith('thresher_source_requests_total'));
    expect(requests.reduce((sum, [, value]) => sum + value, 0)).toBe(sim.server.sim.log.counts().requests);
    expect(after.get(`thresher_source_requests_total{host="${host}",status="503"}`)).toBe(1);
    expect(after.get('thresher_pages_total{verb="ListRecords"}')).toBeGreaterThanOrEqual(5);
    expect(after.get('thresher_records_total{outcome="inserted"}')).toBe(229);
    expect(after.get('thresher_records_total{outcome="quarantined"}')).toBe(1);
    expect(after.get('thresher_quarantined_records')).toBe(1);
    expect(after.get('thresher_bulk_documents_total{outcome="indexed"}')).toBeGreaterThanOrEqual(229);
    expect(after.get('thresher_search_lag_seconds')).toBe(0);
    const [run] = await listRuns(harness.db, 1, 1);
    expect(after.get(`thresher_run_last_success_timestamp_seconds{kind="full",source="${source}"}`)).toBeCloseTo(
      run!.finished_at!.getTime() / 1_000,
      1,
    );
    expect(after.get(`thresher_run_last_failed{kind="full",source="${source}"}`)).toBe(0);
    // As a window that came short ends it.
    const shortened = harness.harvest(sim.url, {}, async () => {
      const running = await findRunningRun(harness.db, 1);
      if (running !== undefined) await finishRun(harness.db, running.id, 'incomplete', 'one window came short');
    });
    expect((await shortened).state).toBe('incomplete');
    const failed = await read();
    expect(failed.get(`thresher_run_last_failed{kind="full",source="${source}"}`)).toBe(1);
    expect(failed.get(`thresher_run_last_success_timestamp_seconds{kind="full",source="${source}"}`)).toBe(
      after.get(`thresher_run_last_success_timestamp_seconds{kind="full",source="${source}"}`),
    );
  });

  it('what waits for search, and what Elasticsearch refuses', async () => {
    const refused = [...sim.ledger().keys()][5]!;
    proxy.refuse = (id) => (id.endsWith(refused) ? { status: 400, type: 'document_parsing_exception', reason: 'no' } : null);
    proxy.answerBulk = 503;
    sim.repository.touch({ fraction: 1 }, Date.now());
    const stopped = Promise.withResolvers<Scrape>();
    const harvest = counted(() =>
      harness.harvest(sim.url, {}, async ({ waitingFor }) => {
        if (waitingFor === null) return;
        stopped.resolve(await until(read, (seen) => seen.get('thresher_pending_pages{state="stored"}')! > 0));
        proxy.answerBulk = null;
      }),
    );
    const during = await stopped.promise;
    expect(during.get('thresher_indexing_stopped')).toBe(1);
    expect(during.get('thresher_search_lag_seconds')).toBeGreaterThan(0);
    expect(during.get(`thresher_running_run_records{count="received",kind="full",source="${source}"}`)).toBeGreaterThan(0);
    await harvest;
    const after = await read();
    expect(after.get('thresher_indexing_stopped')).toBe(0);
    expect(after.get('thresher_search_lag_seconds')).toBe(0);
    expect(after.get('thresher_bulk_errors_total')).toBeGreaterThan(0);
    expect(after.get('thresher_bulk_retries_total')).toBeGreaterThan(0);
    expect(after.get('thresher_refused_documents')).toBe(1);
    proxy.refuse = () => null;
  });

  it('pages that nobody transforms, and those that are given up', async () => {
    const blocker = await harness.db.pool.connect();
    await blocker.query('begin; lock table public.record in share mode');
    sim.repository.touch({ fraction: 1 }, Date.now());
    const harvest = harness.harvest(sim.url);
    const during = await until(read, (seen) => seen.get('thresher_pending_pages{state="fetched"}')! > 0);
    expect(during.get('thresher_queue_oldest_age_seconds')).toBeGreaterThan(0);
    expect(during.get('thresher_windows{state="walking"}')! + during.get('thresher_windows{state="walked"}')!).toBeGreaterThan(0);
    await blocker.query('rollback');
    blocker.release();
    await harvest;
    expect((await read()).get('thresher_queue_oldest_age_seconds')).toBe(0);
    const page = await harness.db.selectFrom('harvest.page').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow();
    await harness.db.updateTable('harvest.page').set({ state: 'fetched' }).where('id', '=', page.id).execute();
    await setPageAside(harness.db, page.id, 'it kills its workers');
    expect((await read()).get('thresher_given_up_pages')).toBe(1);
    await harness.db.updateTable('harvest.page').set({ state: 'done' }).where('id', '=', page.id).execute();
  });

  it('a host that refuses this client, suspects, and webhooks that do not take their messages', async () => {
    const { host } = new URL(sim.url);
    const before = await read();
    expect(before.get(`thresher_source_blocked{host="${host}"}`)).toBe(0);
    expect(before.get('thresher_suspects{state="suspect"}')).toBe(0);
    sim.server.sim.faults.add([{ fault: 'http-403', rate: 1, at: { verb: 'Identify' } }]);
    await expect(counted(() => harness.harvest(sim.url))).rejects.toThrow('403');
    sim.server.sim.faults.clear();
    await suspectRecords(harness.db, { id: null, source_id: 1 }, [[...sim.ledger().keys()][0]!], { witness: 'test', says: 'x' });
    const hook = {
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      types: null,
      communities: null,
      after: { at: 0, recordId: 0, revision: 0 },
    };
    await addWebhook(harness.db, { ...hook, url: 'http://127.0.0.1:9/' });
    await counted(() =>
      sendWebhooks({ db: harness.db, log, userAgent: 'test', allowed: ['127.0.0.1'], delaysMs: [] }, new AbortController().signal),
    );
    await harness.db.updateTable('harvest.webhook').set({ disabled_reason: 'HTTP 410' }).execute();
    const after = await read();
    expect(after.get(`thresher_source_blocked{host="${host}"}`)).toBe(1);
    expect(after.get(`thresher_source_requests_total{host="${host}",status="403"}`)).toBe(1);
    expect(after.get('thresher_suspects{state="suspect"}')).toBe(1);
    expect(after.get('thresher_webhook_deliveries_total{outcome="failed"}')).toBeGreaterThan(0);
    expect(after.get('thresher_webhook_messages{state="failed"}')).toBeGreaterThan(0);
    expect(after.get('thresher_webhooks_disabled')).toBe(1);
  });

  it('workers serve what they measure, count the queue, and note when each schedule is due', async () => {
    const stop = new AbortController();
    const env = { DATABASE_URL: harness.databaseUrl, METRICS_PORT: '0' };
    const schedule = { cron: '0 4 * * *', timeZone: 'UTC' };
    await changeSettings(harness.db, 1, { schedules: { full: schedule } });
    await using resources = openResources(env, log);
    await using offered = await openMetrics(resources);
    const working = [startHarvester(resources, stop.signal), startTransformer(resources, 1, stop.signal)];
    const own = async () => samplesOf(await (await fetch(`${offered.url}/metrics`)).text());
    await until(own, (seen) => seen.get('thresher_queue_jobs{state="waiting"}') === 0);
    expect((await own()).get('thresher_server_up{server="queue"}')).toBe(1);
    expect((await own()).get('thresher_database_connections{state="idle"}')).toBeGreaterThanOrEqual(0);
    const next = `thresher_schedule_next_timestamp_seconds{kind="full",source="${source}"}`;
    const after = await until(read, (seen) => seen.has('thresher_queue_jobs{state="waiting"}') && seen.has(next));
    stop.abort(new Error('the test is over'));
    await Promise.allSettled(working);
    expect(after.get('thresher_server_up{server="queue"}')).toBe(1);
    const begun = await lastRunStartedAt(harness.db, 1, ['full']);
    expect(after.get(next)).toBe(nextTick(schedule, begun!).getTime() / 1_000);
    // No worker looks at the queue any more, so its last gauges are not shown as current.
    await harness.db
      .updateTable('harvest.metric')
      .set({ updated_at: new Date(Date.now() - 180_000) })
      .execute();
    expect((await read()).has('thresher_queue_jobs{state="waiting"}')).toBe(false);
  });

  it('servers that do not answer: the scrape does', async () => {
    expect(await read()).toSatisfy((seen: Scrape) =>
      ['postgresql', 'elasticsearch'].every((one) => seen.get(`thresher_server_up{server="${one}"}`) === 1),
    );
    expect(await scrape(harness.db, null)).toSatisfy((seen: Scrape) => !seen.has('thresher_server_up{server="elasticsearch"}'));
    await using nowhere = createDb('postgres://thresher:secret@127.0.0.1:9/thresher');
    const client = await createSearchClient('http://127.0.0.1:9', { maxRetries: 0 });
    const dead = await scrape(nowhere, { client, alias: 'x' });
    expect(dead.get('thresher_server_up{server="postgresql"}')).toBe(0);
    expect(dead.get('thresher_server_up{server="elasticsearch"}')).toBe(0);
    expect(dead.has('thresher_search_lag_seconds')).toBe(false);
    expect(dead.has('thresher_quarantined_records')).toBe(false);
  });
});
