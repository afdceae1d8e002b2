import { mapRdmRecord } from '@thresher/datacite';
import type { RecordFault } from '@thresher/oai';
import type { Page } from '@thresher/store/harvest';
import { type HarvestedRecord, elementHash } from '@thresher/store/write';
import type { RecordOnPage, UnpackedPage } from './store-pages.ts';

const lineBreak = 10;

/** The records of a page of a JSON dump, one on a line; the position of a record is the number of its line, empty ones included. */
export function unpackJson(page: Page, bytes: Buffer): UnpackedPage<HarvestedRecord> {
  const records: RecordOnPage<HarvestedRecord>[] = [];
  const faults: RecordFault[] = [];
  for (let [start, position] = [0, 0]; start < bytes.length; position++) {
    const found = bytes.indexOf(lineBreak, start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    try {
      if (line.length > 0) records.push(placed(page, line, position));
    } catch (error) {
      // The mapping is pure: it would fail on this record again, and on no other.
      const reason = `it could not be mapped: ${(error as Error).message}`;
      faults.push({
        position,
        identifier: identifierIn(line),
        reason,
        bytes: line,
        line: null,
        column: null,
        byteStart: start,
        byteEnd: end,
      });
    }
    start = end + 1;
  }
  return { page, records, faults };
}

/** Who a line is that cannot be read; null if it does not say either. */
const identifierIn = (line: Buffer): string | null =>
  /"oai": ?\{[^{}]*"identifier": ?"(oai:[^"\\]+)"/.exec(line.toString('latin1'))?.[1] ?? null;

function placed(page: Page, line: Buffer, position: number): RecordOnPage<HarvestedRecord> {
  const { header, metadata, issues, facts } = mapRdmRecord(JSON.parse(line.toString()));
  const { identifier, datestamp, setSpecs } = header;
  return {
    pageId: page.id,
    position,
    identifier,
    bytes: line,
    record: {
      header: { identifier, datestamp: datestamp ?? '', setSpecs, deleted: false },
      datestamp: datestamp === null ? null : new Date(datestamp),
      metadata,
      issues,
      elementHash: elementHash(line),
      // A dump shows the repository at one time.
      json: { asOf: page.response_date ?? page.fetched_at, facts },
    },
  };
}
