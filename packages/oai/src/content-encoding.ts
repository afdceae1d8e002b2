import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { asBuffer } from './encoding.ts';

/** What `Accept-Encoding` asks for. */
export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

type Limits = { maxOutputLength: number; chunkSize: number };
type Decompress = (bytes: Uint8Array, options: Limits) => Promise<Uint8Array>;

const unzstd = promisify(zstdDecompress);

/** The memory that a frame may require before its first byte: 8 MiB, the limit of RFC 9659 for content encodings. */
const zstdWindow = { [constants.ZSTD_d_windowLogMax]: 23 };

const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  zstd: (bytes, options) => unzstd(bytes, { ...options, params: zstdWindow }),
  zlib: promisify(inflate),
  raw: promisify(inflateRaw),
};

const MAX_LAYERS = 4;

/**
 * How many bytes to allocate, so that a page is one buffer and not dozens that are joined afterwards. A gzip states
 * its length at its end, which may be wrong; otherwise XML unpacks to about ten times its size.
 */
function likelySize(method: string, packed: Uint8Array): number {
  const said = method === 'gzip' && packed.length >= 18 ? asBuffer(packed).readUInt32LE(packed.length - 4) + 1 : packed.length * 12;
  return Math.min(Math.max(said, 16_384), 4_194_304);
}

/**
 * Undoes the content encodings of a body. What the bytes show wins over what the header says: gzip and zstd are
 * recognised unannounced, and a body announced as compressed that is plain XML stays as it is (some proxies unpack and
 * leave the header). Rejects with zlib's errors; `ERR_BUFFER_TOO_LARGE` when the result exceeds `maxBytes`.
 */
export async function decodeContent(bytes: Uint8Array, contentEncoding: string | undefined, maxBytes: number): Promise<Uint8Array> {
  const announced = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .reverse();
  let body = bytes;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const method = methodOf(body, announced[layer]);
    if (method === null) return body;
    body = await DECOMPRESS[method]!(body, { maxOutputLength: maxBytes, chunkSize: likelySize(method, body) });
  }
  return body;
}

function methodOf(body: Uint8Array, announced: string | undefined): string | null {
  const [a, b, c, d] = body;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (body.length === 0 || looksLikeXml(body)) return null;
  if (announced === 'br') return 'br';
  // "deflate" means the zlib format, but some servers send it bare (RFC 9110, section 8.4.1.2).
  if (announced === 'deflate') return (a! & 0x0f) === 8 && (a! * 256 + b!) % 31 === 0 ? 'zlib' : 'raw';
  return null;
}

function looksLikeXml(body: Uint8Array): boolean {
  return /^(\u00ef\u00bb\u00bf)?\s*<[?!A-Za-z]/.test(Buffer.from(body.subarray(0, 64)).toString('latin1'));
}
