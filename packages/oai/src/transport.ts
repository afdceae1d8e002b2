import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { type OutboundRule, outboundConnector } from './outbound.ts';

/** The body as it came over the wire, content encoding included. */
export interface TransportReply {
  readonly status: number;
  /** Names in lower case, repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What a transport needs to know of one request apart from its URL. */
export interface TransportOptions {
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  /** GET unless specified. */
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  /** Ends an exchange in which no byte arrives for this many milliseconds; without it, only the signal does. */
  readonly idleMs?: number;
}

/** One request, no redirects followed, no retries. A simulated repository can stand in for the network here. */
export type Transport = (url: string, options: TransportOptions) => Promise<TransportReply>;

/** The default transport. Its time limits are the caller's, so undici's own limits are off. */
export function undiciTransport(dispatcher: Dispatcher): Transport {
  return async (url, { signal, headers, method = 'GET', body = null, idleMs = 0 }) => {
    const limits = { headersTimeout: idleMs, bodyTimeout: idleMs };
    const response = await request(url, { dispatcher, signal, method, body, headers: { ...headers }, ...limits });
    return { status: response.statusCode, headers: flat(response.headers), body: response.body };
  };
}

/**
 * Connections are kept and reused, one request at a time on each; the owner closes it. They go to public addresses only, and
 * elsewhere as the rule permits.
 */
export function createDispatcher(connectTimeoutMs: number, rule: OutboundRule = {}): Agent {
  return new Agent({ pipelining: 1, connect: outboundConnector(rule, connectTimeoutMs) });
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flattened: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flattened[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flattened;
}
