import { expect, test } from 'vitest';
import { charsetOf, headerDoubts, rateLimitOf, retryAfterMs } from './reply.ts';
import { userAgent } from './user-agent.ts';

const NOW = Date.parse('2026-04-10T12:00:00Z');

test.each([
  [{ 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '29', 'x-ratelimit-reset': `${NOW / 1000 + 60}` }],
  [{ 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '29', 'x-ratelimit-reset': `${NOW + 60_000}` }],
  [{ 'ratelimit-limit': '30, 30;w=60', 'ratelimit-remaining': '29', 'ratelimit-reset': '60' }],
  [{ 'x-rate-limit-limit': '30', 'x-rate-limit-remaining': '29', 'x-rate-limit-reset': '60' }],
  [{ ratelimit: 'limit=30, remaining=29, reset=60' }],
  [{ 'ratelimit-policy': '"default";q=30;w=60', ratelimit: '"default";r=29;t=60' }],
])('the rate limit in %j is understood', (headers) => {
  expect(rateLimitOf(headers, NOW)).toEqual({ limit: 30, remaining: 29, resetAt: new Date(NOW + 60_000) });
});

test('no or unreadable rate limit headers', () => {
  expect(rateLimitOf({ 'content-type': 'text/xml' }, NOW)).toBeNull();
  expect(rateLimitOf({ 'x-ratelimit-limit': 'unlimited' }, NOW)).toBeNull();
  expect(rateLimitOf({ 'x-ratelimit-limit': 'many', 'x-ratelimit-remaining': '5' }, NOW)).toEqual({
    limit: null,
    remaining: 5,
    resetAt: null,
  });
});

test.each([
  [429, '60', 60_000],
  [503, ' 1.5 ', 1500],
  [503, 'Fri, 10 Apr 2026 12:02:00 GMT', 120_000],
  [503, 'Fri, 10 Apr 2026 11:00:00 GMT', 0],
  [429, 'soon', null],
  [429, '-5', null],
  [429, '', null],
  [200, '60', null],
  [500, '60', null],
  [403, '60', 60_000],
  [429, '999999999', 86_400_000],
  [429, '9'.repeat(40), 86_400_000],
  [503, 'Fri, 10 Apr 9998 12:02:00 GMT', 86_400_000],
  [429, '1e300', null],
  [429, 'NaN', null],
])('%d with Retry-After %j', (status, text, expected) => {
  expect(retryAfterMs(status, { 'retry-after': text }, NOW)).toBe(expected);
});

test.each([
  ['0', new Date(NOW)],
  ['-5', null],
  ['NaN', null],
  ['1e300', null],
  ['9'.repeat(15), null],
  ['9'.repeat(30), null],
  [`${NOW / 1000 + 32 * 86_400}`, null],
  [`${NOW / 1000 - 3_600}`, new Date(NOW - 3_600_000)],
])('a reset of %s is %s', (reset, resetAt) => {
  expect(rateLimitOf({ 'x-ratelimit-limit': '30', 'x-ratelimit-reset': reset }, NOW)).toEqual({ limit: 30, remaining: null, resetAt });
});

test.each(['1e300', '-30', 'NaN', '9'.repeat(16)])('a limit of %s is none', (limit) => {
  expect(rateLimitOf({ 'x-ratelimit-limit': limit }, NOW)).toBeNull();
});

test('headers that are corrected are reported', () => {
  expect(headerDoubts(429, { 'retry-after': '60', 'x-ratelimit-limit': '30', 'x-ratelimit-reset': '60' }, NOW)).toEqual([]);
  expect(headerDoubts(429, { 'retry-after': '999999999' }, NOW)).toEqual([
    'Retry-After asks for a wait of more than a day: the next request follows after a day',
  ]);
  expect(headerDoubts(200, { 'retry-after': '999999999', 'x-ratelimit-limit': '30', 'x-ratelimit-reset': '9'.repeat(15) }, NOW)).toEqual([
    'the rate limit reports a reset in more than a month; that time is ignored',
  ]);
});

test('charset of the Content-Type', () => {
  expect(charsetOf({ 'content-type': 'text/xml; charset="ISO-8859-1"' })).toBe('ISO-8859-1');
  expect(charsetOf({ 'content-type': 'text/xml' })).toBeNull();
});

test('the User-Agent names the client, without characters that break the header', () => {
  const version = '0.1.0';
  expect(userAgent({ version, url: 'https://x.org', contact: 'a@x.org' })).toBe('thresher/0.1.0 (+https://x.org; mailto:a@x.org)');
  expect(userAgent({ version })).toBe('thresher/0.1.0');
  expect(userAgent({ version, contact: 'a@x.org)\r\nX: y' })).toBe('thresher/0.1.0 (mailto:a@x.orgX:y)');
});
