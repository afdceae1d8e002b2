import { expect, test } from 'vitest';
import { linkHeader, pageLinks } from './page-links.ts';

const url = new URL('https://h/api/records?q=a%20b&type=dataset&access_token=secret');
const pageOf = (link: string | undefined): string | null => (link === undefined ? null : new URL(link).searchParams.get('page'));
const pages = (page: number, size: number, total: number): (string | null)[] => {
  const { prev, next } = pageLinks(url, { page, size, total });
  return [pageOf(prev), pageOf(next)];
};

test('the links keep the query and lose the token', () => {
  const { self } = pageLinks(url, { page: 1, size: 10, total: 5 });
  expect(new URL(self).searchParams.toString()).toBe('q=a+b&type=dataset&page=1&size=10');
});

test('next ends with the hits, prev begins with the second page', () => {
  expect(pages(1, 10, 25)).toEqual([null, '2']);
  expect(pages(3, 10, 25)).toEqual(['2', null]);
  expect(pages(1, 10, 0)).toEqual([null, null]);
  expect(pages(1, 0, 25)).toEqual([null, null]);
});

test('next ends where pages cannot reach, prev leads back to if there are hits', () => {
  expect(pages(1000, 10, 50_000)).toEqual(['999', null]);
  expect(pages(1, 1000, 50_000)).toEqual([null, '2']);
  expect(pages(1428, 7, 50_000)).toEqual(['1427', null]);
  expect(pages(9, 10, 25)).toEqual(['3', null]);
});

test('the Link header is RFC 8288', () => {
  expect(linkHeader({ self: 'https://h/a', next: 'https://h/b' })).toBe('<https://h/a>; rel="self", <https://h/b>; rel="next"');
});
