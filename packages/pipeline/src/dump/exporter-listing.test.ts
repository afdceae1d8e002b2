import { expect, it } from 'vitest';
import { NoDumpError } from './dump-errors.ts';
import { chooseDump, dumpKey, exporterUrlOf, readListing } from './exporter-listing.ts';

const url = exporterUrlOf('https://zenodo.org/oai2d');
const version = (version_id: string, created: string, more: object = {}) => ({
  version_id,
  created,
  is_head: true,
  size: 1_000,
  checksum: 'md5:0cc175b9c0f1b6a831c399e269772661',
  links: { self: 'https://elsewhere.example.org/records-json.tar.gz' },
  ...more,
});
const listing = {
  'records-xml.tar.gz': [
    version('a-1', '2026-07-10T03:31:53.010006+00:00', { is_head: false }),
    version('a-2', '2026-09-05T17:18:15.784624+00:00'),
  ],
  'records-json.tar.gz': [version('b-1', '2026-09-05T17:16:41.165675+00:00')],
  'records-deleted.csv.gz': [version('c-1', '2026-09-05T17:19:00+00:00')],
  'big community/records-json.tar.gz': [version('d-1', '2026-03-27T00:00:00+00:00')],
};

it('reads what an exporter lists, by key, the newest version first, and makes the links itself', () => {
  const offered = readListing(listing, url);
  expect(offered.map(({ key, version: name }) => [key, name])).toEqual([
    ['big community/records-json.tar.gz', 'd-1'],
    ['records-deleted.csv.gz', 'c-1'],
    ['records-json.tar.gz', 'b-1'],
    ['records-xml.tar.gz', 'a-2'],
    ['records-xml.tar.gz', 'a-1'],
  ]);
  expect(offered[0]).toEqual({
    key: 'big community/records-json.tar.gz',
    version: 'd-1',
    created: new Date('2026-03-27T00:00:00Z'),
    size: 1_000,
    checksum: 'md5:0cc175b9c0f1b6a831c399e269772661',
    isHead: true,
    format: 'json',
    community: 'big community',
    url: 'https://zenodo.org/api/exporter/big%20community/records-json.tar.gz/d-1',
  });
  expect(offered[1]!.format).toBeNull();
});

it('passes over what it does not understand, and refuses what is no listing', () => {
  const odd = {
    'records-json.tar.gz': [null, 7, { version_id: '../x' }, version('../x', '2026-01-01'), version('e', 'no date')],
    other: 'x',
  };
  expect(readListing(odd, url)).toEqual([]);
  for (const value of [null, [], 'html', 3]) expect(() => readListing(value, url)).toThrow(NoDumpError);
});

it('chooses the newest of a format and community, and says what there is instead', () => {
  const offered = readListing(listing, url);
  expect(chooseDump(offered, { format: 'xml', community: null }).version).toBe('a-2');
  expect(chooseDump(offered, { format: 'json', community: 'big community' }).version).toBe('d-1');
  expect(() => chooseDump(offered, { format: 'xml', community: 'big community' })).toThrow(
    'the exporter offers no xml dump of big community, but one with --dump-format json',
  );
  expect(() => chooseDump(offered, { format: 'json', community: 'tides' })).toThrow(
    'the exporter offers no dump of the community tides (it has them for big community): leave out --community, or harvest it over OAI-PMH with --set user-tides',
  );
  expect(() => chooseDump([], { format: 'json', community: null })).toThrow(/offers no dumps of records: download the file yourself/);
  const onlySlice = offered.filter(({ community }) => community !== null);
  expect(() => chooseDump(onlySlice, { format: 'json', community: null })).toThrow('only with --community big community');
  expect(dumpKey({ format: 'json', community: 'tides' })).toBe('tides/records-json.tar.gz');
});
