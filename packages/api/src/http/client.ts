import { isIPv6 } from 'node:net';

/**
 * What requests are counted by: the address, but of IPv6 the network of 64 bits, all addresses of which are one customer's.
 * Empty for a request whose connection is gone.
 */
export function clientOf(ip: string | undefined): string {
  if (ip === undefined) return '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(ip) ? `${groupsOf(ip).slice(0, 4).join(':')}::/64` : ip;
}

/** The eight groups of an address, without leading zeros. */
function groupsOf(ip: string): string[] {
  // A URL writes an address in its shortest form and takes no zone.
  const address = URL.parse(`http://[${ip.replace(/%.*$/, '')}]`)!.hostname.slice(1, -1);
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}
