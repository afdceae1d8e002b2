import { addSeconds, datestampGranularity, type Outbound, parseDatestamp } from '@thresher/oai';
import { confirmDeletions, type ConfirmedDeletions, type DeletedRecordRow, type Source } from '@thresher/store/harvest';
import { csvRows } from './csv.ts';
import { openDumpFile } from './dump-bytes.ts';
import { DumpUnreadableError } from './dump-errors.ts';
import type { HarvestDeps } from '../harvest-deps.ts';
import { untilIndexed } from '../indexing/until-indexed.ts';

/** Rows in one transaction. */
const batch = 500;

/**
 * Makes tombstones of the records that Zenodo's `records-deleted.csv.gz` names and that are stored, each with the
 * reason it gives, and waits until the index has them. May run again.
 *
 * @throws DumpUnreadableError, the signal's reason.
 */
export async function applyDeletedRecords(
  deps: HarvestDeps,
  source: Source,
  location: string,
  outbound: Outbound,
  signal: AbortSignal,
): Promise<ConfirmedDeletions> {
  const { bytes } = await openDumpFile(location, null, { ...outbound, trusted: [source.base_url] }, signal);
  const sum = { confirmed: 0, deleted: 0, newer: 0, unknown: 0 };
  let rows: DeletedRecordRow[] = [];
  const apply = async (): Promise<void> => {
    const counts = await confirmDeletions(deps.db, source.id, rows);
    for (const name of ['confirmed', 'deleted', 'newer', 'unknown'] as const) sum[name] += counts[name];
    rows = [];
  };
  for await (const row of deletedRows(bytes, location)) {
    signal.throwIfAborted();
    rows.push(row);
    if (rows.length === batch) await apply();
  }
  await apply();
  await untilIndexed(deps, signal);
  return sum;
}

async function* deletedRows(bytes: AsyncIterable<Uint8Array>, location: string): AsyncGenerator<DeletedRecordRow, void, undefined> {
  let columns: readonly string[] | null = null;
  for await (const row of csvRows(decoded(bytes))) {
    if (columns === null) {
      if (!row.includes('record_id'))
        throw new DumpUnreadableError(`${location} is no list of deleted records: its first line has no column record_id`);
      columns = row;
      continue;
    }
    const cell = (name: string): string | null => row[columns!.indexOf(name)] || null;
    const recordId = cell('record_id');
    if (recordId !== null)
      yield {
        recordId,
        doi: cell('doi'),
        parentId: cell('parent_id'),
        parentDoi: cell('parent_doi'),
        removalNote: cell('removal_note'),
        removalReason: cell('removal_reason'),
        removalDate: cell('removal_date'),
        removedBy: endOf(cell('removal_date') ?? ''),
        citationText: cell('citation_text'),
      };
  }
}

/** The end of a day, or an instant; null for what is neither. A change on the day of the removal was before it. Pure. */
export function endOf(text: string): Date | null {
  const instant = parseDatestamp(text);
  if (instant === null) return null;
  return datestampGranularity(text) === 'YYYY-MM-DD' ? addSeconds(instant, 86_400) : instant;
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
