import type { estypes } from '@elastic/elasticsearch';
import { statusOf, translateErrors, type SearchClient } from '../client.ts';
import { QueryError } from '../errors.ts';
import { compileRecordQuery, highlighted, narrowed, NUMBER_ONLY, type RecordQuery, totalOf } from './request.ts';
import { mayLack } from './sort.ts';
import { askAll, checkSize, type RecordHit, toHit } from './search.ts';

/** How long a cursor lives between two requests. */
const KEEP_ALIVE = '5m';

/** A walk through all results of a query, in the state of the index when the walk began. */
export interface CursorSearch extends RecordQuery {
  /** Hits on a page, 1 to 1,000; 25 unless specified. */
  readonly size?: number;
  /** Whether to highlight the words of the query. */
  readonly highlight?: boolean;
  readonly signal?: AbortSignal;
}

/** One page of a walk. */
export interface CursorPage {
  readonly total: number;
  /** With nothing but `record_id`. */
  readonly hits: readonly Pick<RecordHit, 'source' | 'highlights'>[];
  /** Leads to the next page; null on the last. */
  readonly next: string | null;
  /** Whether the walk was begun with `highlight`. */
  readonly isHighlighted: boolean;
}

/** The content of a cursor, which is self-contained. */
interface Cursor {
  readonly pit: string;
  readonly after: readonly (string | number | null)[];
  readonly total: number;
  readonly search: RecordQuery & { readonly size: number; readonly highlight?: true };
}

/**
 * The first page of a walk (`cursor` is `*`) or the next one. The walk is through the index as it was at the beginning:
 * each record comes once, whatever changes meanwhile. `search` may be left out with a cursor; if not, it must be the same.
 * Throws `QueryError`: also for a cursor that is none or that expired.
 */
export async function searchByCursor(
  client: SearchClient,
  alias: string,
  cursor: string,
  search: CursorSearch | null,
): Promise<CursorPage> {
  const signal = search?.signal;
  const begun = cursor === '*' ? await begin(client, alias, search ?? {}) : readCursor(cursor, search);
  const { query, sort, found } = requestOf(begun.search);
  const request: estypes.SearchRequest = {
    pit: { id: begun.pit, keep_alive: KEEP_ALIVE },
    query,
    sort,
    size: begun.search.size,
    ...found,
    track_total_hits: cursor === '*',
    ...(begun.after.length > 0 && { search_after: [...begun.after] as estypes.SortResults }),
  };
  const [answer] = await expiring(() => askAll(client, alias, [request], signal)).catch(async (error: unknown) => {
    // No client got a cursor to continue with.
    if (cursor === '*') await client.closePointInTime({ id: begun.pit }).catch(() => {});
    throw error;
  });
  const { hits } = answer!.hits;
  const total = cursor === '*' ? totalOf(answer!) : begun.total;
  const isLast = hits.length < begun.search.size;
  if (isLast) await client.closePointInTime({ id: begun.pit }).catch(() => {});
  const after = hits.at(-1)?.sort as Cursor['after'] | undefined;
  const next = isLast || after === undefined ? null : writeCursor({ ...begun, pit: answer!.pit_id ?? begun.pit, after, total });
  return { total, hits: hits.map(toHit), next, isHighlighted: begun.search.highlight === true };
}

/** Closes the state of an abandoned walk in Elasticsearch. An invalid or expired cursor is ignored. */
export async function closeCursor(client: SearchClient, cursor: string): Promise<void> {
  const pit = parseCursor(cursor)?.pit;
  if (pit !== undefined) await client.closePointInTime({ id: pit }).catch(() => {});
}

/** What stays the same in all cursors of a walk; null for what is no cursor. */
export function cursorKey(cursor: string): string | null {
  return parseCursor(cursor)?.pit ?? null;
}

async function begin(client: SearchClient, alias: string, search: CursorSearch): Promise<Cursor> {
  if (search.sample !== undefined) throw wrong('a sample is read by page and size: leave cursor out', 'cursor');
  const wanted = comparable(search);
  // Before a point in time is opened, so that a wrong query leaves nothing behind.
  requestOf(wanted);
  const { id: pit } = await translateErrors(alias, () => client.openPointInTime({ index: alias, keep_alive: KEEP_ALIVE }));
  return { pit, after: [], total: 0, search: wanted };
}

function requestOf(search: Cursor['search']) {
  const compiled = compileRecordQuery(search);
  const isHighlighted = search.highlight === true && compiled.searchesWords;
  return { query: narrowed(compiled), sort: compiled.sort, found: isHighlighted ? highlighted(compiled) : NUMBER_ONLY };
}

/** The parts of a search that must be equal in all requests of a walk. */
function comparable({ q = '', filters = {}, allVersions = false, bounds, sort, size = 25, highlight }: CursorSearch): Cursor['search'] {
  checkSize(size);
  if (size === 0) throw wrong('size must be 1 or more with a cursor', 'size');
  const given = Object.entries(filters).filter(([, values]) => values.length > 0);
  return {
    q,
    filters: Object.fromEntries(given.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    allVersions,
    ...(bounds && { bounds }),
    ...(sort !== undefined && { sort }),
    size,
    ...(highlight === true && { highlight }),
  };
}

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(text: string, search: CursorSearch | null): Cursor {
  const cursor = parseCursor(text);
  if (cursor === null) throw wrong('the cursor cannot be read: take it from the reply before, whole, or begin with cursor=*', 'cursor');
  if (search !== null && JSON.stringify(comparable(search)) !== JSON.stringify(cursor.search))
    throw wrong(
      'the cursor belongs to another search: keep the other parameters as they were, leave them out, or begin with cursor=*',
      'cursor',
    );
  return cursor;
}

function parseCursor(text: string): Cursor | null {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<Cursor> | null;
    const whole = typeof value?.pit === 'string' && isPlace(value.after, value.search) && typeof value.total === 'number';
    return whole && isSearch(value.search) ? { ...(value as Cursor), search: comparable(value.search) } : null;
  } catch {
    return null;
  }
}

/** Only texts may be missing in the place that a walk has reached: other sorts have a value for what is not there. */
function isPlace(after: unknown, search: Partial<RecordQuery> | undefined): boolean {
  if (!Array.isArray(after)) return false;
  const sort: unknown = search?.sort;
  const mayBeNull = (index: number): boolean => typeof sort === 'string' && mayLack(sort, index);
  return after.every((one, index) => typeof one === 'string' || typeof one === 'number' || (one === null && mayBeNull(index)));
}

/** A cursor comes from the client and may be forged. */
function isSearch(value: unknown): value is Cursor['search'] {
  if (typeof value !== 'object' || value === null) return false;
  const { q, filters, bounds = [], sort = '', size } = value as Record<string, unknown>;
  const lists = typeof filters === 'object' && filters !== null ? Object.values(filters) : [null];
  const isList = (list: unknown): boolean => Array.isArray(list) && list.every((one) => typeof one === 'string');
  const isBox = Array.isArray(bounds) && bounds.every((one) => typeof one === 'number');
  return typeof q === 'string' && typeof sort === 'string' && Number.isInteger(size) && isBox && lists.every(isList);
}

/** Elasticsearch no longer has the state that the cursor continues. */
async function expiring<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new QueryError(
      'the cursor has expired: it lives five minutes after each page, and as long as the search server runs; begin again with cursor=*',
      { code: 'expired-cursor', parameter: 'cursor' },
      { cause: error },
    );
  }
}

function wrong(message: string, parameter: string): QueryError {
  return new QueryError(message, { code: 'wrong-parameter', parameter });
}
