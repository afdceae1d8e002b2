import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeContent } from './content-encoding.ts';

const XML = Buffer.from(`<?xml version="1.0"?><a>${'é'.repeat(1000)}</a>`);
const MAX = 1 << 20;

test.each([
  ['gzip', gzipSync(XML)],
  ['x-gzip', gzipSync(XML)],
  ['deflate', deflateSync(XML)],
  ['deflate', deflateRawSync(XML)],
  ['br', brotliCompressSync(XML)],
  ['zstd', zstdCompressSync(XML)],
  ['gzip, br', brotliCompressSync(gzipSync(XML))],
  [undefined, gzipSync(XML)],
  ['identity', zstdCompressSync(XML)],
  ['gzip', gzipSync(gzipSync(XML))],
  ['gzip', XML],
  ['br', XML],
  ['UTF-8', XML],
  [undefined, XML],
  ['gzip', Buffer.concat([gzipSync(XML.subarray(0, 100)), gzipSync(XML.subarray(100))])],
])('%s is undone', async (announced, bytes) => {
  expect(Buffer.from(await decodeContent(bytes, announced, MAX)).equals(XML)).toBe(true);
});

test('an empty body stays empty', async () => {
  expect(await decodeContent(new Uint8Array(), 'gzip', MAX)).toHaveLength(0);
});

test('a small body that unpacks beyond the limit is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  await expect(decodeContent(bomb, 'gzip', MAX)).rejects.toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' });
});

test('a body that breaks off is an error', async () => {
  await expect(decodeContent(gzipSync(XML).subarray(0, 50), 'gzip', MAX)).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
});

test.each([
  ['br', brotliCompressSync(XML)],
  ['zstd', zstdCompressSync(XML)],
  ['deflate', deflateSync(XML)],
])('a cut %s body is not taken for a whole one', async (announced, bytes) => {
  await expect(decodeContent(bytes.subarray(0, bytes.length - 5), announced, MAX)).rejects.toThrow();
});
