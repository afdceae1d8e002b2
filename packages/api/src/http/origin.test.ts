import { describe, expect, test } from 'vitest';
import { originOf, requestUrl } from './origin.ts';

const asked = { host: 'localhost:8080', protocol: 'http', localAddress: '10.0.0.5', localPort: 8080 };
const publicUrl = 'https://mirror.example';

describe('links', () => {
  test.each([
    ['localhost:8080', 'http://localhost:8080'],
    ['api.localhost', 'http://api.localhost'],
    ['127.0.0.2:1', 'http://127.0.0.2:1'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['10.0.0.5:9', 'http://10.0.0.5:9'],
    ['elsewhere.example', 'http://10.0.0.5:8080'],
    ['localhost.elsewhere.example', 'http://10.0.0.5:8080'],
    ['127.0.0.1.elsewhere.example', 'http://10.0.0.5:8080'],
    ['10.0.0.5@elsewhere.example', 'http://10.0.0.5:8080'],
    ['localhost:99999', 'http://10.0.0.5:8080'],
    ['a"><script>', 'http://10.0.0.5:8080'],
    ['', 'http://10.0.0.5:8080'],
  ])('to %j are to %s', (host, origin) => {
    expect(originOf({ ...asked, host }, {})).toBe(origin);
  });

  test('use the public address, which a request need not name', () => {
    for (const host of ['mirror.example', 'elsewhere.example', ''])
      expect(originOf({ ...asked, host }, { publicUrl })).toBe('https://mirror.example');
    expect(originOf(asked, { publicUrl })).toBe('http://localhost:8080');
  });

  test('use the name that the server listens on', () => {
    const host = 'mirror.lan:8080';
    expect(originOf({ ...asked, host }, { boundHost: 'mirror.lan' })).toBe('http://mirror.lan:8080');
    expect(originOf({ ...asked, host }, { boundHost: '0.0.0.0' })).toBe('http://10.0.0.5:8080');
  });

  test.each(['javascript', 'data', 'https://x', ''])('take the scheme %j for http', (protocol) => {
    expect(originOf({ ...asked, protocol }, {})).toBe('http://localhost:8080');
  });

  test('are to the socket of either family', () => {
    const host = 'elsewhere.example';
    expect(originOf({ ...asked, host, localAddress: '::ffff:10.0.0.5' }, {})).toBe('http://10.0.0.5:8080');
    expect(originOf({ ...asked, host, localAddress: 'fd00::5' }, {})).toBe('http://[fd00::5]:8080');
    expect(originOf({ ...asked, host, localAddress: undefined }, {})).toBe('http://localhost');
  });
});

test.each([
  ['/api/records?q=a%20b', 'http://localhost/api/records?q=a%20b'],
  ['http://elsewhere.example/api/records?q=a', 'http://localhost/api/records?q=a'],
  ['http://[elsewhere', 'http://localhost/'],
  ['http://elsewhere.example:999999?q=a', 'http://localhost/?q=a'],
  ['//elsewhere.example/api', 'http://localhost//elsewhere.example/api'],
  ['*', 'http://localhost/*'],
  ['/a?access_token=b&q=c&access%5Ftoken=d', 'http://localhost/a?q=c'],
  ['/a?b?c#d', 'http://localhost/a?b?c%23d'],
])('the address of %s is %s', (originalUrl, href) => {
  expect(requestUrl({ originalUrl, origin: 'http://localhost' }).href).toBe(href);
});
