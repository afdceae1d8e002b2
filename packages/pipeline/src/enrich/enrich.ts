import { createDispatcher, type Outbound, type Transport, undiciTransport } from '@thresher/oai';
import { createReport, type Logger } from '@thresher/runtime';
import { matchRecordIds } from '@thresher/search';
import { type Db, retryLost } from '@thresher/store/database';
import { confirmGone, listSuspects, type Source, suspectRecords } from '@thresher/store/harvest';
import { type FetchCandidate, type FetchChoice, noteNotShown, readFetched, recordsToFetch, saveFetched } from '@thresher/store/read';
import { refusalOf, writeFacts } from '@thresher/store/write';
import type { RestRecord } from './rest-record.ts';
import { askRest, askRestMany, recordsPerRequest, recordsUrlOf, type RestAnswer, type RestEndpoint } from './ask-rest.ts';
import type { HostRateLimit } from '../requests/host-rate-limit.ts';
import { openSourceRateLimit } from '../harvest/source-rate-limit.ts';
import type { HarvestDeps } from '../harvest-deps.ts';
import type { SearchTarget } from '../indexing/index-records.ts';
import { untilIndexed } from '../indexing/until-indexed.ts';
import { HarvestStoppedError } from '../walk/walk-window.ts';

export interface EnrichDeps extends Outbound, Pick<HarvestDeps, 'liftBlock'> {
  readonly db: Db;
  readonly search: SearchTarget | null;
  readonly log: Logger;
}

export interface EnrichOptions {
  /** Only members of these sets; empty: all. */
  readonly setSpecs: readonly string[];
  /** Only what this search finds, which needs an index; null: no search. */
  readonly query: string | null;
  /** Most records to ask for; null: all. */
  readonly limit: number | null;
  /** Facts older than this, in seconds, are fetched again; those of records that changed since are fetched in any case. */
  readonly olderThanSeconds: number;
  /** Requests per minute; null: what is known of the host. */
  readonly rate: number | null;
}

export interface EnrichCounts {
  asked: number;
  /** Fetched for the first time. */
  new: number;
  changed: number;
  unchanged: number;
  /** The source has them no more: suspects now, or, where they were that, deleted. */
  gone: number;
  /** The source does not show them. */
  refused: number;
  /** It did not say: they are asked for again the next time. */
  unclear: number;
}

/** 30 days: files change with their record, and statistics slowly. */
export const defaultAgeSeconds = 30 * 86_400;

/** Requests under way at a time; their pace is that of the host. */
const lanes = 4;
const portion = 500;
/** After this many searches in a row that show none of the wanted records, records are requested one by one. */
const mostFruitless = 3;
/** After this many unusable answers in a row the API counts as unavailable. */
const mostUnclear = 20;
const mostRefused = 50;

/**
 * Fetches files and statistics of records from the REST API of their source, up to 25 with one search and one by one what
 * that does not show, within the rate limit of the host. Interrupted it continues where it was, as records that were fetched are not requested again.
 *
 * @throws HarvestStoppedError where the source does not answer as such an API does; HostBlockedError; QueryError; the signal's reason.
 */
export async function enrich(
  deps: EnrichDeps,
  source: Source,
  options: EnrichOptions,
  onProgress: (counts: Readonly<EnrichCounts>) => void,
  signal: AbortSignal,
): Promise<EnrichCounts> {
  const dispatcher = createDispatcher(10_000, { trusted: [source.base_url], allowed: deps.allowed ?? [] });
  try {
    const transport = undiciTransport(dispatcher);
    const job = await retryLost(
      () => openJob(deps, source, options, transport, onProgress, signal),
      () => {},
      signal,
    );
    const portions = inPortions(job, chosen(deps, source, options, signal));
    await Promise.all(Array.from({ length: lanes }, () => work(job, portions)));
    await settleGone(job);
    job.counts.unclear += job.gone.length;
    await retryLost(
      () => untilIndexed(deps, signal),
      () => {},
      signal,
    );
    return job.counts;
  } finally {
    await dispatcher.close();
  }
}

/** What the lanes share. */
interface Job {
  readonly deps: EnrichDeps;
  readonly source: Source;
  readonly endpoint: RestEndpoint;
  readonly hostRateLimit: HostRateLimit;
  readonly suspects: ReadonlySet<string>;
  readonly counts: EnrichCounts;
  /** Not believed before another record was shown: it might be the API that is gone. */
  readonly gone: { readonly candidate: FetchCandidate; readonly status: 404 | 410 }[];
  readonly limit: number;
  readonly inARow: { unclear: number; refused: number; fruitless: number };
  readonly onProgress: (counts: Readonly<EnrichCounts>) => void;
  /** Aborted by the caller, or by the first lane that fails. */
  readonly stop: AbortController;
  readonly signal: AbortSignal;
  /** Writes to the database, and again if the connection was lost: each may be done twice. */
  readonly write: <T>(statement: () => Promise<T>) => Promise<T>;
}

async function openJob(
  deps: EnrichDeps,
  source: Source,
  options: EnrichOptions,
  transport: Transport,
  onProgress: Job['onProgress'],
  signal: AbortSignal,
): Promise<Job> {
  const hostRateLimit = await openSourceRateLimit(deps, source, options.rate);
  const suspects = await listSuspects(deps.db, source.id, { states: ['suspect'] });
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const report = createReport(deps.log);
  const lost = (error: Error): void => report(error, 'a database connection was lost; storing again');
  return {
    deps,
    source,
    endpoint: { transport, userAgent: deps.userAgent, recordsURL: recordsUrlOf(source.base_url) },
    hostRateLimit,
    suspects: new Set(suspects.map((suspect) => suspect.oai_identifier)),
    counts: { asked: 0, new: 0, changed: 0, unchanged: 0, gone: 0, refused: 0, unclear: 0 },
    gone: [],
    limit: options.limit ?? Infinity,
    inARow: { unclear: 0, refused: 0, fruitless: 0 },
    onProgress,
    stop,
    signal: both,
    write: (statement) => retryLost(statement, lost, both),
  };
}

/** All that is to be asked for, once each. */
async function* chosen(
  deps: EnrichDeps,
  source: Source,
  options: EnrichOptions,
  signal: AbortSignal,
): AsyncGenerator<FetchCandidate, void> {
  const choice: FetchChoice = {
    sourceId: source.id,
    fetchedBefore: new Date(Date.now() - options.olderThanSeconds * 1_000),
    setSpecs: options.setSpecs,
    recordIds: null,
  };
  if (options.query === null) return yield* inOrder(deps.db, choice);
  if (deps.search === null) throw new TypeError('a query needs an index');
  for await (const recordIds of matchRecordIds(deps.search.client, deps.search.alias, { q: options.query, allVersions: true }, signal))
    yield* inOrder(deps.db, { ...choice, recordIds });
}

async function* inOrder(db: Db, choice: FetchChoice): AsyncGenerator<FetchCandidate, void> {
  for (let after = 0; ;) {
    const some = await recordsToFetch(db, choice, after, portion);
    yield* some;
    if (some.length < portion) return;
    after = some.at(-1)!.recordId;
  }
}

/** What one lane does at a time: as many as one search shows, or one, where searches show none. Counts them as asked for. */
async function* inPortions(job: Job, candidates: AsyncGenerator<FetchCandidate, void>): AsyncGenerator<FetchCandidate[], void> {
  let some: FetchCandidate[] = [];
  for await (const candidate of candidates) {
    some.push(candidate);
    job.counts.asked++;
    const isLast = job.counts.asked >= job.limit;
    if (isLast || some.length >= (canSearch(job) ? recordsPerRequest : 1)) {
      yield some;
      some = [];
    }
    if (isLast) return;
  }
  if (some.length > 0) yield some;
}

const canSearch = ({ inARow }: Job): boolean => inARow.fruitless < mostFruitless;

/** One lane: an asynchronous generator hands each portion to one of those who wait for it. */
async function work(job: Job, portions: AsyncGenerator<FetchCandidate[], void>): Promise<void> {
  try {
    for (let next = await portions.next(); !next.done; next = await portions.next()) {
      const found = await search(job, next.value);
      for (const candidate of next.value) {
        const shown = found?.get(candidate.localId);
        if (shown === undefined) await fetchOne(job, candidate);
        else await keep(job, candidate, { kind: 'there', found: shown });
        job.onProgress(job.counts);
      }
    }
  } catch (error) {
    job.stop.abort(error);
    throw error;
  }
}

/** The records of a portion that one search shows; null if a search does not pay, or showed none. */
async function search(job: Job, some: readonly FetchCandidate[]): Promise<Map<string, RestRecord> | null> {
  if (some.length === 1 || !canSearch(job)) return null;
  const localIds = some.map((candidate) => candidate.localId);
  const found = await askRestMany(job.endpoint, job.hostRateLimit, localIds, job.signal);
  job.inARow.fruitless = found === null ? job.inARow.fruitless + 1 : 0;
  return found;
}

async function fetchOne(job: Job, candidate: FetchCandidate): Promise<void> {
  const answer = await askRest(job.endpoint, job.hostRateLimit, candidate.localId, job.signal);
  job.inARow.unclear = answer.kind === 'unclear' ? job.inARow.unclear + 1 : 0;
  job.inARow.refused = answer.kind === 'refused' ? job.inARow.refused + 1 : 0;
  await keep(job, candidate, answer);
  if (job.inARow.refused >= mostRefused) {
    const reason = `${job.endpoint.recordsURL} refuses this client: ${mostRefused} records in a row were not shown`;
    await job.hostRateLimit.block(reason, null);
    throw new HarvestStoppedError(reason);
  }
}

async function keep(job: Job, candidate: FetchCandidate, answer: RestAnswer): Promise<void> {
  const { deps, counts } = job;
  switch (answer.kind) {
    case 'there':
      return saveRecord(job, candidate, answer.found);
    case 'gone':
      job.gone.push({ candidate, status: answer.status });
      return settleGone(job);
    case 'refused':
      counts.refused++;
      return job.write(() => noteNotShown(deps.db, candidate.recordId, answer.status, new Date()));
    case 'unclear':
      counts.unclear++;
      deps.log.warn({ record: candidate.oaiIdentifier, says: answer.says }, 'the source did not show a record');
      if (job.inARow.unclear >= mostUnclear)
        throw new HarvestStoppedError(
          `${job.endpoint.recordsURL} does not answer as Zenodo's REST API does, ${mostUnclear} times in a row; the last time: ${answer.says}`,
        );
  }
}

/** A record that cannot be stored is reported, and the others continue. */
async function saveRecord(job: Job, candidate: FetchCandidate, found: RestRecord): Promise<void> {
  const { oaiIdentifier } = candidate;
  try {
    job.counts[await job.write(() => save(job, candidate, found, new Date()))]++;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    job.counts.unclear++;
    job.deps.log.warn({ record: oaiIdentifier, says: refusal }, 'files and statistics of a record were not stored');
  }
  await settleGone(job);
}

async function save({ deps, source }: Job, { recordId, oaiIdentifier }: FetchCandidate, found: RestRecord, at: Date): Promise<SavedAs> {
  if (found.facts === undefined) return saveFetched(deps.db, recordId, found, at);
  const isNew = (await readFetched(deps.db, [recordId])).length === 0;
  const { changed, counted } = await writeFacts(deps.db, source.id, [{ oaiIdentifier, facts: found.facts }], at, { confirm: true });
  return isNew ? 'new' : changed + counted > 0 ? 'changed' : 'unchanged';
}

type SavedAs = 'new' | 'changed' | 'unchanged';

/** A reply that a record is gone makes it a suspect; the second such reply makes it a tombstone. */
async function settleGone({ deps, source, counts, gone, suspects, write }: Job): Promise<void> {
  if (counts.new + counts.changed + counts.unchanged === 0) return;
  for (const { candidate, status } of gone.splice(0)) {
    const { oaiIdentifier, recordId } = candidate;
    const says = `its REST API answers HTTP ${status}`;
    const witness = { witness: 'REST', says };
    counts.gone++;
    await write(() => noteNotShown(deps.db, recordId, status, new Date()));
    if (suspects.has(oaiIdentifier)) await write(() => confirmGone(deps.db, source.id, [oaiIdentifier], says, witness));
    else await write(() => suspectRecords(deps.db, { id: null, source_id: source.id }, [oaiIdentifier], witness));
  }
}
