import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';

/** The body as it came over the wire, content encoding included. */
export interface TransportReply {
  readonly status: number;
  /** Names in lower case, repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** One GET, no redirects followed, no retries. A simulated repository can stand in for the network here. */
export type Transport = (
  url: string,
  options: { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> },
) => Promise<TransportReply>;

/** The default transport. Its time limit is the signal's, so undici's own limits are off. */
export function undiciTransport(dispatcher: Dispatcher): Transport {
  return async (url, { signal, headers }) => {
    const response = await request(url, { dispatcher, signal, headers: { ...headers }, headersTimeout: 0, bodyTimeout: 0 });
    return { status: response.statusCode, headers: flat(response.headers), body: response.body };
  };
}

/** Connections are kept and reused, one request at a time on each; the owner closes it. */
export function createDispatcher(connectTimeoutMs: number): Agent {
  return new Agent({ pipelining: 1, connect: { timeout: connectTimeoutMs } });
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flattened: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flattened[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flattened;
}
