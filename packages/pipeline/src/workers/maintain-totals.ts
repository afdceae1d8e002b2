import { createSeriesLimit, type Measurement, MEASURES, onMeasurement, type Report } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { addCounts, type Sample, setGauges } from '@thresher/store/harvest';

/** The counts of a process on their way to the totals of the installation. */
export interface Totals {
  /** Starts to write them every few seconds. */
  keepIn(db: Db): void;
  /** Writes the last counts. */
  end(): Promise<void>;
}

const writeEveryMs = 5_000;

/** Measurements since the last write, by series. */
interface Batch {
  readonly counts: Map<string, Sample>;
  readonly gauges: Map<string, Sample>;
}

const emptyBatch = (): Batch => ({ counts: new Map(), gauges: new Map() });

const keyOf = ({ name, labels }: Sample): string => JSON.stringify([name, labels]);

function addCount({ counts }: Batch, sample: Sample): void {
  const key = keyOf(sample);
  counts.set(key, { ...sample, value: sample.value + (counts.get(key)?.value ?? 0) });
}

/** Adds a measurement to a batch. Histograms are of their process alone. */
function addMeasurement(batch: Batch, { measure, labels, value }: Measurement): void {
  const { type, name } = MEASURES[measure];
  const sample = { name, labels, value };
  if (type === 'counter') addCount(batch, sample);
  else if (type === 'gauge') batch.gauges.set(keyOf(sample), sample);
}

/**
 * Collects what this thread measures, and adds it to the totals in `harvest.metric` once there is a database. A process that is
 * killed loses what it counted in the last seconds: the ledger of windows and pages is exact, these totals are for curves.
 */
export function maintainTotals(report: Report): Totals {
  const bounded = createSeriesLimit();
  let batch = emptyBatch();
  let database: Db | null = null;
  let writing = Promise.resolve();
  const measuring = onMeasurement((measurement) => addMeasurement(batch, bounded(measurement)));
  const write = async (db: Db): Promise<void> => {
    const { counts, gauges } = batch;
    batch = emptyBatch();
    try {
      await addCounts(db, [...counts.values()]);
    } catch (error) {
      for (const sample of counts.values()) addCount(batch, sample);
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
