import { parseXml } from '@thresher/oai';
import type { XmlElement } from '@thresher/oai';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Corpus } from './corpus.ts';
import { createGeneratedCorpus } from './generated-corpus.ts';
import { isRor, orcidCheckDigit } from './identifiers.ts';

const SIZE = 20_000;
const corpus = createGeneratedCorpus({ seed: 7, size: SIZE });

function bytes(from: Corpus, number: number, metadataVersion = 0, via: 'list' | 'get' = 'list'): Buffer {
  const version = { metadataVersion, datestamp: from.datestamp(number), setSpecs: from.setSpecs(number) };
  return Buffer.from(from.metadata(number, version, 'oai_datacite', via), 'latin1');
}

function element(number: number, metadataVersion = 0, via: 'list' | 'get' = 'list'): XmlElement {
  const text = bytes(corpus, number, metadataVersion, via)
    .toString()
    .replace('<oai_datacite ', '<oai_datacite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ');
  return parseXml(text);
}

function all(root: XmlElement, name: string): XmlElement[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => all(child, name))];
}

test('the same seed and size give the same records, another seed other ones', () => {
  const again = createGeneratedCorpus({ seed: 7, size: SIZE });
  const other = createGeneratedCorpus({ seed: 8, size: SIZE });
  for (const number of [0, 1, 63, 4711, SIZE - 1]) {
    expect(bytes(again, number)).toEqual(bytes(corpus, number));
    expect(again.setSpecs(number)).toEqual(corpus.setSpecs(number));
    expect(bytes(other, number)).not.toEqual(bytes(corpus, number));
  }
});

test('records are 4 to 8 KB, about 6.3 on average, with a few long ones', () => {
  const sizes = Array.from({ length: 5000 }, (_, i) => bytes(corpus, i * 4).length).sort((a, b) => a - b);
  const at = (share: number): number => sizes[Math.floor(share * sizes.length)] as number;
  expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeGreaterThan(5_900);
  expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeLessThan(6_700);
  expect(at(0.05)).toBeGreaterThan(4_000);
  expect(at(0.9)).toBeLessThan(8_200);
  expect(sizes.at(-1)).toBeGreaterThan(33_000);
});

describe('what the records contain', () => {
  const records: XmlElement[] = [];
  beforeAll(() => {
    for (let number = 0; number < 4000; number++) records.push(element(number * 5));
  });
  const values = (name: string): XmlElement[] => records.flatMap((record) => all(record, name));
  const texts = (name: string): string[] => values(name).map((one) => one.text);

  test('every kind of property, and its absence', () => {
    for (const name of [
      'alternateIdentifier',
      'creator',
      'title',
      'subject',
      'contributor',
      'date',
      'language',
      'relatedIdentifier',
      'version',
      'rights',
      'description',
      'geoLocationPlace',
      'geoLocationPoint',
      'geoLocationBox',
      'fundingReference',
      'awardTitle',
      'size',
    ]) {
      expect([name, values(name).length > 0]).toEqual([name, true]);
    }
    for (const name of ['subject', 'contributor', 'description', 'version', 'fundingReference', 'language']) {
      expect([name, records.some((record) => all(record, name).length === 0)]).toEqual([name, true]);
    }
    const rights = values('rights').map((one) => one.attributes['rightsURI']);
    for (const access of ['open', 'restricted', 'embargoed', 'closed']) expect(rights).toContain(`info:eu-repo/semantics/${access}Access`);
  });

  test('identifiers whose check digits hold', () => {
    const names = values('nameIdentifier');
    const orcids = names.filter((one) => one.attributes['nameIdentifierScheme'] === 'ORCID').map((one) => one.text.replaceAll('-', ''));
    expect(orcids.length).toBeGreaterThan(1000);
    for (const digits of orcids) expect(orcidCheckDigit(digits.slice(0, 15))).toBe(digits[15]);
    const rors = [
      ...values('affiliation').map((one) => one.attributes['affiliationIdentifier']?.split('ror.org/')[1]),
      ...texts('funderIdentifier'),
    ].filter((id) => id !== undefined);
    for (const id of rors) expect(isRor(id)).toBe(true);
  });

  test('text in many scripts, astral characters, markup as text, long descriptions', () => {
    const everything = texts('description').concat(texts('title')).join('\n');
    for (const script of [
      /\p{Script=Han}/u,
      /\p{Script=Hiragana}/u,
      /\p{Script=Hangul}/u,
      /\p{Script=Arabic}/u,
      /\p{Script=Hebrew}/u,
      /\p{Script=Cyrillic}/u,
      /[\u{10000}-\u{10ffff}]/u,
      /\u00a0/,
      /<p>.*<\/p>/,
    ]) {
      expect([String(script), script.test(everything)]).toEqual([String(script), true]);
    }
    expect(texts('description').some((text) => Buffer.byteLength(text) > 32_766)).toBe(true);
  });

  test('versions that share a concept DOI', () => {
    const concepts = new Map<string, number>();
    const versionOf = values('relatedIdentifier').filter((one) => one.attributes['relationType'] === 'IsVersionOf');
    for (const { text } of versionOf) concepts.set(text, (concepts.get(text) ?? 0) + 1);
    expect([...concepts.values()].filter((count) => count > 1).length).toBeGreaterThan(20);
    expect(new Set(texts('identifier')).size).toBe(records.length);
  });
});

test('a touched record has other metadata, GetRecord names the communities, lists do not', () => {
  const number = Array.from({ length: 100 }, (_, i) => i).find((i) => corpus.setSpecs(i).some((set) => set.startsWith('user-'))) as number;
  expect(all(element(number, 2), 'title')[0]?.text).toMatch(/ \(revision 2\)$/);
  const communities = (via: 'list' | 'get'): string[] =>
    all(element(number, 0, via), 'relatedIdentifier')
      .map((one) => one.text)
      .filter((text) => text.includes('/communities/'));
  expect(communities('list')).toEqual([]);
  expect(communities('get')).toEqual(
    corpus
      .setSpecs(number)
      .filter((set) => set.startsWith('user-'))
      .map((set) => `https://zenodo.org/communities/${set.slice(5)}/`),
  );
});

test('datestamps: from 2014 on, growing over the years, bulk seconds, empty months', () => {
  const months = new Map<string, number>();
  const seconds = new Map<number, number>();
  for (let number = 0; number < SIZE; number++) {
    const datestamp = corpus.datestamp(number);
    const month = new Date(datestamp).toISOString().slice(0, 7);
    months.set(month, (months.get(month) ?? 0) + 1);
    const second = Math.floor(datestamp / 1000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  expect(new Date(corpus.datestamp(0)).toISOString()).toBe('2014-02-03T14:41:33.000Z');
  for (const empty of ['2014-05', '2015-08', '2016-02', '2018-12']) expect(months.has(empty)).toBe(false);
  const inYear = (year: string): number =>
    [...months].filter(([month]) => month.startsWith(year)).reduce((sum, [, count]) => sum + count, 0);
  expect(inYear('2025')).toBeGreaterThan(5 * inYear('2016'));
  expect(Math.max(...seconds.values())).toBeGreaterThan(40);
});
