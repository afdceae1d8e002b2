import { expect, test } from 'vitest';
import { NotOaiError, parseListPage, XmlError } from '@thresher/oai';
import { hostilePages, hostileRecords } from './hostile-pages.ts';
import { allocatedBy, countSearched } from './work.ts';

/** Characters that are searched for each of a page; measured: 30 at most. */
const mostSearched = 40;
/** Bytes of JavaScript's heap for each of a page that are allocated, and what any page may take. What is broken in many records is read several times. */
const [mostAllocated, anyPage] = [300, 150_000_000];

const modes = [true, false];

test.each(hostileRecords)('$name: costs its own record only', ({ make }) => {
  const { records, faults, resumptionToken } = parseListPage(Buffer.from(make()), { metadata: true });
  expect(records.map(({ header }) => header.identifier)).toEqual(['oai:x:0', 'oai:x:2']);
  expect(faults.map(({ identifier }) => identifier)).toEqual(['oai:x:1']);
  expect(resumptionToken?.value).toBe('next');
});

test.each(hostileRecords)('$name: a walk gets past it', ({ make }) => {
  // What is inside metadata need not be read then, so that the record may count as sound.
  const { records, resumptionToken } = parseListPage(Buffer.from(make()), { metadata: false });
  expect(records.map(({ header }) => header.identifier)).toEqual(expect.arrayContaining(['oai:x:0', 'oai:x:2']));
  expect(resumptionToken?.value).toBe('next');
});

test.each([...hostileRecords, ...hostilePages])('$name: time and memory are bounded', async ({ make }) => {
  const bytes = Buffer.from(make());
  for (const metadata of modes) {
    const read = (): void => {
      try {
        parseListPage(bytes, { metadata });
      } catch (error) {
        if (!(error instanceof XmlError || error instanceof NotOaiError)) throw error;
      }
    };
    expect(countSearched(read).characters / bytes.length).toBeLessThan(mostSearched);
    expect(await allocatedBy(read)).toBeLessThan(mostAllocated * bytes.length + anyPage);
  }
});
