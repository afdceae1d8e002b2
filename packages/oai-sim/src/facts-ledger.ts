import type { SimFile, SimReference, SimStats } from './extras.ts';
import { currentState } from './journal.ts';
import { dumpedRecord } from './rdm-record.ts';
import type { Repository } from './repository.ts';

/** What the JSON dump has to say of a record beyond its DataCite metadata. */
export interface FactsEntry {
  readonly identifier: string;
  /** Null if the source does not show them. */
  readonly files: readonly SimFile[] | null;
  readonly stats: SimStats;
  readonly references: readonly SimReference[];
  readonly customFields: Readonly<Record<string, unknown>>;
  readonly versionIndex: number;
  readonly isLatest: boolean;
  readonly swhid: string | null;
  readonly embargoUntil: string | null;
}

/** Record by record what there is now; deleted and private records are not in a dump. */
export function* factsLedger(repository: Repository): Generator<FactsEntry> {
  const { corpus, journal } = repository;
  const total = corpus.size + journal.createdCount(corpus.size);
  for (let number = 0; number < total; number++) {
    const state = currentState(corpus, journal, number);
    if (state.status !== 'present') continue;
    const { extras, access } = dumpedRecord(repository, state);
    const { stats, references, customFields, versionIndex, isLatest, swhid, embargoUntil } = extras;
    const files = access === 'open' ? extras.files : access === 'metadata-only' ? [] : null;
    yield { identifier: corpus.identifier(number), files, stats, references, customFields, versionIndex, isLatest, swhid, embargoUntil };
  }
}
