import { isUtf8 } from 'node:buffer';

/** How the bytes of a document become characters. */
export interface DocumentEncoding {
  /** WHATWG name: `utf-8`, `utf-16le`, `utf-16be`, `windows-1252` (which ISO-8859-1 means in practice), … */
  readonly label: string;
  /** Byte offset of the first character: after the byte order mark and after blank lines that some servers send first. */
  readonly start: number;
}

/** Where the bytes stop being valid in their encoding. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
  readonly label: string;
  /** Offset of the first invalid byte, null if the decoder does not know it. */
  readonly byteOffset: number | null;

  constructor(message: string, label: string, byteOffset: number | null) {
    super(message);
    this.label = label;
    this.byteOffset = byteOffset;
  }
}

const DECLARATION_BYTES = 200;

/**
 * The encoding of an XML document: byte order mark, then the shape of the first bytes (UTF-16), the XML declaration, the
 * charset of the Content-Type, UTF-8. The declaration wins over the charset: HTTP headers are wrong more often.
 * Throws `EncodingError` for an encoding that is neither Unicode's nor of single bytes.
 */
export function detectEncoding(bytes: Uint8Array, charset?: string | null): DocumentEncoding {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return { label: 'utf-16le', start: 2 };
  if (a === 0xfe && b === 0xff) return { label: 'utf-16be', start: 2 };
  if (a === 0x3c && b === 0 && c !== 0 && d === 0) return { label: 'utf-16le', start: 0 };
  if (a === 0 && b === 0x3c && c === 0 && d !== 0) return { label: 'utf-16be', start: 0 };
  if (a === 0xef && b === 0xbb && c === 0xbf) return { label: 'utf-8', start: blanksEnd(bytes, 3) };
  const start = blanksEnd(bytes, 0);
  const declared = declaredEncoding(bytes) ?? charset ?? 'utf-8';
  // Bytes that can be read as ASCII are not UTF-16, whatever they declare.
  return { label: /^(utf-?16|ucs-?2|iso-10646)/i.test(declared) ? 'utf-8' : supportedLabel(declared), start };
}

function blanksEnd(bytes: Uint8Array, from: number): number {
  let i = from;
  while (i < bytes.length && bytes[i]! <= 0x20) i++;
  return i;
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, DECLARATION_BYTES)).toString('latin1');
  return /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? null;
}

// Multi-byte encodings other than Unicode's (Shift_JIS, GB18030 …) have no cheap way back from characters to bytes.
const SINGLE_BYTE = /^(windows-|iso-8859-|koi8-|ibm866|macintosh|x-mac-)/;

function supportedLabel(declared: string): string {
  const label = knownLabel(declared);
  if (label === 'utf-8' || SINGLE_BYTE.test(label)) return label;
  throw new EncodingError(`the encoding ${declared} is not supported`, declared, null);
}

function knownLabel(declared: string): string {
  try {
    return new TextDecoder(declared).encoding;
  } catch (cause) {
    if (cause instanceof RangeError) return declared;
    throw cause;
  }
}

/** The characters of the bytes from its start on. Throws `EncodingError` where a byte is not valid. */
export function decodeStrictly(bytes: Uint8Array, encoding: DocumentEncoding): string {
  const body = asBuffer(bytes).subarray(encoding.start);
  if (encoding.label === 'utf-8') {
    // isUtf8 and toString are several times faster than a fatal TextDecoder, which is only needed for the message.
    if (isUtf8(body)) return body.toString('utf8');
    throw invalidBytes(body, encoding);
  }
  try {
    return new TextDecoder(encoding.label, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw invalidBytes(body, encoding);
  }
}

function invalidBytes(body: Buffer, { label, start }: DocumentEncoding): EncodingError {
  const offset = label === 'utf-8' ? start + firstDifference(body, Buffer.from(body.toString('utf8'))) : null;
  return new EncodingError(`bytes that are not valid ${label.toUpperCase()}`, label, offset);
}

function firstDifference(a: Buffer, b: Buffer): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

/** The same bytes as a Buffer, without copying. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Turns ascending character offsets of a decoded document into byte offsets of the original.
 * The returned function must be called with ascending offsets.
 */
export function byteOffsets(text: string, byteLength: number, encoding: DocumentEncoding): (charOffset: number) => number {
  const { label, start } = encoding;
  if (label.startsWith('utf-16')) return (offset) => start + 2 * offset;
  if (label !== 'utf-8' || text.length === byteLength - start) return (offset) => start + offset;
  let chars = 0;
  let bytes = start;
  return (offset) => {
    bytes += Buffer.byteLength(text.slice(chars, offset), 'utf8');
    chars = offset;
    return bytes;
  };
}
