import type { RecordFault } from '@thresher/oai';
import { measure } from '@thresher/runtime';
import type { Db } from '@thresher/store/database';
import { type Page, type QuarantinedRecord, updateQuarantine } from '@thresher/store/harvest';
import { refusalOf } from '@thresher/store/write';

/** A record that could be read, or its header, with its place on its page. */
export interface RecordOnPage<T> {
  readonly record: T;
  readonly pageId: number;
  /** From 0. */
  readonly position: number;
  readonly identifier: string;
  readonly bytes: Uint8Array;
}

/** A page with what could be read from it. */
export interface UnpackedPage<T> {
  readonly page: Page;
  readonly records: readonly RecordOnPage<T>[];
  /** Records that could not be read. */
  readonly faults: readonly RecordFault[];
}

/** The results of the parts of a list in order, and the items that were refused. */
export interface BisectResult<T, Result> {
  readonly done: readonly Result[];
  readonly refused: readonly { readonly item: T; readonly reason: string }[];
}

/** The row of a record that could not be read or written. */
export const quarantinedRecord = ({
  position,
  identifier,
  reason,
  bytes,
}: Pick<RecordFault, 'position' | 'identifier' | 'reason' | 'bytes'>): QuarantinedRecord => ({
  position,
  oai_identifier: identifier,
  reason,
  content: bytes,
});

/**
 * Writes what is on pages, as a whole if that can be. A record that could not be read or that PostgreSQL cannot hold goes into
 * quarantine with its bytes, and the others are written. Returns what `write` returned for each part.
 */
export async function storePages<T, Result>(
  db: Db,
  pages: readonly UnpackedPage<T>[],
  write: (some: readonly RecordOnPage<T>[]) => Promise<Result>,
): Promise<readonly Result[]> {
  const { done, refused } = await writeBisecting(
    pages.flatMap(({ records }) => records),
    write,
  );
  for (const { page, records, faults } of pages) {
    const here = refused.filter(({ item }) => item.pageId === page.id);
    const quarantined = [...faults, ...here.map(({ item, reason }) => ({ ...item, reason }))].map(quarantinedRecord);
    if (quarantined.length === 0 && !page.remap) continue;
    const out = new Set(quarantined.map(({ position }) => position));
    const written = records.map((it) => it.position).filter((position) => !out.has(position));
    const added = await updateQuarantine(db, page, quarantined, written);
    if (added > 0) measure('records', { outcome: 'quarantined' }, added);
  }
  return done;
}

/**
 * Does something with a list at once. If that is refused because of one of its items, with each half of the list, and
 * so on: a refused one is found in a few steps.
 */
export async function writeBisecting<T, Result>(
  items: readonly T[],
  write: (some: readonly T[]) => Promise<Result>,
): Promise<BisectResult<T, Result>> {
  try {
    return { done: [await write(items)], refused: [] };
  } catch (error) {
    const reason = refusalOf(error);
    if (reason === null) throw error;
    if (items.length <= 1) return { done: [], refused: items.map((item) => ({ item, reason })) };
    const middle = Math.ceil(items.length / 2);
    const first = await writeBisecting(items.slice(0, middle), write);
    const second = await writeBisecting(items.slice(middle), write);
    return { done: [...first.done, ...second.done], refused: [...first.refused, ...second.refused] };
  }
}
