import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { mapMetadata } from '@thresher/datacite';
import { type ListedRecord, parseListPage, parseRecordPage } from '@thresher/oai';
import type { Logger } from '@thresher/runtime';
import { BulkRequestError, IndexMissingError, SearchUnavailableError } from '@thresher/search';
import {
  clearUnindexed,
  type Db,
  findWindow,
  type HarvestedRecord,
  markPageDone,
  markPageStored,
  notePageFailure,
  type Page,
  type PageVerb,
  readPage,
  settleUnchanged,
  wireHash,
  writeHeaders,
  writeRecords,
} from '@thresher/store';
import { indexRecords, type SearchTarget, sendUnindexed } from './index-records.ts';
import { type Placed, type PlacedPage, writePage } from './write-page.ts';

const decompress = promisify(zstdDecompress);

export interface TransformDeps {
  readonly db: Db;
  readonly search: SearchTarget | null;
  readonly log: Logger;
}

/**
 * Takes a page from its bytes to SQL and search. May run twice, at any time and in any order: what is newer stays, and
 * a page whose records are in SQL already only sends its documents again. Throws when a part cannot be reached; the
 * page then stays as it is and is tried again.
 */
export async function transformPage(deps: TransformDeps, pageId: number): Promise<void> {
  if (await settleUnchanged(deps.db, pageId, deps.search !== null)) return;
  const page = await readPage(deps.db, pageId);
  if (page === undefined || page.state === 'done' || page.content === null) return;
  try {
    if (page.verb === 'ListIdentifiers') return await transformHeaders(deps, page, page.content);
    const parts = await writePage(deps.db, page, await readPlaced(page.content, page.verb), (some) =>
      writeRecords(deps.db, { sourceId: page.source_id, pageId, records: some.map((it) => it.record), remap: page.remap }),
    );
    if (deps.search === null) return await markPageStored(deps.db, pageId);
    for (const { toIndex, noted, ...counts } of parts) {
      await indexRecords({ db: deps.db, client: deps.search.client, target: { alias: deps.search.alias } }, toIndex);
      if (noted) await clearUnindexed(deps.db, toIndex);
      deps.log.debug({ page: pageId, ...counts, indexed: toIndex.length }, 'page transformed');
    }
    await markPageDone(deps.db, pageId);
  } catch (error) {
    await notePageFailure(deps.db, pageId, (error as Error).message, !isPassing(error));
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

/** Headers carry no metadata, but all sets of their records. */
async function transformHeaders(deps: TransformDeps, page: Page, content: Buffer): Promise<void> {
  const bytes = await decompress(content);
  const { records, faults } = parseListPage(bytes, { metadata: false });
  const headers = records.map((it) => placed(bytes, it, it.header));
  const setSpec = (await findWindow(deps.db, page.window_id))?.set_spec ?? null;
  const changed = await writePage(deps.db, page, { records: headers, faults }, (some) =>
    writeHeaders(deps.db, { sourceId: page.source_id, pageId: page.id, setSpec, headers: some.map((it) => it.record) }),
  );
  if (deps.search === null) return markPageStored(deps.db, page.id);
  await sendUnindexed(deps.db, deps.search);
  await markPageDone(deps.db, page.id);
  deps.log.debug({ page: page.id, changed }, 'headers compared');
}

/** What is on a page of ListRecords or GetRecord, as the mapping makes it now. */
export async function readPlaced(content: Buffer, verb: PageVerb = 'ListRecords'): Promise<PlacedPage<HarvestedRecord>> {
  const parse = verb === 'GetRecord' ? parseRecordPage : parseListPage;
  const bytes = await decompress(content);
  const { records, faults } = parse(bytes, { metadata: true });
  const harvested = (it: ListedRecord) => ({ ...toHarvested(it), wireHash: wireHash(bytes.subarray(it.byteStart, it.byteEnd)) });
  return { records: records.map((it) => placed(bytes, it, harvested(it))), faults };
}

const placed = <T>(page: Uint8Array, { header, position, byteStart, byteEnd }: ListedRecord, record: T): Placed<T> => ({
  record,
  position,
  identifier: header.identifier,
  bytes: page.subarray(byteStart, byteEnd),
});

function toHarvested({ header, metadata }: ListedRecord): HarvestedRecord {
  if (header.deleted) return { header, metadata: null, issues: [] };
  if (metadata === null)
    return { header, metadata: null, issues: [{ code: 'metadata-missing', path: '', value: null, severity: 'error' }] };
  return { header, ...mapMetadata(metadata, header) };
}
