import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';
import { addProcessMetrics } from './process-metrics.ts';

test('counters and gauges keep one series per set of labels', () => {
  const metrics = createMetrics();
  const pages = metrics.counter('pages_total', 'pages stored');
  pages.inc({ source: 'zenodo' });
  pages.inc({ source: 'zenodo' }, 2);
  pages.inc({ source: 'other' });
  metrics.gauge('open_windows', 'windows being walked').set(3);
  expect(metrics.text()).toBe(
    [
      '# HELP pages_total pages stored',
      '# TYPE pages_total counter',
      'pages_total{source="zenodo"} 3',
      'pages_total{source="other"} 1',
      '# HELP open_windows windows being walked',
      '# TYPE open_windows gauge',
      'open_windows 3',
      '',
    ].join('\n'),
  );
});

test('histogram buckets are cumulative and +Inf holds all', () => {
  const metrics = createMetrics();
  const seconds = metrics.histogram('request_seconds', 'time to the last byte', [0.1, 1]);
  for (const value of [0.1, 0.5, 7]) seconds.observe(value, { verb: 'Identify' });
  expect(metrics.text().split('\n').slice(2, -1)).toEqual([
    'request_seconds_bucket{verb="Identify",le="0.1"} 1',
    'request_seconds_bucket{verb="Identify",le="1"} 2',
    'request_seconds_bucket{verb="Identify",le="+Inf"} 3',
    'request_seconds_sum{verb="Identify"} 7.6',
    'request_seconds_count{verb="Identify"} 3',
  ]);
});

test('label values and help texts are escaped', () => {
  const metrics = createMetrics();
  metrics.counter('faults_total', 'two\nlines').inc({ code: 'a"b\\c\nd' });
  expect(metrics.text()).toContain('# HELP faults_total two\\nlines\n');
  expect(metrics.text()).toContain('faults_total{code="a\\"b\\\\c\\nd"} 1\n');
});

test('a wrong or repeated name and a falling counter are refused', () => {
  const metrics = createMetrics();
  const counter = metrics.counter('a_total', '');
  expect(() => metrics.gauge('a_total', '')).toThrow('twice');
  expect(() => metrics.gauge('a-b', '')).toThrow('not a metric name');
  expect(() => counter.inc({}, -1)).toThrow('cannot go down');
});

test('process metrics are finite numbers', () => {
  const metrics = createMetrics();
  addProcessMetrics(metrics);
  const values = metrics
    .text()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => Number(line.split(' ')[1]));
  expect(values).toHaveLength(5);
  expect(values.every(Number.isFinite)).toBe(true);
});
