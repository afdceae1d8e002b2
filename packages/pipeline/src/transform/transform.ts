import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { mapMetadata } from '@thresher/datacite';
import { type ListedRecord, parseDatestamp, parseListPage, parseRecordPage } from '@thresher/oai';
import type { Logger } from '@thresher/runtime';
import { BulkRequestError, IndexMissingError, SearchUnavailableError } from '@thresher/search';
import {
  beginPages,
  clearUnindexed,
  type Db,
  endPages,
  findWindow,
  type HarvestedRecord,
  markPagesDone,
  markPagesStored,
  notePageFailure,
  type Page,
  settleUnchanged,
  wireHash,
  writeHeaders,
  writePages,
} from '@thresher/store';
import { inBatches } from './in-batches.ts';
import { indexRecords, type SearchTarget, sendUnindexed } from '../indexing/index-records.ts';
import { type Placed, type UnpackedPage, writeUnpacked } from './write-unpacked.ts';

const decompress = promisify(zstdDecompress);

export interface TransformDeps {
  readonly db: Db;
  readonly search: SearchTarget | null;
  readonly log: Logger;
  /**
   * Does a page in a process that may die of it: one that a worker was at when it died. Rejects if the page failed; sets
   * the page aside if that process dies too. Left out, such a page is done here.
   */
  readonly isolate?: (pageId: number) => Promise<void>;
}

/** Eight pages together cost PostgreSQL, Elasticsearch and this process a third less than each alone, sixteen no less; two batches at a time save no time. */
const batches = { size: 8, atATime: 1 } as const;

/** Pages to take off the queue: a batch that is under way, and one that waits for its end. */
export const pagesTaken = batches.size * (batches.atATime + 1);

/** Bytes of pages, unpacked, that are read together; a single page may have more. */
const mostBytesTogether = 16 * 1024 * 1024;

/** Transforms pages as they come, several together while many wait: see `transformPages`. */
export const createTransformer = (deps: TransformDeps): ((pageId: number) => Promise<void>) =>
  inBatches(batches, (pageIds) => transformPages(deps, pageIds));

/**
 * Takes pages from their bytes to SQL and search. May run twice, at any time and in any order: what is newer stays, and
 * a page whose records are in SQL already only sends its documents again. Throws when a part cannot be reached or one of
 * the pages cannot be read; they then stay as they are. Only of a page that is alone it is known that it is at fault.
 */
export async function transformPages(deps: TransformDeps, pageIds: readonly number[]): Promise<void> {
  const settled = new Set(await settleUnchanged(deps.db, pageIds, deps.search !== null));
  let waiting = pageIds.filter((id) => !settled.has(id));
  while (waiting.length > 0) {
    const pages = await beginPages(deps.db, waiting, mostBytesTogether);
    if (pages.length === 0) return;
    await transformBegun(deps, pages, pageIds.length === 1);
    waiting = waiting.filter((id) => !pages.some((page) => page.id === id));
  }
}

async function transformBegun(deps: TransformDeps, pages: readonly Page[], alone: boolean): Promise<void> {
  const { isolate } = deps;
  if (isolate === undefined) return transformHere(deps, pages, alone);
  const isSuspect = ({ begun }: Page): boolean => begun > 1;
  await transformHere(
    deps,
    pages.filter((page) => !isSuspect(page)),
    alone,
  );
  for (const { id } of pages.filter(isSuspect)) await isolate(id);
}

async function transformHere(deps: TransformDeps, pages: readonly Page[], alone: boolean): Promise<void> {
  try {
    const withRecords = pages.filter(({ verb }) => verb !== 'ListIdentifiers');
    for (const some of Map.groupBy(withRecords, ({ source_id, remap }) => `${source_id} ${remap}`).values())
      await transformRecords(deps, some);
    // Last: a header changes the sets of a record that is stored.
    for (const page of pages) if (page.verb === 'ListIdentifiers') await transformHeaders(deps, page);
  } catch (error) {
    const ids = pages.map(({ id }) => id);
    // If this fails too, the pages count as those of a dead worker: each is done in a process that may die of it.
    await endPages(deps.db, ids).catch(() => {});
    if (alone) await notePageFailure(deps.db, pages[0]!.id, (error as Error).message, !isPassing(error));
    throw error;
  }
}

/** A server is away or busy: that is no fault of the page. */
function isPassing(error: unknown): boolean {
  if (error instanceof SearchUnavailableError || error instanceof BulkRequestError || error instanceof IndexMissingError) return true;
  const { code } = error as { code?: unknown };
  // Classes of Postgres: 08 connection, 40 deadlock, 53 resources, 57 shutdown; else a socket's.
  return typeof code === 'string' && /^(08|40|53|57|ECONN|EPIPE|ETIMEDOUT)/.test(code);
}

/** Pages of one source, all of them mapped for the first time or all of them again. */
async function transformRecords({ db, search, log }: TransformDeps, pages: readonly Page[]): Promise<void> {
  const [{ source_id: sourceId, remap }] = pages as readonly [Page, ...Page[]];
  const unpacked = await Promise.all(pages.map(unpackRecords));
  const parts = await writeUnpacked(db, unpacked, (some) => writePages(db, { sourceId, remap, pages: byPage(some) }));
  const ids = pages.map(({ id }) => id);
  if (search === null) return markPagesStored(db, ids);
  for (const { toIndex, noted, ...counts } of parts) {
    await indexRecords({ db, client: search.client, target: { alias: search.alias } }, toIndex);
    if (noted) await clearUnindexed(db, toIndex);
    log.debug({ pages: ids, ...counts, indexed: toIndex.length }, 'pages transformed');
  }
  await markPagesDone(db, ids);
}

const byPage = (placed: readonly Placed<HarvestedRecord>[]) =>
  [...Map.groupBy(placed, ({ pageId }) => pageId)].map(([pageId, some]) => ({ pageId, records: some.map(({ record }) => record) }));

/** Headers carry no metadata, but all sets of their records. */
async function transformHeaders({ db, search, log }: TransformDeps, page: Page): Promise<void> {
  const unpacked = unpack(page, await bytesOf(page), { metadata: false }, ({ header }) => header);
  const setSpec = (await findWindow(db, page.window_id))?.set_spec ?? null;
  const changed = await writeUnpacked(db, [unpacked], (some) =>
    writeHeaders(db, { sourceId: page.source_id, pageId: page.id, setSpec, headers: some.map((it) => it.record) }),
  );
  if (search === null) return markPagesStored(db, [page.id]);
  await sendUnindexed(db, search);
  await markPagesDone(db, [page.id]);
  log.debug({ page: page.id, changed }, 'headers compared');
}

/** What is on a page of ListRecords or GetRecord, as the mapping makes it now. */
export async function unpackRecords(page: Page): Promise<UnpackedPage<HarvestedRecord>> {
  const bytes = await bytesOf(page);
  return unpack(page, bytes, { metadata: true }, (it) => ({
    ...toHarvested(it),
    wireHash: wireHash(bytes.subarray(it.byteStart, it.byteEnd)),
  }));
}

/** In one piece, as its length is known. */
const bytesOf = ({ content, content_length }: Page): Promise<Buffer> =>
  decompress(content!, { chunkSize: Math.max(content_length, 1_024) });

function unpack<T>(page: Page, bytes: Buffer, options: { readonly metadata: boolean }, read: (it: ListedRecord) => T): UnpackedPage<T> {
  const parse = page.verb === 'GetRecord' ? parseRecordPage : parseListPage;
  const { records, faults } = parse(bytes, options);
  const placed = records.map((it) => ({
    record: read(it),
    pageId: page.id,
    position: it.position,
    identifier: it.header.identifier,
    bytes: bytes.subarray(it.byteStart, it.byteEnd),
  }));
  return { page, records: placed, faults };
}

function toHarvested({ header, metadata }: ListedRecord): HarvestedRecord {
  const datestamp = parseDatestamp(header.datestamp);
  if (header.deleted) return { header, datestamp, metadata: null, issues: [] };
  if (metadata === null)
    return { header, datestamp, metadata: null, issues: [{ code: 'metadata-missing', path: '', value: null, severity: 'error' }] };
  return { header, datestamp, ...mapMetadata(metadata, header) };
}
