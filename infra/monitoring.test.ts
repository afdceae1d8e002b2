import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApi } from '@thresher/api';
import { createLogger } from '@thresher/runtime';
import { addMeasures, addProcessMetrics, createMetrics } from '@thresher/runtime/metrics';
import { createDb } from '@thresher/store/database';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

// That the causes move the metrics is asserted in test/e2e/metrics.test.ts and packages/api/src/service.es.test.ts.

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string };
}
const { groups } = parse(read('infra/prometheus/alerts.yaml')) as { groups: { name: string; rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}
const { panels } = JSON.parse(read('infra/grafana/thresher.json')) as { panels: Panel[] };

/** The names of metrics in an expression. */
const namesIn = (expr: string): string[] => expr.match(/\b(?:thresher[_:]|nodejs_|process_)[a-zA-Z0-9_:]+/g) ?? [];

/** What the API and the workers export, in the forms that a histogram has. */
const exported = new Set<string>(rules.flatMap(({ record }) => record ?? []));

beforeAll(async () => {
  await using db = createDb('postgres://thresher:secret@127.0.0.1:9/thresher');
  const [ofApi, ofWorker] = [createMetrics(), createMetrics()];
  addProcessMetrics(ofApi);
  using _ = addMeasures(ofWorker);
  const app = buildApi({ db, search: null, log: createLogger({ level: 'silent' }), metrics: ofApi, version: '1', webRoot: null });
  await app.ready();
  await app.close();
  for (const { name } of [...ofApi.getMetricsAsArray(), ...ofWorker.getMetricsAsArray()])
    for (const suffix of ['', ...(name.endsWith('_seconds') ? ['_bucket', '_sum', '_count'] : [])]) exported.add(name + suffix);
});

test('every metric that an alert or the dashboard uses is exported', () => {
  const used = [...rules.map(({ expr }) => expr), ...panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr)].flatMap(
    namesIn,
  );
  expect(used.length).toBeGreaterThan(50);
  expect([...new Set(used)].filter((name) => !exported.has(name))).toEqual([]);
});

test('each alert has a severity, a sentence, and a paragraph in the operations guide that says what to do', () => {
  const alerts = rules.filter(({ alert }) => alert !== undefined);
  const headings = [...read('docs/operations.md').matchAll(/^### (Thresher\w+)$/gm)].map((match) => match[1]);
  expect(new Set(headings)).toEqual(new Set(alerts.map(({ alert }) => alert)));
  for (const { alert, labels, annotations } of alerts) {
    expect(labels?.severity, alert).toMatch(/^(critical|warning)$/);
    expect(annotations?.summary, alert).toMatch(/\.$/);
  }
});

test('each systemd unit starts a program of this checkout, and each worker serves its metrics where they are scraped', () => {
  const scrapes = parse(read('infra/prometheus/prometheus.yaml')) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  const ports = new Map(scrapes.scrape_configs.map((one) => [one.job_name, one.static_configs[0]!.targets[0]!.split(':')[1]]));
  for (const name of ['thresher-api', 'thresher-transformer', 'thresher-harvester']) {
    const unit = read(`infra/systemd/${name}.service`);
    const program = /^ExecStart=\/usr\/bin\/node (\S+)$/m.exec(unit)?.[1];
    expect(existsSync(join(root, program!)), name).toBe(true);
    expect(/^Environment=METRICS_PORT=(\d+)$/m.exec(unit)?.[1] ?? '8080', name).toBe(ports.get(name));
  }
});

test('the panels of the dashboard lie next to each other, and each has its queries', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  for (const { type, title, targets = [] } of panels) expect(targets.length > 0, title).toBe(type !== 'row');
});
