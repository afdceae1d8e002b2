import fc from 'fast-check';
import { expect, test } from 'vitest';
import { baseUrlOf, requestUrl } from './request.ts';
import type { RequestArguments } from './request.ts';

const BASE = 'https://zenodo.org/oai2d';

test.each<[RequestArguments, string]>([
  [{ verb: 'Identify' }, 'verb=Identify'],
  [{ verb: 'ListSets' }, 'verb=ListSets'],
  [{ verb: 'ListMetadataFormats' }, 'verb=ListMetadataFormats'],
  [{ verb: 'ListMetadataFormats', identifier: 'oai:x:1' }, 'verb=ListMetadataFormats&identifier=oai%3Ax%3A1'],
  [{ verb: 'GetRecord', identifier: 'oai:x:1', metadataPrefix: 'oai_dc' }, 'verb=GetRecord&identifier=oai%3Ax%3A1&metadataPrefix=oai_dc'],
  [{ verb: 'ListIdentifiers', metadataPrefix: 'oai_dc' }, 'verb=ListIdentifiers&metadataPrefix=oai_dc'],
  [
    { verb: 'ListRecords', metadataPrefix: 'oai_datacite', from: '2024-01-01T00:00:00Z', until: '2024-01-02', set: 'user-a b' },
    'verb=ListRecords&metadataPrefix=oai_datacite&from=2024-01-01T00%3A00%3A00Z&until=2024-01-02&set=user-a%20b',
  ],
  [{ verb: 'ListRecords', resumptionToken: 'a+b/c=&d' }, 'verb=ListRecords&resumptionToken=a%2Bb%2Fc%3D%26d'],
])('%j', (args, query) => {
  expect(requestUrl(BASE, args)).toBe(`${BASE}?${query}`);
});

test('with a resumptionToken nothing but verb may be sent', () => {
  const args = { verb: 'ListRecords', resumptionToken: 't', metadataPrefix: 'oai_dc', set: 's' } as RequestArguments;
  expect(() => requestUrl(BASE, args)).toThrow(/only verb may accompany a resumptionToken, not metadataPrefix, set/);
});

test.each([
  ['http://x.org/?page=oai', 'http://x.org/?page=oai&verb=Identify'],
  ['http://x.org/oai?', 'http://x.org/oai?verb=Identify'],
  ['http://x.org/oai?a=1&', 'http://x.org/oai?a=1&verb=Identify'],
  ['http://x.org/oai#part', 'http://x.org/oai?verb=Identify'],
  [' http://x.org/oai ', 'http://x.org/oai?verb=Identify'],
])('the query string of %j is kept', (base, url) => {
  expect(requestUrl(base, { verb: 'Identify' })).toBe(url);
});

test.each(['zenodo.org/oai2d', 'ftp://x.org/', 'file:///etc/passwd', ''])('%j is no baseURL', (base) => {
  expect(() => requestUrl(base, { verb: 'Identify' })).toThrow(TypeError);
});

test('a pasted request is cut back to its baseURL', () => {
  expect(baseUrlOf('https://zenodo.org/oai2d?verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01#x')).toBe(BASE);
  expect(baseUrlOf('http://x.org/index.php?page=oai&verb=Identify&x')).toBe('http://x.org/index.php?page=oai&x');
});

const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());
const base = fc.constantFrom(BASE, 'http://x.org/?page=oai', 'http://x.org:8080/a/b?');
const args: fc.Arbitrary<RequestArguments> = fc.oneof(
  fc.record({ verb: fc.constant('GetRecord' as const), identifier: text, metadataPrefix: text }),
  fc.record({ verb: fc.constantFrom('ListRecords' as const, 'ListIdentifiers' as const), resumptionToken: text }),
  fc.record(
    { verb: fc.constantFrom('ListRecords' as const, 'ListIdentifiers' as const), metadataPrefix: text, from: text, until: text, set: text },
    { requiredKeys: ['verb', 'metadataPrefix'] },
  ),
);

test('every argument arrives as it was given, whatever characters it holds', () => {
  fc.assert(
    fc.property(base, args, (baseURL, given) => {
      const params = [...new URL(requestUrl(baseURL, given)).searchParams];
      const own = params.filter(([name]) => name !== 'page');
      expect(Object.fromEntries(own)).toEqual({ ...given });
      expect(own).toHaveLength(Object.keys(given).length);
    }),
  );
});
