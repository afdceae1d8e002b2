import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { mapMetadata } from '@thresher/datacite';
import { unpackJson } from './unpack-json.ts';
import { type ListedRecord, parseDatestamp, parseListPage, parseRecordPage, type RecordFault } from '@thresher/oai';
import { createReport, type Logger, measure, measureStage, type Report } from '@thresher/runtime';
import { type Db, isLostConnection } from '@thresher/store/database';
import {
  beginPages,
  endPages,
  findWindow,
  markPagesDone,
  markPagesStored,
  notePageFailure,
  notStoredPages,
  type Page,
  markUnchangedPages,
} from '@thresher/store/harvest';
import { clearUnindexed, type HarvestedRecord, elementHash, writeHeaders, writePages } from '@thresher/store/write';
import { inBatches } from './in-batches.ts';
import { indexRecords, type SearchTarget, sendUnindexed } from '../indexing/index-records.ts';
import { createIndexingGate, type IndexingGate } from '../indexing/indexing-gate.ts';
import { withIndex } from '../indexing/restore-index.ts';
import { searchFault } from '../indexing/search-fault.ts';
import { type RecordOnPage, type UnpackedPage, storePages } from './store-pages.ts';

const decompress = promisify(zstdDecompress);

export interface TransformDeps {
  readonly db: Db;
  readonly search: SearchTarget | null;
  readonly log: Logger;
  /**
   * Does pages in a process that may die of one: those that a worker was at when it died. Rejects if a page failed; sets
   * a page aside if that process dies of it too. Left out, such pages are done here.
   */
  readonly isolate?: (pageIds: readonly number[]) => Promise<void>;
  /** Shared by all that this process sends; a new one unless given. */
  readonly gate?: IndexingGate;
  /** Where pages that fail are reported; logs one line for a cause unless given. */
  readonly report?: Report;
}

type Transform = TransformDeps & { readonly gate: IndexingGate };

/** Eight pages together cost PostgreSQL, Elasticsearch and this process a third less than each alone, sixteen no less; two batches at a time save no time. */
const batches = { size: 8, atATime: 1 } as const;

/** Pages to take off the queue: a batch that is under way, and one that waits for its end. */
export const pagesInFlight = batches.size * (batches.atATime + 1);

/** Bytes of pages, unpacked, that are read together; a single page may have more. */
const mostBytesTogether = 16 * 1024 * 1024;

/** Transforms pages as they come, several together while many wait: see `transformPages`. Reports each page that fails, and rejects. */
export const createTransformer = (deps: TransformDeps): ((pageId: number) => Promise<void>) => {
  const gate = deps.gate ?? createIndexingGate(deps);
  const report = deps.report ?? createReport(deps.log);
  const transform = inBatches(batches, (pageIds: readonly number[]) => transformPages({ ...deps, gate }, pageIds));
  return async (pageId) => {
    try {
      await transform(pageId);
    } catch (error) {
      if (!isAbort(error)) report(error, 'a page could not be transformed; it is tried again', { page: pageId });
      throw error;
    }
  };
};

/** The process ends: the page did not fail. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/**
 * Takes pages from their bytes to SQL and search. May run twice, at any time and in any order: newer records stay, and
 * a page whose records are in SQL already only sends its documents again. While Elasticsearch accepts nothing, records go to
 * SQL, and the pages wait for search: `sweep` brings them back. Throws if PostgreSQL cannot be reached or one of the pages
 * cannot be read; they then stay as they are. Only a page that is alone is known to be at fault.
 */
export async function transformPages(deps: TransformDeps, pageIds: readonly number[]): Promise<void> {
  const transform: Transform = { ...deps, gate: deps.gate ?? createIndexingGate(deps) };
  const unchanged = await markUnchangedPages(deps.db, pageIds, deps.search !== null);
  countRecords({ unchanged: unchanged.reduce((sum, { records }) => sum + records, 0) });
  const settled = new Set(unchanged.map(({ id }) => id));
  const open = pageIds.filter((id) => !settled.has(id));
  let waiting = open.length === 0 || transform.gate.isOpen() ? open : await notStoredPages(deps.db, open);
  while (waiting.length > 0) {
    const pages = await beginPages(deps.db, waiting, mostBytesTogether);
    if (pages.length === 0) return;
    await transformBegun(transform, pages, pageIds.length === 1);
    waiting = waiting.filter((id) => !pages.some((page) => page.id === id));
  }
}

async function transformBegun(transform: Transform, pages: readonly Page[], alone: boolean): Promise<void> {
  const { isolate } = transform;
  if (isolate === undefined) return transformHere(transform, pages, alone);
  const isSuspect = ({ begun }: Page): boolean => begun > 1;
  await transformHere(
    transform,
    pages.filter((page) => !isSuspect(page)),
    alone,
  );
  const suspects = pages.filter(isSuspect);
  if (suspects.length > 0) await isolate(suspects.map(({ id }) => id));
}

async function transformHere(transform: Transform, pages: readonly Page[], alone: boolean): Promise<void> {
  try {
    const withRecords = pages.filter(({ verb }) => verb !== 'ListIdentifiers');
    for (const some of Map.groupBy(withRecords, ({ source_id, remap }) => `${source_id} ${remap}`).values())
      await transformRecords(transform, some);
    // Last: a header changes the sets of a record that is stored.
    for (const page of pages) if (page.verb === 'ListIdentifiers') await transformHeaders(transform, page);
  } catch (error) {
    const ids = pages.map(({ id }) => id);
    // If this fails too, the pages count as those of a dead worker: each is done in a process that may die of it.
    await endPages(transform.db, ids).catch(() => {});
    if (alone) await notePageFailure(transform.db, pages[0]!.id, (error as Error).message, !isPassing(error));
    throw error;
  }
}

/** A server is away or busy: that is no fault of the page. */
function isPassing(error: unknown): boolean {
  if (searchFault(error) !== null) return true;
  if (isLostConnection(error)) return true;
  const { code } = error as { code?: unknown };
  // Classes of PostgreSQL: 40 deadlock, 53 resources, 57 shutdown.
  return typeof code === 'string' && /^(40|53|57)/.test(code);
}

/** Pages of one source, all of them mapped for the first time or all of them again. */
async function transformRecords(deps: Transform, pages: readonly Page[]): Promise<void> {
  const { db, search, log } = deps;
  const [{ source_id: sourceId, remap }] = pages as readonly [Page, ...Page[]];
  const unpacked = await measureStage('map', () => Promise.all(pages.map(unpackRecords)));
  const writing = { sourceId, remap, searchable: search !== null };
  const parts = await measureStage('write', () => storePages(db, unpacked, (some) => writePages(db, { ...writing, pages: byPage(some) })));
  for (const { inserted, changed, unchanged, stale, deleted } of parts) countRecords({ inserted, changed, unchanged, stale, deleted });
  const ids = pages.map(({ id }) => id);
  await handOver(deps, ids, async (target) => {
    let sent = 0;
    for (const { toIndex, noted, ...counts } of parts) {
      sent += toIndex.length;
      const { accepted, refused } = await indexRecords({ db, client: target.client, target: { alias: target.alias } }, toIndex);
      // A new record has no older document.
      if (noted || toIndex.some(({ revision }) => revision > 1)) await clearUnindexed(db, accepted);
      log.debug({ pages: ids, ...counts, indexed: accepted.length, refused: refused.length }, 'pages transformed');
    }
    // Statistics and files change without their record.
    if (pages.some(({ verb }) => verb === 'RdmJson')) sent += await sendUnindexed(db, target);
    return sent;
  });
}

/** Sends what pages brought to the index, and marks the pages: done, or, if the index accepts nothing now, stored. `send` returns how many documents. */
async function handOver(deps: Transform, ids: readonly number[], send: (search: SearchTarget) => Promise<number>): Promise<void> {
  const { db, search, gate } = deps;
  if (search === null || !gate.isOpen()) return markPagesStored(db, ids);
  try {
    if ((await measureStage('index', () => withIndex(deps, search, () => send(search)))) > 0) await gate.succeeded();
  } catch (error) {
    const fault = searchFault(error);
    if (fault === null) throw error;
    await gate.failed(fault);
    return markPagesStored(db, ids);
  }
  await markPagesDone(db, ids);
}

function countRecords(outcomes: Readonly<Partial<Record<'inserted' | 'changed' | 'unchanged' | 'stale' | 'deleted', number>>>): void {
  for (const [outcome, records] of Object.entries(outcomes)) if (records > 0) measure('records', { outcome }, records);
}

const byPage = (placed: readonly RecordOnPage<HarvestedRecord>[]) =>
  [...Map.groupBy(placed, ({ pageId }) => pageId)].map(([pageId, some]) => ({ pageId, records: some.map(({ record }) => record) }));

/** Headers carry no metadata, but all sets of their records. */
async function transformHeaders(deps: Transform, page: Page): Promise<void> {
  const { db, log } = deps;
  const unpacked = unpack(page, await bytesOf(page), { metadata: false }, ({ header }) => header);
  const setSpec = (await findWindow(db, page.window_id))?.set_spec ?? null;
  const changed = await storePages(db, [unpacked], (some) =>
    writeHeaders(db, { sourceId: page.source_id, pageId: page.id, setSpec, headers: some.map((it) => it.record) }),
  );
  await handOver(deps, [page.id], (search) => sendUnindexed(db, search));
  log.debug({ page: page.id, changed }, 'headers compared');
}

/** The records of a page of ListRecords, of GetRecord or of a dump, as the mapping makes them now. */
export async function unpackRecords(page: Page): Promise<UnpackedPage<HarvestedRecord>> {
  const bytes = await bytesOf(page);
  if (page.verb === 'RdmJson') return unpackJson(page, bytes);
  return unpack(page, bytes, { metadata: true }, (it) => ({
    ...toHarvested(it),
    elementHash: elementHash(bytes.subarray(it.byteStart, it.byteEnd)),
  }));
}

/** In one piece, as its length is known. */
const bytesOf = ({ content, content_length }: Page): Promise<Buffer> =>
  decompress(content!, { chunkSize: Math.max(content_length, 1_024) });

function unpack<T>(page: Page, bytes: Buffer, options: { readonly metadata: boolean }, read: (it: ListedRecord) => T): UnpackedPage<T> {
  const parse = page.verb === 'GetRecord' ? parseRecordPage : parseListPage;
  const { records, faults } = parse(bytes, options);
  const placed: RecordOnPage<T>[] = [];
  const unmapped: RecordFault[] = [];
  for (const it of records) {
    const { position, byteStart, byteEnd, header } = it;
    const place = { position, identifier: header.identifier, bytes: bytes.subarray(byteStart, byteEnd) };
    try {
      placed.push({ record: read(it), pageId: page.id, ...place });
    } catch (error) {
      // The mapping is pure: it would fail on this record again, and on no other.
      const reason = `it could not be mapped: ${(error as Error).message}`;
      unmapped.push({ ...place, reason, line: null, column: null, byteStart, byteEnd });
    }
  }
  return { page, records: placed, faults: [...faults, ...unmapped] };
}

function toHarvested({ header, metadata }: ListedRecord): HarvestedRecord {
  const datestamp = parseDatestamp(header.datestamp);
  if (header.deleted) return { header, datestamp, metadata: null, issues: [] };
  if (metadata === null)
    return { header, datestamp, metadata: null, issues: [{ code: 'metadata-missing', path: '', value: null, severity: 'error' }] };
  return { header, datestamp, ...mapMetadata(metadata, header) };
}
