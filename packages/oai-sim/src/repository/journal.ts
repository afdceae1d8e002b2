import type { Corpus, RecordVersion } from '../corpus/corpus.ts';

/** `gone`: removed without a trace (deletedRecord `no`), and how GetRecord then answers. */
export type RecordStatus = 'present' | 'deleted' | 'gone';

/** The state of a record after a change. */
export interface RecordState extends RecordVersion {
  readonly number: number;
  readonly status: RecordStatus;
  /** Whether GetRecord still finds a trace: a deleted record is a 500 there, a restricted one is not found. */
  readonly trace: 'deleted' | 'restricted' | null;
}

/** One change of one record. The journal only grows; a list remembers how much of it existed when it was opened. */
export interface JournalEntry extends RecordState {
  /** The place of the next entry of the same record. */
  supersededAt: number;
}

export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** The latest entry of a record. */
  latest(number: number): JournalEntry | undefined;
  /** The place of the first entry of each changed record: from there on its base version no longer counts. */
  readonly firstPlaces: ReadonlyMap<number, number>;
  /** How many records there are beyond the first `size`. */
  createdCount(size: number): number;
  add(entry: RecordState): void;
}

export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  const firstPlaces = new Map<number, number>();
  const lastPlaces = new Map<number, number>();
  let highest = -1;
  return {
    entries,
    firstPlaces,
    latest: (number) => entries[lastPlaces.get(number) ?? -1],
    createdCount: (size) => Math.max(0, highest + 1 - size),
    add: (entry) => {
      const place = entries.length;
      const before = entries[lastPlaces.get(entry.number) ?? -1];
      if (before === undefined) firstPlaces.set(entry.number, place);
      else before.supersededAt = place;
      lastPlaces.set(entry.number, place);
      highest = Math.max(highest, entry.number);
      entries.push({ ...entry, supersededAt: Infinity });
    },
  };
}

/** The present state of a record, changed or not. */
export function currentState(corpus: Corpus, journal: Journal, number: number): RecordState {
  return (
    journal.latest(number) ?? {
      number,
      status: 'present',
      trace: null,
      metadataVersion: 0,
      datestamp: corpus.datestamp(number),
      setSpecs: corpus.setSpecs(number),
    }
  );
}
