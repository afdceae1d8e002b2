import type { SimFile, SimReference, SimStats } from './extras.ts';
import { currentState } from '../repository/journal.ts';
import { dumpedRecord } from './rdm-record.ts';
import type { Repository } from '../repository/repository.ts';

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
  readonly awards: readonly SimAward[];
  /** Roles of creators by their place, from 0. */
  readonly creatorRoles: readonly { readonly position: number; readonly role: string }[];
}

/** An award in the order of the funding. */
export interface SimAward {
  readonly number: string;
  readonly acronym: string;
  readonly program: string;
}

interface ShownMetadata {
  readonly funding?: readonly { readonly award?: SimAward }[];
  readonly creators?: readonly { readonly role?: { readonly id: string } }[];
}

/** The records as they are now, one by one; deleted and private records are not in a dump. */
export function* factsLedger(repository: Repository): Generator<FactsEntry> {
  const { corpus, journal } = repository;
  const total = corpus.size + journal.createdCount(corpus.size);
  for (let number = 0; number < total; number++) {
    const state = currentState(corpus, journal, number);
    if (state.status !== 'present') continue;
    const { extras, access, json } = dumpedRecord(repository, state);
    const { funding = [], creators = [] } = json['metadata'] as ShownMetadata;
    const { stats, references, customFields, versionIndex, isLatest, swhid, embargoUntil } = extras;
    const files = access === 'open' ? extras.files : access === 'metadata-only' ? [] : null;
    const awards = funding.flatMap(({ award }) => (award === undefined ? [] : [award]));
    const creatorRoles = creators.flatMap(({ role }, position) => (role === undefined ? [] : [{ position, role: role.id }]));
    const place = { versionIndex, isLatest, swhid, embargoUntil };
    yield { identifier: corpus.identifier(number), files, stats, references, customFields, awards, creatorRoles, ...place };
  }
}
