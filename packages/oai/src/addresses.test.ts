import { expect, test } from 'vitest';
import { isListed, networkList, specialKind } from './addresses.ts';

test.each([
  ['0.0.0.0', 'an unspecified'],
  ['127.0.0.1', 'a loopback'],
  ['127.255.3.4', 'a loopback'],
  ['169.254.169.254', 'a link-local'],
  ['10.2.3.4', 'a private'],
  ['172.31.255.255', 'a private'],
  ['192.168.1.1', 'a private'],
  ['100.64.0.1', 'a carrier-grade NAT'],
  ['239.1.1.1', 'a multicast'],
  ['198.18.0.1', 'a reserved'],
  ['255.255.255.255', 'a reserved'],
  ['::', 'an unspecified'],
  ['::1', 'a loopback'],
  ['fe80::1%eth0', 'a link-local'],
  ['fd12:3456::1', 'a private'],
  ['ff02::1', 'a multicast'],
  ['2002:7f00:1::', 'a reserved'],
  ['2001:0:7f00:1::', 'a reserved'],
  ['::127.0.0.1', 'a reserved'],
  // IPv4 inside IPv6: mapped, translated by NAT64, and by a local NAT64.
  ['::ffff:127.0.0.1', 'a loopback'],
  ['::FFFF:a01:203', 'a private'],
  ['0:0:0:0:0:ffff:a9fe:a9fe', 'a link-local'],
  ['64:ff9b::7f00:1', 'a loopback'],
  ['64:ff9b::192.168.0.1', 'a private'],
  ['64:ff9b:1::5db8:d822', 'a private'],
])('%s is %s address', (address, kind) => {
  expect(specialKind(address)).toBe(kind);
});

test.each(['137.138.52.235', '172.32.0.1', '100.128.0.1', '2001:1458:d00:3b::100:3c', '::ffff:137.138.52.235', '64:ff9b::898a:34eb'])(
  '%s is public',
  (address) => {
    expect(specialKind(address)).toBeNull();
  },
);

test('a list of networks knows an IPv4 address in every form', () => {
  const list = networkList(['10.0.0.0/8', '127.0.0.1', 'fd00::/8']);
  const listed = (addresses: string[]): boolean[] => addresses.map((address) => isListed(list, address));
  expect(listed(['10.9.9.9', '::ffff:10.1.1.1', '64:ff9b::7f00:1', 'fd00::5%lo'])).toEqual([true, true, true, true]);
  expect(listed(['11.0.0.1', '127.0.0.2', 'fe80::1', '::ffff:127.0.0.2'])).toEqual([false, false, false, false]);
});
