import { handle, prepare } from './sim.ts';
import type { Sim } from './sim.ts';

/** Stands in for the network: what `createOaiClient({ transport })` of `@thresher/oai` takes. */
export type SimTransport = (
  url: string,
  options: { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> },
) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}>;

/**
 * The simulator without a port. Latency, stalled and slow replies do not wait: a stalled body throws at once, as a cut one does
 * after its half; a connection cut before the headers rejects. `clock` is in milliseconds since 1970.
 */
export function createTransport(sim: Sim, clock: () => number): SimTransport {
  return async (url, { signal, headers }) => {
    signal.throwIfAborted();
    const request = { method: 'GET', url, headers: { ...headers, host: new URL(url).host } };
    await prepare(request, sim, clock());
    const { status, headers: answered, body, transport, stream } = handle(request, sim, clock());
    if (transport?.kind === 'cut-before-headers') throw closed();
    if (stream !== undefined) {
      const share = transport?.kind === 'cut-body' ? transport.share : transport?.kind === 'stall' ? 0 : 1;
      const sent = stream.bytes(Math.floor(stream.length * share));
      const length = answered['accept-ranges'] === undefined ? {} : { 'content-length': String(stream.length) };
      return { status, headers: { ...answered, ...length }, body: share < 1 ? cutAfter(sent) : sent };
    }
    const whole = { ...answered, 'content-length': String(body.length) };
    if (transport?.kind === 'cut-body')
      return { status, headers: whole, body: cut(body.subarray(0, Math.floor(body.length * transport.share))) };
    if (transport?.kind === 'stall') return { status, headers: whole, body: cut(new Uint8Array()) };
    return { status, headers: whole, body };
  };
}

async function* cutAfter(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* parts;
  throw closed();
}

async function* cut(part: Uint8Array): AsyncGenerator<Uint8Array> {
  yield part;
  throw closed();
}

function closed(): Error {
  return Object.assign(new Error('socket closed'), { code: 'ECONNRESET' });
}
