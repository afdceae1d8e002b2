import { channel } from 'node:diagnostics_channel';

/** One metric that the stages of a process feed while they work. */
interface Measure {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** By Prometheus' conventions: base units, `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** What the stages measure. Counters and gauges are also kept in `harvest.metric`, summed over all processes. */
export const MEASURES = {
  sourceRequests: {
    type: 'counter',
    name: 'thresher_source_requests_total',
    help: 'Requests sent to sources, by host and HTTP status; status none: no whole answer arrived.',
    labels: ['host', 'status'],
  },
  sourceSeconds: {
    type: 'histogram',
    name: 'thresher_source_request_duration_seconds',
    help: 'Time from a request to a source to the end of its answer.',
    labels: ['host'],
  },
  pages: {
    type: 'counter',
    name: 'thresher_pages_total',
    help: 'Answers with records that were stored, by OAI-PMH verb.',
    labels: ['verb'],
  },
  records: {
    type: 'counter',
    name: 'thresher_records_total',
    help: 'Records taken from pages, by what became of them: inserted, changed, unchanged, stale, deleted, quarantined.',
    labels: ['outcome'],
  },
  stageSeconds: {
    type: 'histogram',
    name: 'thresher_stage_duration_seconds',
    help: 'Time of a batch of pages in a stage: map (bytes to records), write (PostgreSQL), index (Elasticsearch).',
    labels: ['stage'],
  },
  bulkDocuments: {
    type: 'counter',
    name: 'thresher_bulk_documents_total',
    help: 'Documents and deletions sent to Elasticsearch, by what became of them: indexed, deleted, stale, refused, waiting.',
    labels: ['outcome'],
  },
  bulkRetries: {
    type: 'counter',
    name: 'thresher_bulk_retries_total',
    help: 'Documents sent to Elasticsearch again, since it was busy.',
    labels: [],
  },
  bulkErrors: {
    type: 'counter',
    name: 'thresher_bulk_errors_total',
    help: 'Bulk requests that failed as a whole.',
    labels: [],
  },
  webhookTries: {
    type: 'counter',
    name: 'thresher_webhook_deliveries_total',
    help: 'Messages sent to webhooks, by how that ended: delivered, again, failed, unwanted.',
    labels: ['outcome'],
  },
  pruned: {
    type: 'counter',
    name: 'thresher_pruned_total',
    help: 'Rows deleted since they were older than the retention policy allows: pages (their bytes), revisions, steps of communities, deliveries.',
    labels: ['what'],
  },
  queueJobs: {
    type: 'gauge',
    name: 'thresher_queue_jobs',
    help: 'Pages in the transform queue, by state of their job. Not exported if no worker has looked for two minutes.',
    labels: ['state'],
  },
  serverUp: {
    type: 'gauge',
    name: 'thresher_server_up',
    help: 'Whether a server answers (1) or not (0): postgresql, elasticsearch, queue (Redis or PostgreSQL).',
    labels: ['server'],
  },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof MEASURES;
type Labels<Name extends MeasureName> = Readonly<Record<(typeof MEASURES)[Name]['labels'][number], string>>;

/** One event. `value` is added to a counter, set in a gauge, and observed in a histogram. */
export interface Measurement {
  readonly measure: MeasureName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Node's way for code to report figures without knowing the reader; without a reader it costs nothing. Each thread has a separate one. */
const measurements = channel('thresher:measurement');

/** Reports an event to whatever reads the measurements of this thread. */
export function measure<Name extends MeasureName>(name: Name, labels: Labels<Name>, value = 1): void {
  passOn({ measure: name, labels, value });
}

/** Reports an event that another thread measured. */
export function passOn(measurement: Measurement): void {
  if (measurements.hasSubscribers) measurements.publish(measurement);
}

/** Reads the measurements of this thread until disposed. */
export function onMeasurement(listener: (measurement: Measurement) => void): Disposable {
  const heard = (message: unknown): void => listener(message as Measurement);
  measurements.subscribe(heard);
  return { [Symbol.dispose]: () => measurements.unsubscribe(heard) };
}

/** The time of `work` in a stage, whether it succeeds or fails. */
export async function measureStage<T>(stage: 'map' | 'write' | 'index', work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    measure('stageSeconds', { stage }, (performance.now() - start) / 1_000);
  }
}

const mostSeries = 500;

/**
 * Bounds the number of series of a measure: a server may answer with any status, and a host is a name that somebody typed. From
 * the 501st on all labels are `other`.
 */
export function createSeriesLimit(most: number = mostSeries): (measurement: Measurement) => Measurement {
  const seen = new Map<MeasureName, Set<string>>();
  return (measurement) => {
    const known = seen.get(measurement.measure) ?? new Set();
    seen.set(measurement.measure, known);
    const key = JSON.stringify(Object.values(measurement.labels));
    if (!known.has(key) && known.size >= most)
      return { ...measurement, labels: Object.fromEntries(Object.keys(measurement.labels).map((label) => [label, 'other'])) };
    known.add(key);
    return measurement;
  };
}
