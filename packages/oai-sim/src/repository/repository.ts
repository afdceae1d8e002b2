import type { OaiSet } from '../corpus/communities.ts';
import { communitySet } from '../corpus/communities.ts';
import type { Corpus } from '../corpus/corpus.ts';
import { createDatestampIndex } from './datestamp-index.ts';
import { createGeneratedCorpus } from '../corpus/generated-corpus.ts';
import type { GeneratedCorpusOptions } from '../corpus/generated-corpus.ts';
import { createJournal, currentState } from './journal.ts';
import type { Journal, RecordState } from './journal.ts';
import type { ListedRecords, OpenList } from './list.ts';
import { hash } from '../random.ts';
import { formatSecond } from '../xml.ts';

/** How the repository behaves; the defaults are Zenodo's. */
export interface RepositorySettings {
  readonly repositoryName: string;
  readonly adminEmail: string;
  readonly pageSize: number;
  readonly setsPageSize: number;
  readonly tokenLifeMs: number;
  readonly deletedRecord: 'no' | 'transient' | 'persistent';
  readonly granularity: 'second' | 'day';
  /** `scroll`: a token advances a list on the server; `stateless`: it holds the place, so it can be repeated. */
  readonly tokens: 'scroll' | 'stateless';
  /** How many lists may be open at once before every list and GetRecord fail. */
  readonly scrollLimit: number;
  readonly earliestDatestamp: string;
}

export interface RepositoryOptions extends Partial<GeneratedCorpusOptions>, Partial<RepositorySettings> {
  /** Other records than generated ones. */
  readonly corpus?: Corpus;
}

/** Records by recid (or number in the corpus's own count) or OAI identifier, or a share of all that are present. */
export type Selection = readonly (number | string)[] | { readonly fraction: number };

export interface LedgerEntry {
  readonly identifier: string;
  readonly datestamp: string;
  readonly setSpecs: readonly string[];
  readonly deleted: boolean;
  readonly metadataVersion: number;
}

/** An OAI-PMH repository: immutable records, a journal of changes, and the lists that are open. */
export interface Repository extends ListedRecords {
  readonly settings: RepositorySettings;
  readonly seed: number;
  /** Lists that a scroll token can continue, and how many lists were ever opened. */
  readonly lists: { readonly open: Map<number, OpenList>; opened: number };
  /** How often records were viewed and downloaded beyond what their number and version say, by number. */
  readonly viewed: Map<number, number>;
  sets(): readonly OaiSet[];
  /** New datestamp and changed metadata. `at` is in milliseconds since 1970; returns how many records changed. */
  touch(selection: Selection, at: number): number;
  /** Adds views to the statistics, which changes neither metadata nor datestamp; returns how many records were viewed. */
  view(selection: Selection, count: number): number;
  /** Removed: no trace in lists with deletedRecord `no`, else a deleted header with datestamp `at`. */
  vanish(selection: Selection, at: number, trace?: 'deleted' | 'restricted'): number;
  /** Back with datestamp `at`. */
  restore(selection: Selection, at: number): number;
  /** Changes setSpec and, as on Zenodo, not the datestamp. */
  addToSet(selection: Selection, setSpec: string): number;
  removeFromSet(selection: Selection, setSpec: string): number;
  /** New records; returns their OAI identifiers. */
  create(count: number, at: number): string[];
  /** What the server holds now, record by record. */
  ledger(): Iterable<LedgerEntry>;
  /** How many records it holds now, deleted ones not counted. */
  count(): number;
}

export const DEFAULT_SETTINGS: RepositorySettings = {
  repositoryName: 'Zenodo',
  adminEmail: 'info@zenodo.org',
  pageSize: 50,
  setsPageSize: 50,
  tokenLifeMs: 120_000,
  deletedRecord: 'no',
  granularity: 'second',
  tokens: 'scroll',
  scrollLimit: 500,
  earliestDatestamp: '2014-02-03T14:41:33Z',
};

/** A seeded repository; by default 10,000 generated records and Zenodo's behaviour. */
export function createRepository(options: RepositoryOptions = {}): Repository {
  const seed = options.seed ?? 1;
  const { communities, end } = options;
  const corpus =
    options.corpus ??
    createGeneratedCorpus({
      seed,
      size: options.size ?? 10_000,
      ...(communities === undefined ? {} : { communities }),
      ...(end === undefined ? {} : { end }),
    });
  const settings = settingsFrom(options);
  const journal = createJournal();
  const viewed = new Map<number, number>();
  const state = { settings, seed, corpus, journal, index: createDatestampIndex(corpus.size, corpus.datestamp) };
  return {
    ...state,
    lists: { open: new Map(), opened: 0 },
    postings: new Map(),
    viewed,
    view: (selection, count) => {
      const chosen = [...selected(corpus, journal, selection, hash(seed, count, 72))];
      for (const number of chosen) viewed.set(number, (viewed.get(number) ?? 0) + count);
      return chosen.length;
    },
    ...mutations(corpus, journal, settings, seed),
    ...views(corpus, journal),
  };
}

function settingsFrom(options: RepositoryOptions): RepositorySettings {
  const chosen = Object.entries(options).filter(([name, value]) => name in DEFAULT_SETTINGS && value !== undefined);
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(chosen) };
}

type Mutations = Pick<Repository, 'touch' | 'vanish' | 'restore' | 'addToSet' | 'removeFromSet' | 'create'>;

function mutations(corpus: Corpus, journal: Journal, settings: RepositorySettings, seed: number): Mutations {
  let rounds = 0;
  const change = (
    selection: Selection,
    applies: (now: RecordState) => boolean,
    next: (now: RecordState) => Partial<RecordState>,
  ): number => {
    let changed = 0;
    for (const number of selected(corpus, journal, selection, hash(seed, ++rounds, 71))) {
      const now = currentState(corpus, journal, number);
      if (!applies(now)) continue;
      journal.add({ ...now, ...next(now) });
      changed++;
    }
    return changed;
  };
  return {
    touch: (selection, at) => change(selection, present, (now) => ({ datestamp: at, metadataVersion: now.metadataVersion + 1 })),
    vanish: (selection, at, trace = 'deleted') =>
      change(selection, present, () =>
        settings.deletedRecord === 'no' ? { status: 'gone', trace, datestamp: at } : { status: 'deleted', datestamp: at },
      ),
    restore: (selection, at) =>
      change(
        selection,
        (now) => !present(now),
        () => ({ status: 'present', trace: null, datestamp: at }),
      ),
    addToSet: (selection, setSpec) =>
      change(
        selection,
        (now) => present(now) && !now.setSpecs.includes(setSpec),
        (now) => ({ setSpecs: [...now.setSpecs, setSpec] }),
      ),
    removeFromSet: (selection, setSpec) =>
      change(
        selection,
        (now) => now.setSpecs.includes(setSpec),
        (now) => ({ setSpecs: now.setSpecs.filter((other) => other !== setSpec) }),
      ),
    create: (count, at) => {
      if (!corpus.growing) throw new RangeError('this corpus cannot grow');
      return Array.from({ length: count }, () => {
        const number = corpus.size + journal.createdCount(corpus.size);
        journal.add({ ...currentState(corpus, journal, number), datestamp: at });
        return corpus.identifier(number);
      });
    },
  };
}

function present(now: RecordState): boolean {
  return now.status === 'present';
}

function* selected(corpus: Corpus, journal: Journal, selection: Selection, salt: number): Iterable<number> {
  if (!('fraction' in selection)) {
    for (const wanted of selection) {
      const number = corpus.numberOf(String(wanted));
      if (number !== undefined && (number < corpus.size || journal.latest(number) !== undefined)) yield number;
    }
    return;
  }
  for (const number of numbers(corpus, journal)) if (hash(salt, number) < selection.fraction * 4294967296) yield number;
}

function* numbers(corpus: Corpus, journal: Journal): Iterable<number> {
  const end = corpus.size + journal.createdCount(corpus.size);
  for (let number = 0; number < end; number++) yield number;
}

function views(corpus: Corpus, journal: Journal): Pick<Repository, 'sets' | 'ledger' | 'count'> {
  return {
    sets: () => withAddedSets(corpus, journal),
    ledger: function* () {
      for (const number of numbers(corpus, journal)) {
        const { status, datestamp, setSpecs, metadataVersion } = currentState(corpus, journal, number);
        if (status === 'gone') continue;
        yield {
          identifier: corpus.identifier(number),
          datestamp: formatSecond(datestamp),
          setSpecs,
          deleted: status === 'deleted',
          metadataVersion,
        };
      }
    },
    count: () => {
      let count = corpus.size + journal.createdCount(corpus.size);
      for (const number of journal.firstPlaces.keys()) if (journal.latest(number)?.status !== 'present') count--;
      return count;
    },
  };
}

/** Sets that `addToSet` created follow those of the corpus. */
function withAddedSets(corpus: Corpus, journal: Journal): OaiSet[] {
  const sets = new Map(corpus.sets.map((set) => [set.setSpec, set]));
  for (const { setSpecs } of journal.entries) {
    for (const setSpec of setSpecs) if (!sets.has(setSpec)) sets.set(setSpec, communitySet(setSpec.replace(/^user-/, '')));
  }
  return [...sets.values()];
}
