import { createSeriesLimit, type Measurement, MEASURES, onMeasurement, type Report } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { addCounts, type Sample, setGauges } from '@thresher/store/harvest';

/** The counts of a process on their way to the totals of the installation. */
export interface Totals {
  /** Starts to write them every few seconds. */
  keepIn(db: Db): void;
  /** Writes what is left, and ends. */
  end(): Promise<void>;
}

const writeEveryMs = 5_000;

/** What came of measurements since it was last emptied, by series. */
interface Batch {
  readonly counts: ReadonlyMap<string, Sample>;
  readonly gauges: ReadonlyMap<string, Sample>;
}

/** Adds a measurement to a batch. Histograms are of their process alone. Pure. */
export function addTo({ counts, gauges }: Batch, { measure, labels, value }: Measurement): Batch {
  const { type, name } = MEASURES[measure];
  const key = JSON.stringify([name, labels]);
  if (type === 'counter')
    return { gauges, counts: new Map([...counts, [key, { name, labels, value: (counts.get(key)?.value ?? 0) + value }]]) };
  return type === 'gauge' ? { counts, gauges: new Map([...gauges, [key, { name, labels, value }]]) } : { counts, gauges };
}

const none: Batch = { counts: new Map(), gauges: new Map() };

/**
 * Collects what this thread measures, and adds it to the totals in `harvest.metric` once there is a database. A process that is
 * killed loses what it counted in the last seconds: the ledger of windows and pages is exact, these totals are for curves.
 */
export function keepTotals(report: Report): Totals {
  const bounded = createSeriesLimit();
  let batch = none;
  let database: Db | null = null;
  let writing = Promise.resolve();
  const measuring = onMeasurement((measurement) => (batch = addTo(batch, bounded(measurement))));
  const write = async (db: Db): Promise<void> => {
    const { counts, gauges } = batch;
    batch = none;
    try {
      await addCounts(db, [...counts.values()]);
    } catch (error) {
      for (const [key, sample] of counts)
        batch = {
          ...batch,
          counts: new Map([...batch.counts, [key, { ...sample, value: sample.value + (batch.counts.get(key)?.value ?? 0) }]]),
        };
      throw error;
    }
    await setGauges(db, [...gauges.values()]);
  };
  const writeNext = (): Promise<void> =>
    (writing = writing.then(async () => {
      if (database !== null) await write(database).catch((error: unknown) => report(error, 'metrics could not be added to the totals'));
    }));
  let timer: NodeJS.Timeout | undefined;
  return {
    keepIn(db) {
      database = db;
      timer ??= setInterval(() => void writeNext(), writeEveryMs).unref();
    },
    async end() {
      clearInterval(timer);
      measuring[Symbol.dispose]();
      await writeNext();
    },
  };
}
