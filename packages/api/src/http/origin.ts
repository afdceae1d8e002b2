import type { PublicAddress } from '../deps.ts';
import type { Api } from './instance.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where this API is reached, `https://host:port`, for the links in its answers. */
    readonly origin: string;
  }
}

/** Gives requests their `origin`. */
export function addOrigin(app: Api, publicAddress: PublicAddress = {}): void {
  app.decorateRequest('origin', {
    getter() {
      const { localAddress, localPort } = this.socket ?? {};
      return originOf({ host: this.host, protocol: this.protocol, localAddress, localPort }, publicAddress);
    },
  });
}

/** The address of a request as it states it, and the socket that it came through. */
interface RequestAddress {
  /** `Host`, or `X-Forwarded-Host` of a named proxy. */
  readonly host: string;
  /** `X-Forwarded-Proto` of a named proxy is whatever it sent. */
  readonly protocol: string;
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
}

/**
 * The origin for links. The client writes `Host`: it is repeated only if it is the public address, a loopback name or the
 * address that the request came to. Otherwise links use the public address, or else the one that the request came to.
 */
export function originOf({ host, protocol, localAddress, localPort }: RequestAddress, { publicUrl, boundHost }: PublicAddress): string {
  const scheme = protocol === 'https' ? 'https' : 'http';
  const asked = HOST.test(host) ? URL.parse(`${scheme}://${host}`) : null;
  const local = localAddress === undefined ? null : URL.parse(`http://${bracketed(localAddress)}:${localPort}`);
  if (publicUrl !== undefined && asked?.host === URL.parse(`${scheme}://${new URL(publicUrl).host}`)?.host) return publicUrl;
  const own = [local?.hostname, boundHost && URL.parse(`http://${bracketed(boundHost)}`)?.hostname];
  if (asked !== null && (isLoopback(asked.hostname) || own.includes(asked.hostname))) return asked.origin;
  return publicUrl ?? local?.origin ?? 'http://localhost';
}

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** If a host name, as it stands in a URL, names this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** An address as written in a URL; a dual-stack socket reports 10.0.0.1 as `::ffff:10.0.0.1`. */
function bracketed(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}

/** The requested URL without its API key, at `origin` even if the request line names another host. */
export function requestUrl({ originalUrl, origin }: { readonly originalUrl: string; readonly origin: string }): URL {
  const [, path = '/', search = ''] = /^([^?]*)(.*)$/s.exec(withoutHost(originalUrl))!;
  const url = Object.assign(new URL(origin), { pathname: path, search });
  // Deleting a missing parameter would rewrite the query as well.
  if (url.searchParams.has('access_token')) url.searchParams.delete('access_token');
  return url;
}

/** A request line may hold a whole URL (RFC 9112, 3.2.2), which the router accepts. */
export function withoutHost(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
}
