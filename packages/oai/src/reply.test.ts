import { expect, test } from 'vitest';
import { charsetOf, rateLimitOf, retryAfterMs } from './reply.ts';
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
])('%d with Retry-After %j', (status, text, expected) => {
  expect(retryAfterMs(status, { 'retry-after': text }, NOW)).toBe(expected);
});

test('charset of the Content-Type', () => {
  expect(charsetOf({ 'content-type': 'text/xml; charset="ISO-8859-1"' })).toBe('ISO-8859-1');
  expect(charsetOf({ 'content-type': 'text/xml' })).toBeNull();
});

test('the User-Agent says who asks, without characters that break the header', () => {
  const version = '0.1.0';
  expect(userAgent({ version, url: 'https://x.org', contact: 'a@x.org' })).toBe('thresher/0.1.0 (+https://x.org; mailto:a@x.org)');
  expect(userAgent({ version })).toBe('thresher/0.1.0');
  expect(userAgent({ version, contact: 'a@x.org)\r\nX: y' })).toBe('thresher/0.1.0 (mailto:a@x.orgX:y)');
});
