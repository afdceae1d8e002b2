import { lookup as dnsLookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isListed, networkList, specialKind } from './addresses.ts';

/** Where requests may go apart from public addresses. */
export interface OutboundRule {
  /** URLs as the operator typed them, such as a source's base URL: their host and port may have an address that is not public. */
  readonly trusted?: readonly string[];
  /** Hosts, `host:port`, addresses and networks in CIDR notation that the operator permits, see `OUTBOUND_ALLOW`. */
  readonly allowed?: readonly string[];
  /** Instead of the system's name resolution. */
  readonly lookup?: LookupAll;
}

/** The client that sends requests, and where they may go apart from public addresses. */
export interface Outbound extends Pick<OutboundRule, 'allowed'> {
  readonly userAgent: string;
}

/** Resolves a host name to all its addresses, as `dns.lookup` does with `all: true`. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** No address of a host may be contacted: all are private, loopback or reserved, and the host is not permitted. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly code = 'ERR_ADDRESS_REFUSED';

  constructor(host: string, address: string) {
    const found = host === address ? host : `${host} has the address ${address}, which`;
    super(`${found} is ${specialKind(address)} address: no request is sent there unless OUTBOUND_ALLOW names it`);
  }
}

/**
 * Opens connections to public addresses, and to others only as the rule permits. The address is checked when a connection is
 * opened, so a name cannot have another address after the check. A trusted name whose first answer was a public address stays public.
 */
export function outboundConnector(rule: OutboundRule, timeout: number): buildConnector.connector {
  const { lookup = dnsLookup } = rule;
  const allowed = readAllowed(rule.allowed ?? []);
  const trusted = new Set((rule.trusted ?? []).flatMap(placesOf));
  const isInside = firstAnswers();
  const permitted = (found: readonly LookupAddress[]) =>
    found.filter(({ address }) => specialKind(address) === null || allowed.address(address));
  const guarded = buildConnector({ timeout, lookup: choosing(lookup, (_, found) => permitted(found)) });
  const pinned = buildConnector({
    timeout,
    lookup: choosing(lookup, (name, found) => (isInside(name, found) ? [...found] : permitted(found))),
  });
  const free = buildConnector({ timeout, lookup: choosing(lookup, (_, found) => [...found]) });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const place = `${host}:${options.port || (options.protocol === 'https:' ? 443 : 80)}`;
    // `net.connect` asks no `lookup` for an IP address.
    const isAddress = isIP(host) !== 0;
    if (allowed.place(host, place) || (isAddress && trusted.has(place))) return free(options, callback);
    if (isAddress && specialKind(host) !== null && !allowed.address(host))
      return queueMicrotask(() => callback(new AddressRefusedError(host, host), null));
    (trusted.has(place) ? pinned : guarded)(options, callback);
  };
}

/** `host:port` of a URL. A server that moves from http to https is still the same. */
function placesOf(url: string): string[] {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (port !== '') return [`${host}:${port}`];
  return protocol === 'https:' ? [`${host}:443`] : [`${host}:80`, `${host}:443`];
}

interface Allowed {
  place(host: string, place: string): boolean;
  address(address: string): boolean;
}

function readAllowed(entries: readonly string[]): Allowed {
  const isNetwork = (entry: string): boolean => isIP(entry.split('/')[0]!) !== 0;
  const networks = networkList(entries.filter(isNetwork));
  const places = new Set(entries.filter((entry) => !isNetwork(entry)).map((entry) => entry.toLowerCase().replace(/[[\]]/g, '')));
  return {
    place: (host, place) => places.has(host) || places.has(place),
    address: (address) => isListed(networks, address),
  };
}

/** Remembers of each name whether it had no public address when it was first resolved. */
export function firstAnswers(): (name: string, found: readonly LookupAddress[]) => boolean {
  const inside = new Map<string, boolean>();
  return (name, found) => {
    const known = inside.get(name) ?? found.every(({ address }) => specialKind(address) !== null);
    if (found.length > 0) inside.set(name, known);
    return known;
  };
}

function choosing(lookup: LookupAll, choose: (name: string, found: readonly LookupAddress[]) => LookupAddress[]): LookupFunction {
  return (name, options, callback) =>
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const chosen = choose(name, found);
      if (chosen.length === 0) return callback(new AddressRefusedError(name, found[0]?.address ?? ''), []);
      if (options.all === true) callback(null, chosen);
      else callback(null, chosen[0]!.address, chosen[0]!.family);
    });
}
