import { refresh } from '@thresher/search';
import type { Db } from '@thresher/store/database';
import {
  addCoverage,
  arrivedRecords,
  listRuns,
  listWindows,
  maxPageTries,
  type Run,
  type Source,
  windowCoverage,
} from '@thresher/store/harvest';
import { type Backlog, backlogOf, identifiersOf } from '@thresher/store/read';
import { compareIndex, type IndexDifferences } from '../indexing/compare-index.ts';
import type { SearchTarget } from '../indexing/index-records.ts';

/** A difference between the counts, and the command that repairs it. */
export interface CheckFault {
  readonly code:
    | 'never-complete'
    | 'run-unfinished'
    | 'windows-short'
    | 'pages-pending'
    | 'pages-failed'
    | 'rows-missing'
    | 'documents-missing'
    | 'documents-stale'
    | 'documents-orphaned'
    | 'documents-refused'
    | 'sources-unknown'
    | 'quarantined'
    | 'held';
  readonly count: number;
  readonly sentence: string;
  readonly command: string;
  /** OAI identifiers of the first of them, if they are records. */
  readonly examples: readonly string[];
}

/** Records declared, received and stored, for one source. */
export interface SourceCheck extends Backlog {
  readonly source: string;
  /** The last full run, and the runs that updated it since. */
  readonly runs: readonly number[];
  readonly declared: number | null;
  /** Different identifiers. */
  readonly received: number;
  readonly shortWindows: number;
  /** Records that arrived and have no row. */
  readonly notStored: number;
  /** Null if there is no index. */
  readonly index: IndexDifferences | null;
  readonly faults: readonly CheckFault[];
}

type Facts = Omit<SourceCheck, 'faults'> & {
  readonly running: Run | null;
  readonly missingRows: readonly string[];
  readonly documentExamples: Readonly<Record<'missing' | 'stale', readonly string[]>>;
};

/** Checks a source against its own ledger, record by record. Sends no request to the source, and changes nothing. */
export async function checkSource(db: Db, search: SearchTarget | null, source: Source, signal: AbortSignal): Promise<SourceCheck> {
  const { running, settled } = runsToCheck(await listRuns(db, source.id, mostRuns));
  const arrived = await checkRuns(db, source.id, settled, signal);
  if (search !== null) await refresh(search.client, search.alias);
  const index = search === null ? null : await compareIndex(db, search, source.id, signal);
  const facts: Facts = {
    source: source.name,
    runs: settled.map((run) => run.id),
    ...arrived,
    ...(await backlogOf(db, source.id, search !== null, maxPageTries)),
    index,
    running,
    documentExamples: {
      missing: await identifiersOf(db, index?.missing.first.slice(0, exampleCount) ?? []),
      stale: await identifiersOf(db, index?.stale.first.slice(0, exampleCount) ?? []),
    },
  };
  const { running: _, missingRows: __, documentExamples: ___, ...check } = facts;
  return { ...check, faults: faultsOf(facts) };
}

const mostRuns = 10_000;
const exampleCount = 10;

/** The last full harvest that ended, and the runs that ended since, the oldest first. */
export function runsToCheck(newestFirst: readonly Run[]): { readonly running: Run | null; readonly settled: readonly Run[] } {
  const ended = newestFirst.filter((run) => run.kind !== 'check' && (run.state === 'complete' || run.state === 'incomplete'));
  const whole = ended.findIndex((run) => run.kind === 'full' || run.kind === 'dump');
  return {
    running: newestFirst.find((run) => run.state === 'running') ?? null,
    settled: (whole < 0 ? ended : ended.slice(0, whole + 1)).toReversed(),
  };
}

async function checkRuns(db: Db, sourceId: number, runs: readonly Run[], signal: AbortSignal) {
  const windows = (await Promise.all(runs.map((run) => windowCoverage(db, run.id)))).flat();
  const { declared, distinct } = addCoverage(windows);
  const missingRows: string[] = [];
  let notStored = 0;
  for (const run of runs)
    for (const window of await listWindows(db, run.id, ['complete', 'short', 'failed'])) {
      signal.throwIfAborted();
      for await (const records of arrivedRecords(db, sourceId, window)) {
        const missing = records.filter((record) => record.fetched && !record.stored);
        notStored += missing.length;
        missingRows.push(...missing.slice(0, exampleCount - missingRows.length).map((record) => record.identifier));
      }
    }
  const shortWindows = windows.filter(({ state }) => state === 'short' || state === 'failed').length;
  return { declared, received: distinct, shortWindows, notStored, missingRows };
}

const counted = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
const are = (n: number): string => (n === 1 ? 'is' : 'are');

/** The differences. Pure. */
export function faultsOf(facts: Facts): CheckFault[] {
  const { source } = facts;
  const faults: CheckFault[] = [];
  const add = (code: CheckFault['code'], count: number, sentence: string, command: string, examples: readonly string[] = []): void => {
    if (count > 0) faults.push({ code, count, sentence, command, examples });
  };
  const { running, shortWindows: short, pendingPages, failedPages, notStored, quarantined, held } = facts;
  if (running !== null)
    add('run-unfinished', 1, `run ${running.id} of ${source} (${running.kind}) is not finished: figures move`, commandOf(running, source));
  add('never-complete', facts.runs.length === 0 ? 1 : 0, `no harvest of ${source} has ended yet`, `thresher harvest ${source}`);
  add('windows-short', short, `${counted(short, 'window')} of ${source} came short`, `thresher harvest ${source} --only-short`);
  const waiting = pendingPages - failedPages;
  add('pages-pending', waiting, `${counted(waiting, 'page')} of ${source} ${are(waiting)} not transformed yet`, 'thresher work');
  add(
    'pages-failed',
    failedPages,
    `${counted(failedPages, 'page')} of ${source} could not be transformed`,
    `thresher replay ${source} --failed`,
  );
  add(
    'rows-missing',
    notStored,
    `${counted(notStored, 'record')} of ${source} arrived and ${are(notStored)} not in SQL`,
    `thresher replay ${source}`,
    facts.missingRows,
  );
  addIndexFaults(facts, add);
  add('quarantined', quarantined, `${counted(quarantined, 'record')} of ${source} could not be read`, `thresher failures ${source}`);
  add('held', held, `${counted(held, 'record')} of ${source} may be gone, which a person has to say`, `thresher suspects ${source}`);
  return faults;
}

function addIndexFaults(
  { source, index, unindexed, refused, documentExamples }: Facts,
  add: (code: CheckFault['code'], count: number, sentence: string, command: string, examples?: readonly string[]) => void,
): void {
  if (index === null) return;
  const { missing, stale, orphaned } = index;
  add(
    'documents-refused',
    refused,
    `${counted(refused, 'document')} of ${source} ${are(refused)} refused by Elasticsearch, and so missing in search or not as in SQL`,
    `thresher failures ${source}`,
  );
  const note = unindexed > 0 ? `; ${counted(unindexed, 'record')} wait to be sent, which a worker does by itself` : '';
  const faults = missing.count + stale.count + orphaned.count;
  const command = unindexed >= faults ? 'thresher work' : refused >= faults ? `thresher failures ${source}` : 'thresher reindex';
  add(
    'documents-missing',
    missing.count,
    `${counted(missing.count, 'record')} of ${source} ${are(missing.count)} not in search${note}`,
    command,
    documentExamples.missing,
  );
  add(
    'documents-stale',
    stale.count,
    `${counted(stale.count, 'document')} of ${source} in search ${are(stale.count)} not as SQL has the record${note}`,
    command,
    documentExamples.stale,
  );
  add(
    'documents-orphaned',
    orphaned.count,
    `${counted(orphaned.count, 'document')} in search ${are(orphaned.count)} of no live record of ${source}${note}`,
    command,
  );
}

const commandOf = ({ kind }: Run, source: string): string =>
  kind === 'incremental' || kind === 'membership'
    ? `thresher sync ${source}`
    : kind === 'check'
      ? `thresher check-suspects ${source}`
      : `thresher harvest ${source}${kind === 'dump' ? ' --from-dump FILE' : ''}`;
