import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openDumpFile, parseChecksum } from './dump-bytes.ts';

const never = new AbortController().signal;

it('compares the checksum to the last byte, also of what follows the packed data', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'thresher-bytes-'));
  try {
    const path = join(folder, 'records-json.tar.gz');
    const packed = gzipSync('text');
    const of = parseChecksum('md5:1cb251ec0d568de6a929b520c4aed8d1')!;
    const read = async (bytes: Buffer) => {
      await writeFile(path, bytes);
      const { bytes: unpacked } = await openDumpFile(path, of, { userAgent: 'test' }, never);
      let text = '';
      for await (const chunk of unpacked) text += Buffer.from(chunk).toString();
      return text;
    };
    await expect(read(packed)).rejects.toThrow(/has the md5 checksum [0-9a-f]{32}, not 1cb251ec0d568de6a929b520c4aed8d1/);
    await expect(read(Buffer.concat([packed, Buffer.alloc(300_000)]))).rejects.toThrow(
      'it is another file, or damaged; download it again, or correct --checksum',
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
