import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createSeriesLimit, MEASURES, type MeasureName, onMeasurement } from './measure.ts';

export { Counter, Gauge, Histogram };

/** The metrics of one process. */
export type Metrics = Registry;

export const createMetrics = (): Metrics => new Registry();

/** Upper bounds in seconds, for what takes from a millisecond to a minute. */
export const SECONDS: number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Adds what every process shows: CPU, memory, event loop, garbage collection, handles. */
export function addProcessMetrics(metrics: Metrics): void {
  collectDefaultMetrics({ register: metrics });
}

/** Connections of a pool, as pg counts them. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Adds the connections to PostgreSQL of this process. */
export function addPoolMetrics(metrics: Metrics, pool: Pool): void {
  new Gauge({
    name: 'thresher_database_connections',
    help: 'Connections of this process to PostgreSQL, idle or busy, and statements that wait for one.',
    labelNames: ['state'],
    registers: [metrics],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
}

/** Adds what the stages of this process measure from now on, until disposed. */
export function addMeasures(metrics: Metrics): Disposable {
  const apply = new Map<MeasureName, (labels: Readonly<Record<string, string>>, value: number) => void>();
  for (const [measure, { type, name, help, labels }] of Object.entries(MEASURES)) {
    const options = { name, help, labelNames: [...labels], registers: [metrics] };
    if (type === 'counter') {
      const counter = new Counter<string>(options);
      apply.set(measure as MeasureName, (given, value) => counter.inc(given, value));
    } else if (type === 'gauge') {
      const gauge = new Gauge<string>(options);
      apply.set(measure as MeasureName, (given, value) => gauge.set(given, value));
    } else {
      const histogram = new Histogram<string>({ ...options, buckets: SECONDS });
      apply.set(measure as MeasureName, (given, value) => histogram.observe(given, value));
    }
  }
  const bounded = createSeriesLimit();
  return onMeasurement((measurement) => {
    const { measure, labels, value } = bounded(measurement);
    apply.get(measure)?.(labels, value);
  });
}
