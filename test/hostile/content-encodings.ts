import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { fetchReply, NoReplyError, type TransportReply } from '@thresher/oai';
import { defineFuzzer } from './fuzzer.ts';

/** A body, how it is packed, what the header says, and what happened to it on the way. */
interface PackedBody {
  readonly body: Uint8Array;
  readonly layers: readonly (keyof typeof pack)[];
  readonly announced: string;
  readonly damage: { readonly at: number; readonly byte: number } | null;
  readonly cutAt: number | null;
}

/** The best quality takes seconds for a bomb that the least packs as small. */
const br = (bytes: Uint8Array): Uint8Array => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
const pack = { gzip: gzipSync, deflate: deflateSync, raw: deflateRawSync, br, zstd: zstdCompressSync } as const;

const maxBytes = 200_000;

const bodies: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 500 }),
  fc.string({ maxLength: 300 }).map((text) => Buffer.from(`<?xml version="1.0"?><a>${text}</a>`)),
  // Bombs: far more than the limit in a few bytes.
  fc.tuple(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 1_000_000 })).map(([byte, length]) => Buffer.alloc(length, byte)),
);

const arbitrary: fc.Arbitrary<PackedBody> = fc.record({
  body: bodies,
  layers: fc.array(fc.constantFrom(...(Object.keys(pack) as (keyof typeof pack)[])), { maxLength: 5 }),
  announced: fc.oneof(
    fc.constantFrom('', 'gzip', 'br', 'zstd', 'deflate', 'identity', 'gzip, gzip', 'br, gzip', 'deflate, deflate', ',,,', 'GZIP ,  br'),
    fc.string({ maxLength: 20 }),
  ),
  damage: fc.option(fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }) })),
  cutAt: fc.option(fc.nat()),
});

function wireOf({ body, layers, damage, cutAt }: PackedBody): Uint8Array {
  const wire = Buffer.from(layers.reduce<Uint8Array>((bytes, layer) => pack[layer](bytes), body));
  if (damage !== null && wire.length > 0) wire[damage.at % wire.length] = damage.byte;
  return cutAt === null || wire.length === 0 ? wire : wire.subarray(0, cutAt % wire.length);
}

/** Content encodings of answers: what is unpacked stays within the limit, and what cannot be unpacked is a `NoReplyError`. */
export const contentEncodings = defineFuzzer<PackedBody>({
  name: 'content encodings',
  shortInputs: 200,
  inputs: 5_000,
  arbitrary,
  corpus: [
    { name: 'gzip bomb', make: () => ({ body: Buffer.alloc(32_000_000), layers: ['gzip'], announced: 'gzip', damage: null, cutAt: null }) },
    { name: 'brotli bomb', make: () => ({ body: Buffer.alloc(32_000_000), layers: ['br'], announced: 'br', damage: null, cutAt: null }) },
    {
      name: 'a bomb in a bomb',
      make: () => ({ body: Buffer.alloc(32_000_000), layers: ['gzip', 'gzip', 'gzip'], announced: '', damage: null, cutAt: null }),
    },
  ],
  show: ({ body, ...rest }) => JSON.stringify({ body: `${body.length} bytes`, ...rest }),
  open: async () => async (input) => {
    const reply: TransportReply = { status: 200, headers: { 'content-encoding': input.announced }, body: wireOf(input) };
    const limits = { userAgent: 'test', timeoutMs: 60_000, maxBytes };
    try {
      const { bytes } = await fetchReply(async () => reply, 'http://127.0.0.1/oai', limits);
      if (bytes.length > maxBytes) throw new Error(`${bytes.length} bytes were unpacked, the limit is ${maxBytes}`);
    } catch (error) {
      if (!(error instanceof NoReplyError)) throw error;
    }
  },
});
