import { MEASURES } from '@thresher/runtime';
import { addPoolMetrics, Counter, Gauge, type Metrics } from '@thresher/runtime/metrics';
import { listMetrics, nextTickMetric, readFigures, type Sample } from '@thresher/store/harvest';
import type { ApiDeps } from '../deps.ts';
import { type Check, checkReadiness } from './readiness.ts';

/** The figures of `readFigures`, and the ticks of schedules: what each is, and its labels. */
export const FIGURES: Readonly<Record<string, { readonly help: string; readonly labels: readonly string[] }>> = {
  thresher_quarantined_records: { help: 'Records that could not be read or stored.', labels: [] },
  thresher_suspects: { help: 'Records that a source seems to have lost, suspect or held for a person to decide.', labels: ['state'] },
  thresher_unindexed_records: {
    help: 'Records that changed without a page and still have to be sent to search; 1,000,000 means more.',
    labels: [],
  },
  thresher_refused_documents: { help: 'Records whose document Elasticsearch refuses.', labels: [] },
  thresher_indexing_stopped: { help: '1 while Elasticsearch accepts no documents, else 0.', labels: [] },
  thresher_pending_pages: { help: 'Pages that are fetched and not in PostgreSQL, or stored there and not in search.', labels: ['state'] },
  thresher_given_up_pages: { help: 'Pages that failed too often: thresher failures lists them.', labels: [] },
  thresher_queue_oldest_age_seconds: { help: 'Age of the oldest page that is not in PostgreSQL yet; 0 if there is none.', labels: [] },
  thresher_search_lag_seconds: { help: 'How long the oldest harvested change has not been searchable; 0 if all are.', labels: [] },
  thresher_windows: { help: 'Windows of the runs that are going on.', labels: ['state'] },
  thresher_running_run_records: {
    help: 'Records of the runs that are going on, dumps too: declared, received, stored, indexed.',
    labels: ['source', 'kind', 'count'],
  },
  thresher_run_last_success_timestamp_seconds: {
    help: 'When the last complete run of a source and kind ended, in seconds since 1970.',
    labels: ['source', 'kind'],
  },
  thresher_run_last_failed: {
    help: '1 if the last run of a source and kind ended incomplete or failed, else 0.',
    labels: ['source', 'kind'],
  },
  thresher_source_rate_limit_per_minute: { help: 'Requests per minute that a host permits.', labels: ['host'] },
  thresher_source_blocked: { help: '1 while nothing is sent to a host, since it refused this client, else 0.', labels: ['host'] },
  thresher_webhook_messages: { help: 'Messages to webhooks that are pending, or failed after the last try.', labels: ['state'] },
  thresher_webhooks_disabled: { help: 'Webhooks to which nothing is sent any more.', labels: [] },
  thresher_database_size_bytes: { help: 'Size of the database on disk.', labels: [] },
  [nextTickMetric]: { help: 'When a schedule has to begin its next run; in the past: it is overdue.', labels: ['source', 'kind'] },
};

/** A scrape costs three statements and one question to Elasticsearch; those within this time share them. */
const freshMs = 5_000;

/** Sets the samples of one metric, and drops those of before. */
type Show = (samples: readonly Sample[]) => void;

/**
 * Adds the state of the whole installation, read when it is asked for: what is in PostgreSQL, what all processes have counted, and
 * whether the servers answer. While PostgreSQL does not answer, `thresher_server_up` says so and the other figures are left out.
 */
export function addInstallationMetrics(metrics: Metrics, deps: Pick<ApiDeps, 'db' | 'search' | 'searchFault'>): void {
  const shows = new Map<string, Show>();
  const refresh = cached(freshMs, () => readAll(deps, shows));
  const collect = (): Promise<void> => refresh();
  const addGauge = (name: string, { help, labels }: { readonly help: string; readonly labels: readonly string[] }): void =>
    void shows.set(name, showIn(new Gauge<string>({ name, help, labelNames: [...labels], registers: [metrics], collect })));
  for (const measure of Object.values(MEASURES)) if (measure.type === 'gauge') addGauge(measure.name, measure);
  for (const [name, figure] of Object.entries(FIGURES)) addGauge(name, figure);
  for (const { name, help, labels } of Object.values(MEASURES).filter(({ type }) => type === 'counter')) {
    const counter = new Counter<string>({ name, help, labelNames: [...labels], registers: [metrics], collect });
    shows.set(name, (samples) => {
      counter.reset();
      for (const sample of samples) counter.inc(sample.labels, sample.value);
    });
  }
  addPoolMetrics(metrics, deps.db.pool);
}

function showIn(gauge: Gauge): Show {
  return (samples) => {
    gauge.reset();
    // Without labels, a reset leaves a zero that was not measured.
    if (samples.length === 0) gauge.remove({});
    for (const { labels, value } of samples) gauge.set(labels, value);
  };
}

async function readAll(deps: Pick<ApiDeps, 'db' | 'search' | 'searchFault'>, shows: ReadonlyMap<string, Show>): Promise<void> {
  const searchable = deps.search !== null;
  const gauges = Object.values(MEASURES).flatMap(({ type, name }) => (type === 'gauge' ? [name] : []));
  const [readiness, figures] = await Promise.all([
    checkReadiness(deps),
    Promise.all([readFigures(deps.db, searchable), listMetrics(deps.db, gauges)]).then(
      (read) => read.flat(),
      () => [],
    ),
  ]);
  const servers = [upSample('postgresql', readiness.postgres), upSample('elasticsearch', readiness.elasticsearch)].flat();
  const samples = Map.groupBy([...figures, ...servers], ({ name }) => name);
  for (const [name, show] of shows) show(samples.get(name) ?? []);
}

function upSample(server: string, { state }: Check): Sample[] {
  return state === 'not configured' ? [] : [{ name: MEASURES.serverUp.name, labels: { server }, value: state === 'ok' ? 1 : 0 }];
}

/** Calls share the one that is going on, or that ended less than `ms` ago. `work` must not reject. */
function cached(ms: number, work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> | null = null;
  let endedAt = Infinity;
  return () => {
    if (last === null || performance.now() - endedAt > ms) {
      endedAt = Infinity;
      last = work().finally(() => (endedAt = performance.now()));
    }
    return last;
  };
}
