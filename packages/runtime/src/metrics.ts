/** Label names and values of one series, such as `{ source: 'zenodo' }`. */
export type Labels = Readonly<Record<string, string>>;

/** Counts up. */
export interface Counter {
  inc(labels?: Labels, by?: number): void;
}

/** A value that goes up and down. */
export interface Gauge {
  set(value: number, labels?: Labels): void;
}

/** Counts observations by size; `seconds` or `bytes` belong in its name. */
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

/** The metrics of one process. */
export interface Metrics {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** A gauge whose value is asked for at each scrape. */
  gaugeOf(name: string, help: string, value: () => number): void;
  /** `buckets` are upper bounds, ascending; by default 1 ms to 60 s, for seconds. */
  histogram(name: string, help: string, buckets?: readonly number[]): Histogram;
  /** All series in the Prometheus text format 0.0.4. */
  text(): string;
}

/** The Content-Type of {@link Metrics.text}. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly lines: () => string[];
}

/** An empty registry. Names must be valid Prometheus names and may be used once; otherwise it throws. */
export function createMetrics(): Metrics {
  const families = new Map<string, Family>();
  const add = (family: Family): void => {
    if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(family.name)) throw new Error(`not a metric name: ${family.name}`);
    if (families.has(family.name)) throw new Error(`metric defined twice: ${family.name}`);
    families.set(family.name, family);
  };
  return {
    counter: (name, help) => addCounter(add, name, help),
    gauge: (name, help) => addGauge(add, name, help),
    gaugeOf: (name, help, value) => add({ name, help, type: 'gauge', lines: () => [`${name} ${value()}`] }),
    histogram: (name, help, buckets = SECONDS) => addHistogram(add, name, help, buckets),
    text: () => [...families.values()].flatMap(familyLines).join('\n') + '\n',
  };
}

type Add = (family: Family) => void;

function addCounter(add: Add, name: string, help: string): Counter {
  const values = new Map<string, number>();
  add({ name, help, type: 'counter', lines: () => sampleLines(name, values) });
  return {
    inc(labels = {}, by = 1) {
      if (by < 0) throw new Error(`a counter cannot go down: ${name}`);
      const key = labelText(labels);
      values.set(key, (values.get(key) ?? 0) + by);
    },
  };
}

function addGauge(add: Add, name: string, help: string): Gauge {
  const values = new Map<string, number>();
  add({ name, help, type: 'gauge', lines: () => sampleLines(name, values) });
  return { set: (value, labels = {}) => void values.set(labelText(labels), value) };
}

interface Distribution {
  readonly labels: Labels;
  /** One count per bucket, not yet cumulated. */
  readonly counts: number[];
  count: number;
  sum: number;
}

function addHistogram(add: Add, name: string, help: string, buckets: readonly number[]): Histogram {
  const distributions = new Map<string, Distribution>();
  add({ name, help, type: 'histogram', lines: () => [...distributions.values()].flatMap((d) => distributionLines(name, buckets, d)) });
  return {
    observe(value, labels = {}) {
      const key = labelText(labels);
      const known = distributions.get(key) ?? { labels, counts: buckets.map(() => 0), count: 0, sum: 0 };
      const bucket = buckets.findIndex((bound) => value <= bound);
      if (bucket >= 0) known.counts[bucket] = (known.counts[bucket] ?? 0) + 1;
      known.count += 1;
      known.sum += value;
      distributions.set(key, known);
    },
  };
}

function distributionLines(name: string, buckets: readonly number[], d: Distribution): string[] {
  let cumulated = 0;
  const lines = buckets.map((bound, i) => {
    cumulated += d.counts[i] ?? 0;
    return `${name}_bucket${labelText({ ...d.labels, le: String(bound) })} ${cumulated}`;
  });
  const plain = labelText(d.labels);
  return [
    ...lines,
    `${name}_bucket${labelText({ ...d.labels, le: '+Inf' })} ${d.count}`,
    `${name}_sum${plain} ${d.sum}`,
    `${name}_count${plain} ${d.count}`,
  ];
}

function familyLines({ name, help, type, lines }: Family): string[] {
  return [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`, ...lines()];
}

function sampleLines(name: string, values: ReadonlyMap<string, number>): string[] {
  return [...values].map(([labels, value]) => `${name}${labels} ${value}`);
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
