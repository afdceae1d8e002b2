import { once, type EventEmitter } from 'node:events';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { csvRows } from './csv.ts';
import { type DumpDocument, dumpDocuments } from './dump-documents.ts';
import { readDumpDocument } from './dump-record.ts';

const most = 1_000_000;

/** An archive of members of given lengths, made while it is read. */
function archive(members: readonly { readonly name: string; readonly bytes: number }[]): AsyncIterable<Uint8Array> {
  const tar = pack();
  const piece = Buffer.alloc(65_536, ' ');
  void (async () => {
    for (const { name, bytes } of members) {
      const entry = tar.entry({ name, size: bytes });
      for (let left = bytes; left > 0; left -= piece.length)
        if (!entry.write(piece.subarray(0, Math.min(left, piece.length)))) await once(entry as unknown as EventEmitter, 'drain');
      entry.end(Buffer.alloc(0));
    }
    tar.finalize();
  })();
  return tar as unknown as AsyncIterable<Uint8Array>;
}

async function documents(bytes: AsyncIterable<Uint8Array>): Promise<DumpDocument[]> {
  const found: DumpDocument[] = [];
  for await (const document of dumpDocuments(bytes, most)) found.push(document);
  return found;
}

test('a member that is too large is named with its beginning, and takes no memory; its neighbours are read', async () => {
  const before = process.memoryUsage().arrayBuffers;
  const found = await documents(
    archive([
      { name: '1.xml', bytes: 1_000 },
      { name: '2.xml', bytes: 300_000_000 },
      { name: '3.xml', bytes: most },
    ]),
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
  expect(found.map(({ name, bytes, tooLarge }) => [name, bytes.length, tooLarge])).toEqual([
    ['1.xml', 1_000, null],
    ['2.xml', 65_536, 300_000_000],
    ['3.xml', most, null],
  ]);
  expect(readDumpDocument(found[1]!)).toEqual({
    identifier: 'oai:zenodo.org:2',
    reason: '2.xml has 300000000 bytes, more than MAX_DUMP_MEMBER_MB allows; its first 65536 bytes are kept',
  });
});

test('a header that says it is a gigabyte long ends the archive with a sentence', async () => {
  const header = Buffer.alloc(512);
  header.write('PaxHeader/x', 0);
  header.write('0000644\u00000000000\u00000000000\u0000', 100);
  header.write('10000000000\u000000000000000\u0000        x', 124);
  header.write('ustar\u000000', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\u0000 `,
    148,
  );
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield header;
    for (let n = 0; n < 16_384; n++) yield Buffer.alloc(65_536, 'x');
  }
  await expect(documents(endless())).rejects.toThrow('the archive cannot be read: Header exceeds max size');
});

test('a quote that is never closed ends a list of rows with a sentence', async () => {
  async function* pieces(): AsyncGenerator<string> {
    yield 'a,b\n1,"';
    for (let n = 0; n < 100; n++) yield 'x'.repeat(100_000);
  }
  const rows: string[][] = [];
  await expect(
    (async () => {
      for await (const row of csvRows(pieces())) rows.push(row);
    })(),
  ).rejects.toThrow('row 2 has more than 1000000 characters');
  expect(rows).toEqual([['a', 'b']]);
});
