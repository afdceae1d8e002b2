import { BlockList, isIP } from 'node:net';

/** Special-purpose networks of the IANA registries for IPv4 and IPv6, by the word for an error message. */
const networks: readonly (readonly [kind: string, ...cidrs: readonly string[]])[] = [
  ['an unspecified', '0.0.0.0/8', '::/128'],
  ['a loopback', '127.0.0.0/8', '::1/128'],
  ['a link-local', '169.254.0.0/16', 'fe80::/10'],
  ['a private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10', '64:ff9b:1::/48'],
  ['a carrier-grade NAT', '100.64.0.0/10'],
  ['a multicast', '224.0.0.0/4', 'ff00::/8'],
  ['a documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  // Benchmarks, relays and tunnels: Teredo and 6to4 lead to an IPv4 address that a tunnel chooses.
  ['a reserved', '192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '240.0.0.0/4', '2001::/23', '2002::/16'],
];

const lists = networks.map(([kind, ...cidrs]) => [kind, networkList(cidrs)] as const);
const global = networkList(['2000::/3']);

/** Addresses and networks in CIDR notation as a list to check against. */
export function networkList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Whether a list holds an address. A mapped or NAT64 address counts as the IPv4 address that it stands for. */
export function isListed(list: BlockList, address: string): boolean {
  const plain = plainAddress(address);
  return list.check(plain, familyOf(plain));
}

/**
 * The kind of an address that is not on the public internet, as `a loopback` or `a private`; null for a public one. A mapped
 * (`::ffff:127.0.0.1`) or NAT64 (`64:ff9b::7f00:1`) address is classified by the IPv4 address that it stands for.
 */
export function specialKind(address: string): string | null {
  const plain = plainAddress(address);
  const [kind] = lists.find(([, list]) => list.check(plain, familyOf(plain))) ?? [];
  return kind ?? (isIP(plain) === 4 || global.check(plain, 'ipv6') ? null : 'a reserved');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Without a zone, and IPv4 where IPv6 only carries it. */
function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/s, '');
  if (isIP(bare) !== 6) return bare;
  const groups = groupsOf(bare);
  const prefix = groups.slice(0, 6).join(':');
  const carriesIPv4 = prefix === '0:0:0:0:0:ffff' || prefix === '64:ff9b:0:0:0:0';
  return carriesIPv4 ? [groups[6]!, groups[7]!].flatMap(bytesOf).join('.') : bare;
}

const bytesOf = (group: string): number[] => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff];

/** The eight groups of an IPv6 address in lower case hexadecimal, without leading zeros. */
function groupsOf(address: string): string[] {
  // A URL parser also turns a dotted end into two groups.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [first, last] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
  return tail === undefined ? first : [...first, ...Array.from({ length: 8 - first.length - last.length }, () => '0'), ...last];
}
