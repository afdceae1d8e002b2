import { parseXml, type XmlElement } from '@thresher/oai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING, harvested } from '../../test/harvested.ts';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';

let api: StockedApi;
beforeAll(async () => {
  api = await createStockedApi({ size: 20 });
  await api.store([harvested(7, EVERYTHING, { setSpecs: ['user-sea'] })]);
  await api.store([harvested(8, '<titles><title>Salt &amp; wind</title></titles>', { setSpecs: ['user-sea'] })]);
});
afterAll(() => api[Symbol.asyncDispose]());

/** Those in the namespace of their parent. */
const children = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((each) => each.name === name && each.ns === element.ns);
const text = (element: XmlElement, name: string): string | undefined => children(element, name)[0]?.text;
const feed = async (url: string, mediaType: string): Promise<XmlElement> => {
  const reply = await api.app.inject(url);
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toBe(`${mediaType}; charset=utf-8`);
  const again = await api.app.inject({ url, headers: { 'if-none-match': String(reply.headers['etag']) } });
  expect(again.statusCode).toBe(304);
  return parseXml(reply.body);
};

test('a community is a feed of Atom, the last change first', async () => {
  const atom = await feed('/feeds/communities/sea.atom', 'application/atom+xml');
  expect([atom.name, atom.ns]).toEqual(['feed', 'http://www.w3.org/2005/Atom']);
  const entries = children(atom, 'entry');
  expect(entries.map((entry) => text(entry, 'title'))).toEqual(['Salt & wind', 'Tides of Geneva']);
  // What RFC 4287 wants of a feed and of each entry.
  for (const element of [atom, ...entries]) {
    for (const name of ['id', 'title', 'updated']) expect(children(element, name)).toHaveLength(1);
    expect(text(element, 'id')).toMatch(/^\w+:/);
    expect(new Date(text(element, 'updated')!).toISOString()).toBe(text(element, 'updated'));
    expect(children(element, 'link').filter((link) => link.attributes['rel'] === 'alternate')).toHaveLength(1);
  }
  expect(children(atom, 'author')).toHaveLength(1);
  expect(children(entries[1]!, 'author').map((author) => text(author, 'name'))).toEqual(['Núñez, Ana', 'Harbour Board']);
  expect(text(atom, 'updated')).toBe(text(entries[0]!, 'updated'));
});

test('and one of RSS', async () => {
  const rss = await feed('/feeds/communities/sea.rss', 'application/rss+xml');
  const channel = rss.children[0]!;
  expect([rss.name, rss.attributes['version']]).toEqual(['rss', '2.0']);
  for (const name of ['title', 'link', 'description']) expect(children(channel, name)).toHaveLength(1);
  const items = children(channel, 'item');
  expect(items.map((item) => text(item, 'guid'))).toEqual(['oai:zenodo.org:8', 'oai:zenodo.org:7']);
  expect(items.map((item) => Number.isNaN(Date.parse(text(item, 'pubDate')!)))).toEqual([false, false]);
});

test('a search is a feed', async () => {
  const atom = await feed('/feeds/records.atom?q=title:tides', 'application/atom+xml');
  expect(children(atom, 'entry').map((entry) => text(entry, 'id'))).toEqual(['https://doi.org/10.5281/zenodo.7']);
  expect(text(atom, 'title')).toBe('Records for q=title:tides');
  const typed = await feed('/feeds/records.atom?communities=sea&type=publication', 'application/atom+xml');
  expect(children(typed, 'entry').map((entry) => text(entry, 'title'))).toEqual(['Tides of Geneva']);
  expect(children(await feed('/feeds/records.rss', 'application/rss+xml'), 'channel')).toHaveLength(1);
});

test('a community that nobody is in is an empty feed; a query that is none is refused', async () => {
  expect(children(await feed('/feeds/communities/nobody.atom', 'application/atom+xml'), 'entry')).toEqual([]);
  expect((await api.app.inject('/feeds/records.atom?q=titel:x')).statusCode).toBe(400);
  expect((await api.app.inject('/feeds/records.atom?sort=beautiful')).statusCode).toBe(400);
  expect((await api.app.inject('/feeds/records.atom?q=%zz')).statusCode).toBeLessThan(500);
  expect((await api.app.inject('/feeds/communities/sea.pdf')).statusCode).toBe(400);
});
