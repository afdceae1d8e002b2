import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { Outbound } from '@thresher/oai';
import { type Env, measure, readConfig } from '@thresher/runtime';
import type { PageVerb } from '@thresher/store/database';
import {
  closeDumpWindow,
  commitPage,
  countDistinct,
  countOpenWindows,
  countPendingPages,
  createRun,
  dumpDigest,
  dumpedDocuments,
  findRunningRun,
  finishRun,
  lastPage,
  leaseWindow,
  noteRunFailure,
  type Run,
  type Source,
  nextDumpWindow,
  type Window,
  beginAttempt,
} from '@thresher/store/harvest';
import { type Checksum, type DumpFile, type DumpReader, isOnWeb, openDumpFile } from './dump-bytes.ts';
import { DumpChecksumError, DumpReplacedError, DumpUnreadableError } from './dump-errors.ts';
import { type DumpDocument, dumpDocuments, isJson } from './dump-documents.ts';
import { type DumpFault, type DumpRecord, readDumpDocument, wrapRecords } from './dump-record.ts';
import { createEnqueuer } from '../queue/enqueue.ts';
import { RunEndedError, runEnded } from '../walk/walk-run.ts';
import { openLeaseSession } from '../walk/lease-session.ts';
import { openHostRateLimit } from '../requests/host-rate-limit.ts';
import { respectPause, untilResumed } from '../requests/source-pause.ts';
import { settingsOf } from '../sources/sources.ts';
import { closeRun, endedElsewhere, type HarvestResult, OtherRunError, repeating, type Repeat } from '../harvest/run-harvest.ts';
import type { HarvestDeps } from '../harvest-deps.ts';
import { type Progress, maintainRun, waitUntilWindowsClose } from '../harvest/run-maintenance.ts';
import { quarantinedRecord } from '../transform/store-pages.ts';

const compress = promisify(zstdCompress);

/** Another process reads the same file into the same run. */
export class DumpTakenError extends Error {
  override readonly name = 'DumpTakenError';
}

/** Which bulk file is read. */
export interface DumpRequest {
  /** An absolute path or a URL. */
  readonly location: string;
  readonly checksum: Checksum | null;
  /** As of when the file shows the repository; null: as the file says. */
  readonly madeAt: Date | null;
  /** The sets whose members alone are in it; left out: the whole repository. */
  readonly setSpecs?: readonly string[];
  /** Where a file on the web is stored while it is read. */
  readonly keep?: string | null;
  /** The run that is gone on with; no other is begun. */
  readonly resume?: number;
}

export interface DumpLimits {
  readonly documentsPerPage: number;
  readonly documentsPerWindow: number;
  /** Bytes after which a page is full, however few documents it has. */
  readonly bytesPerPage: number;
  /** A larger document is not read: it goes into quarantine with its beginning. */
  readonly bytesPerDocument: number;
  /** Reading waits while more pages than this are not transformed. */
  readonly mostPending: number;
}

const usualDumpLimits: DumpLimits = {
  documentsPerPage: 200,
  documentsPerWindow: 10_000,
  bytesPerPage: 8_000_000,
  bytesPerDocument: 8 * 1024 * 1024,
  mostPending: 500,
};

/** The limits that an environment sets. */
export const dumpLimitsOf = (env: Env): Partial<DumpLimits> => ({
  bytesPerDocument: readConfig(env, ['limits']).limits.memberMegabytes * 1024 * 1024,
});

/** How far the time of a file that only says when it was last changed may lie after what it shows. */
const inexactMs = 2 * 86_400_000;

/**
 * Reads a bulk file of single documents (Zenodo's `records-xml.tar.gz` or `records-json.tar.gz`) into a run of kind `dump`, or goes on with one
 * that was interrupted. Its documents become pages of a list, so that they take the same way as any harvest. The run's
 * `until` is the time as of which the file shows the repository: an incremental run continues from there.
 *
 * @throws DumpUnreadableError (the run can be gone on with), DumpChecksumError (it is failed), DumpReplacedError (it has to be
 * dropped), OtherRunError, DumpTakenError, RunEndedError, the signal's reason.
 */
export async function importDump(
  deps: HarvestDeps,
  source: Source,
  request: DumpRequest,
  outbound: Outbound,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
  some: Partial<DumpLimits> = {},
): Promise<HarvestResult> {
  const limits = { ...usualDumpLimits, ...some };
  const step = repeating(deps, signal);
  const running = await unfinishedDump(deps, source, request);
  await using identity = await openLeaseSession(deps.db, deps.log);
  const { owner } = identity;
  // Before the file is opened, which may be a request to somebody's server.
  const place = running === undefined ? undefined : await step(() => openPlace(deps, running, owner));
  const file =
    place === null
      ? null
      : await openDumpFile(
          request.location,
          request.checksum,
          { ...(await readerOf(deps, source, request, outbound, signal)), isBegun: running !== undefined },
          signal,
          request.keep,
        );
  const run = running ?? (await createDumpRun(deps, source, request, file!));
  await using maintenance = maintainRun(deps, run, { perMinute: () => null }, onProgress);
  try {
    if (file !== null) {
      const reading = { deps, run, owner, step };
      await readInto(reading, place ?? (await step(() => openPlace(deps, run, owner)))!, file, limits, signal);
    }
  } catch (error) {
    if (error instanceof DumpChecksumError) await finishRun(deps.db, run.id, 'failed', error.message);
    else if (error instanceof DumpUnreadableError || error instanceof DumpReplacedError)
      await noteRunFailure(deps.db, run.id, error.message);
    throw error;
  }
  try {
    await waitUntilWindowsClose(deps, run, maintenance, false, signal);
    return await step(() => closeRun(deps, run, null, [], signal));
  } catch (error) {
    if (error instanceof RunEndedError) return await endedElsewhere(deps.db, run);
    throw error;
  }
}

/** Who downloads: requests keep the pace of their host, and a refusal blocks it. */
async function readerOf(
  { db, liftBlock }: HarvestDeps,
  source: Source,
  { location }: DumpRequest,
  outbound: Outbound,
  signal: AbortSignal,
): Promise<DumpReader> {
  const reader = { ...outbound, trusted: [source.base_url] };
  if (!isOnWeb(location)) return reader;
  const { host } = new URL(location);
  const rate = host === new URL(source.base_url).host ? (settingsOf(source).ratePerMinute ?? null) : null;
  const limit = respectPause(await openHostRateLimit(db, host, rate, false, liftBlock), db, source.id);
  return { ...reader, turn: () => limit.turn(null, signal), refused: (reason, retryAfterMs) => limit.block(reason, retryAfterMs) };
}

/** The request that a run of kind `dump` was made from. */
export function dumpRequestOf(run: Run): DumpRequest {
  const options = run.options as { location: string; checksum?: Checksum | null; keep?: string | null };
  const { location, checksum = null, keep = null } = options;
  return { location, checksum, keep, setSpecs: run.set_specs, madeAt: run.until_datestamp, resume: run.id };
}

async function unfinishedDump({ db, log }: HarvestDeps, source: Source, { location, resume }: DumpRequest): Promise<Run | undefined> {
  const running = await findRunningRun(db, source.id);
  if (resume !== undefined && running?.id !== resume) throw runEnded(resume);
  if (running === undefined) return undefined;
  if (running.kind !== 'dump' || running.options['location'] !== location)
    throw new OtherRunError(
      `run ${running.id} of ${source.name} (${running.kind}) is not finished: continue it with the command that started it, or drop it with --restart`,
    );
  log.info({ run: running.id }, 'going on with an unfinished dump');
  return running;
}

async function createDumpRun(
  { db }: HarvestDeps,
  source: Source,
  { location, checksum, madeAt, setSpecs = [], keep = null }: DumpRequest,
  file: DumpFile,
): Promise<Run> {
  const until_datestamp = madeAt ?? (file.madeAt === null ? null : new Date(file.madeAt.getTime() - (file.exact ? 0 : inexactMs)));
  if (until_datestamp === null) throw new DumpUnreadableError(`${location} does not state when it was made: give it with --dump-time`);
  return createRun(
    db,
    {
      source_id: source.id,
      kind: 'dump',
      metadata_prefix: source.metadata_prefix,
      set_specs: [...setSpecs],
      from_datestamp: null,
      until_datestamp,
      options: { location, checksum, keep },
    },
    [{ set_spec: null, from_datestamp: null, until_datestamp: null }],
  );
}

/** A window of the file, and its next page. */
interface Place {
  readonly window: Window;
  readonly page: number;
  /** Of the file up to the last page of the window; null at its beginning. */
  readonly digest: string | null;
}

/** What the reading of a file needs all along. */
interface Reading {
  readonly deps: HarvestDeps;
  readonly run: Run;
  readonly owner: number;
  readonly step: Repeat;
}

async function readInto(reading: Reading, from: Place, file: DumpFile, limits: DumpLimits, signal: AbortSignal): Promise<void> {
  const { deps, run } = reading;
  let place = from;
  const known = { documents: await dumpedDocuments(deps.db, run.id), digest: await dumpDigest(deps.db, run.id) };
  const enqueue = createEnqueuer(deps.queue, deps.log);
  for await (const { batch, digest } of batches(dumpDocuments(file.bytes, limits.bytesPerDocument), known, limits, () => replaced(run))) {
    signal.throwIfAborted();
    await untilResumed(deps.db, run.source_id, signal);
    await untilRoom(deps, run, limits.mostPending, signal);
    const stored = await store(reading, place, batch, digest, limits);
    place = stored.place;
    // A page whose number was lost with the connection is found by the next sweep.
    if (stored.pageId !== null) enqueue(stored.pageId);
  }
  await close(reading, place);
}

/**
 * Stores a batch as the next page, of the next window if this one is full. If the connection is lost it is unknown what was committed,
 * so the place is read again: one behind the batch says that the batch was stored.
 */
async function store(
  { deps, run, owner, step }: Reading,
  from: Place,
  batch: readonly DumpDocument[],
  digest: string,
  limits: DumpLimits,
): Promise<{ readonly place: Place; readonly pageId: number | null }> {
  let place: Place | null = from;
  return step(async () => {
    if (place === null) {
      place = await openPlace(deps, run, owner);
      if (place === null) throw await notHeld(deps, from.window);
      if (place.digest === digest) return { place, pageId: null };
    }
    const before: Place = place;
    // Until this has come to its end, the place is unknown.
    place = null;
    const at: Place = before.window.received >= limits.documentsPerWindow ? await turn(deps, before) : before;
    const pageId = await keepBatch(deps, run, at, batch, digest);
    const window = { ...at.window, received: at.window.received + batch.length };
    return { place: { window, page: at.page + 1, digest }, pageId };
  });
}

async function close({ deps, run, owner, step }: Reading, from: Place): Promise<void> {
  let place: Place | null | undefined = from;
  await step(async () => {
    if (place === undefined) place = await openPlace(deps, run, owner);
    // It was closed when the connection was lost.
    if (place === null) return;
    const { window } = place;
    place = undefined;
    const distinct = await countDistinct(deps.db, window.id, window.attempt);
    if (!(await closeDumpWindow(deps.db, window, distinct))) throw await notHeld(deps, window);
  });
}

const taken = (): DumpTakenError => new DumpTakenError('another process reads this dump');

const replaced = (run: Run): DumpReplacedError =>
  new DumpReplacedError(
    `${dumpRequestOf(run).location} is not the file that run ${run.id} began to read: repeat with --restart to drop that run and read this file from its beginning`,
  );

/** Why a window is no longer leased. */
async function notHeld({ db }: HarvestDeps, { run_id }: Window): Promise<Error> {
  return (await countOpenWindows(db, run_id, [])) === null ? runEnded(run_id) : taken();
}

/** The open window, leased; null if the file was read to its end before. */
async function openPlace(deps: HarvestDeps, run: Run, owner: number): Promise<Place | null> {
  const { db } = deps;
  // Its own lease whose answer was lost is taken again: nothing else reads under this number.
  const window = await leaseWindow(db, run.id, owner, []);
  if (window === undefined) {
    const open = await countOpenWindows(db, run.id, ['planned', 'walking']);
    if (open === null) throw runEnded(run.id);
    if (open > 0) throw taken();
    return null;
  }
  const attempt = window.attempt === 0 ? await beginAttempt(db, window) : window.attempt;
  if (attempt === null) throw await notHeld(deps, window);
  const last = await lastPage(db, window.id, attempt);
  // Of a window that a dead process held, what its pages hold is there.
  return { window: { ...window, attempt }, page: last === undefined ? 0 : last.number + 1, digest: last?.resumption_token ?? null };
}

async function turn(deps: HarvestDeps, { window }: Place): Promise<Place> {
  const next = await nextDumpWindow(deps.db, window, await countDistinct(deps.db, window.id, window.attempt));
  if (next === undefined) throw await notHeld(deps, window);
  return { window: next, page: 0, digest: null };
}

interface Batch {
  readonly batch: readonly DumpDocument[];
  /** Of all documents in the file up to the end of the batch. */
  readonly digest: string;
}

/** Documents are distinguished by their name, their size and this many of their bytes: a limit of size may have changed meanwhile. */
const digestedBytes = 65_536;

/**
 * Documents in pages of one format, without the first that an earlier process has stored. Those have to be the same as they were then:
 * the file may have been completed since, as a download is, but not replaced by another.
 */
async function* batches(
  documents: AsyncIterable<DumpDocument>,
  known: { readonly documents: number; readonly digest: string | null },
  limits: DumpLimits,
  replacedError: () => Error,
): AsyncGenerator<Batch, void, undefined> {
  const hash = createHash('sha256');
  const digest = (): string => hash.copy().digest('hex');
  let batch: DumpDocument[] = [];
  let [seen, bytes] = [0, 0];
  for await (const document of documents) {
    if (batch.length > 0 && isJson(batch[0]!) !== isJson(document)) {
      yield { batch, digest: digest() };
      batch = [];
      bytes = 0;
    }
    hash.update(`${document.name}\n${document.tooLarge ?? document.bytes.length}\n`).update(document.bytes.subarray(0, digestedBytes));
    seen++;
    if (seen === known.documents && known.digest !== null && digest() !== known.digest) throw replacedError();
    if (seen <= known.documents) continue;
    batch.push(document);
    bytes += document.bytes.length;
    if (batch.length < limits.documentsPerPage && bytes < limits.bytesPerPage) continue;
    yield { batch, digest: digest() };
    batch = [];
    bytes = 0;
  }
  if (seen < known.documents) throw replacedError();
  if (batch.length > 0) yield { batch, digest: digest() };
}

async function keepBatch(
  deps: HarvestDeps,
  run: Run,
  { window, page }: Place,
  batch: readonly DumpDocument[],
  digest: string,
): Promise<number> {
  const { verb, content, identifiers, faults } = isJson(batch[0]!) ? await jsonPage(batch) : xmlPage(run, batch);
  const id = await commitPage(
    deps.db,
    {
      source_id: run.source_id,
      number: page,
      verb,
      response_date: run.until_datestamp,
      content: await compress(content),
      content_length: content.byteLength,
      record_count: batch.length,
      identifiers,
      // The place in the file up to which it was read.
      resumption_token: digest,
      token_expires_at: null,
      token_sent: true,
    },
    window,
    null,
    faults.map(quarantinedRecord),
  );
  if (id === null) throw await notHeld(deps, window);
  measure('pages', { verb });
  if (faults.length > 0) measure('records', { outcome: 'quarantined' }, faults.length);
  return id;
}

/** The stored rows of some documents of a dump. */
interface DumpPage {
  readonly verb: PageVerb;
  readonly content: Buffer;
  readonly identifiers: readonly string[];
  readonly faults: readonly (DumpFault & { readonly position: number; readonly bytes: Buffer })[];
}

function xmlPage(run: Run, batch: readonly DumpDocument[]): DumpPage {
  const read = batch.map((document, position) => ({ position, bytes: document.bytes, ...readDumpDocument(document) }));
  const records = read.filter((it): it is (typeof read)[number] & DumpRecord => 'xml' in it);
  return {
    verb: 'ListRecords',
    content: wrapRecords(records, dumpRequestOf(run).location, run.until_datestamp ?? run.started_at),
    identifiers: records.map((it) => it.identifier),
    faults: read.filter((it): it is (typeof read)[number] & DumpFault => 'reason' in it),
  };
}

/** Loads the mapping only now: a harvester that walks does without it. */
async function jsonPage(batch: readonly DumpDocument[]): Promise<DumpPage> {
  const { joinLines, readJsonDocument } = await import('./dump-json.ts');
  const read = batch.map(readJsonDocument);
  return {
    verb: 'RdmJson',
    content: joinLines(read),
    identifiers: read.flatMap((it) => ('line' in it ? [it.identifier] : [])),
    faults: read.flatMap((it, position) => ('reason' in it ? [{ ...it, position, bytes: batch[position]!.bytes }] : [])),
  };
}

/** Pages that are read faster than they are transformed only pile up. */
async function untilRoom({ db, search }: HarvestDeps, run: Run, mostPending: number, signal: AbortSignal): Promise<void> {
  while ((await countPendingPages(db, search !== null, run.id)).count > mostPending) await sleep(500, undefined, { signal });
}
