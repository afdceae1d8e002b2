import { expect, onTestFinished, test } from 'vitest';
import { createSeriesLimit, measure, MEASURES, onMeasurement } from './measure.ts';
import { addMeasures, addProcessMetrics, createMetrics } from './metrics.ts';
import { serveMetrics } from './serve-metrics.ts';

test('names follow the conventions of Prometheus', () => {
  for (const { name, type, help, labels } of Object.values(MEASURES)) {
    expect(name).toMatch(
      { counter: /^thresher_[a-z_]+_total$/, histogram: /^thresher_[a-z_]+_seconds$/, gauge: /^thresher_[a-z_]+(?<!_total)$/ }[type],
    );
    expect(help).toMatch(/\.$/);
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  }
});

test('what is measured is counted, set and observed until disposed, and each metric once', async () => {
  const metrics = createMetrics();
  addProcessMetrics(metrics);
  const measures = addMeasures(metrics);
  measure('sourceRequests', { host: 'zenodo.org', status: '200' });
  measure('sourceRequests', { host: 'zenodo.org', status: '200' }, 2);
  measure('queueJobs', { state: 'waiting' }, 7);
  measure('queueJobs', { state: 'waiting' }, 3);
  measure('stageSeconds', { stage: 'map' }, 0.02);
  measures[Symbol.dispose]();
  measure('queueJobs', { state: 'waiting' }, 99);
  const lines = (await metrics.metrics()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'thresher_source_requests_total{host="zenodo.org",status="200"} 3',
      'thresher_queue_jobs{state="waiting"} 3',
      'thresher_stage_duration_seconds_bucket{le="0.01",stage="map"} 0',
      'thresher_stage_duration_seconds_bucket{le="0.025",stage="map"} 1',
      'thresher_stage_duration_seconds_count{stage="map"} 1',
    ]),
  );
  const names = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds']),
  );
});

test('the number of series of a measure is bounded, whatever a server answers', () => {
  const bounded = createSeriesLimit(2);
  const statusOf = (status: string): string | undefined => {
    let seen: string | undefined;
    using _ = onMeasurement((it) => (seen = bounded(it).labels['status']));
    measure('sourceRequests', { host: 'a', status });
    return seen;
  };
  expect(['200', '503', '299', '200', '298'].map(statusOf)).toEqual(['200', '503', 'other', '200', 'other']);
});

test('a worker serves its metrics, says that it runs, and what it lacks', async () => {
  const metrics = createMetrics();
  using _ = addMeasures(metrics);
  measure('pages', { verb: 'ListRecords' }, 5);
  let faults: string[] = ['PostgreSQL does not answer'];
  const server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0, faults: async () => faults });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const get = async (path: string) => {
    const reply = await fetch(server.url + path);
    return [reply.status, await reply.text()] as const;
  };
  const [status, body] = await get('/metrics');
  expect(status).toBe(200);
  expect(body).toContain('thresher_pages_total{verb="ListRecords"} 5\n');
  expect(await get('/healthz')).toEqual([200, 'ok\n']);
  expect(await get('/readyz')).toEqual([503, 'PostgreSQL does not answer\n']);
  faults = [];
  expect(await get('/readyz')).toEqual([200, 'ready\n']);
  expect((await get('/'))[0]).toBe(404);
  const port = Number(new URL(server.url).port);
  await expect(serveMetrics(metrics, { host: '127.0.0.1', port, faults: async () => [] })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
