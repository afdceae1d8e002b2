import { describe, expect, it } from 'vitest';
import { readRestRecord } from './rest-record.ts';

const counts = { downloads: 5, unique_downloads: 4, views: 11, unique_views: 9 };

describe('readRestRecord', () => {
  it('reads what Zenodo answers', () => {
    const record = readRestRecord(
      {
        id: 7,
        files: [
          {
            id: 'f1',
            key: 'a b.csv',
            size: 568,
            checksum: 'md5:e4',
            links: { self: 'https://zenodo.org/api/records/7/files/a%20b.csv/content' },
          },
        ],
        stats: { ...counts, version_views: 3, version_unique_views: 2, version_downloads: 1.0, version_unique_downloads: 1 },
      },
      7,
    );
    expect(record?.files).toEqual([
      { key: 'a b.csv', fileId: 'f1', size: 568, checksum: 'md5:e4', url: 'https://zenodo.org/api/records/7/files/a%20b.csv/content' },
    ]);
    expect(record?.stats).toMatchObject({ ...counts, version_views: 3, version_downloads: 1, volume: null, version_volume: null });
  });

  it('reads what InvenioRDM answers', () => {
    const record = readRestRecord(
      {
        id: '7',
        links: { files: 'https://example.org/api/records/7/files' },
        files: { enabled: true, entries: { 'ä.nc': { id: 'f', key: 'ä.nc', size: 3, checksum: 'md5:1' } } },
        stats: { this_version: { ...counts, views: 2, data_volume: 10 }, all_versions: { ...counts, data_volume: 70 } },
      },
      7,
    );
    expect(record?.files).toMatchObject([{ key: 'ä.nc', url: 'https://example.org/api/records/7/files/%C3%A4.nc/content' }]);
    expect(record?.stats).toMatchObject({ views: 11, version_views: 2, volume: 70, version_volume: 10 });
  });

  it('reads what Zenodo wrote before 2024', () => {
    const file = {
      id: 'f1',
      filename: 'figure.png',
      filesize: 32_594,
      checksum: 'eb5e8f37583644943b86d1d9ebd4ded5',
      links: {
        self: 'https://zenodo.org/api/records/7/files/figure.png',
        download: 'https://zenodo.org/api/records/7/files/figure.png/content',
      },
    };
    expect(readRestRecord({ id: 7, files: [file] }, 7)!.files).toEqual([
      {
        key: 'figure.png',
        fileId: 'f1',
        size: 32_594,
        checksum: 'md5:eb5e8f37583644943b86d1d9ebd4ded5',
        url: 'https://zenodo.org/api/records/7/files/figure.png/content',
      },
    ]);
  });

  it('reads all that InvenioRDM says, as a JSON dump is read', () => {
    const record = {
      id: '2g0v8-2f254',
      parent: { id: 'aaaaa-bbbbb' },
      metadata: { languages: [{ id: 'eng' }, { id: 'cym' }], references: [{ reference: 'Moon (1990)' }] },
      custom_fields: { 'journal:journal': { title: 'Tides' }, 'caltech:groups': [{ id: 'g' }] },
      files: { enabled: true },
      stats: { this_version: counts, all_versions: counts },
    };
    expect(readRestRecord(record, '2g0v8-2f254')).toMatchObject({
      files: null,
      stats: { views: 11 },
      facts: { languages: ['eng', 'cym'], journal: { title: 'Tides' }, references: [{ reference: 'Moon (1990)' }], customFields: [{}, {}] },
    });
    expect(readRestRecord(record, '2g0v8-2f255')).toBeNull();
  });

  it('tells what is not shown from what is not there', () => {
    expect(readRestRecord({ id: 7 }, 7)).toEqual({ files: null, stats: null });
    expect(readRestRecord({ id: 7, files: [], stats: {} }, 7)).toEqual({ files: [], stats: null });
  });

  it('refuses another record, and what is none', () => {
    expect(readRestRecord({ id: 8, files: [] }, 7)).toBeNull();
    for (const none of [null, [], 'x', 7, {}]) expect(readRestRecord(none, 7)).toBeNull();
  });

  it('leaves out what cannot be stored', () => {
    const files = [{ key: 'a\u0000b', size: -1, checksum: 5, links: 3 }, { key: '' }, { size: 1 }, null];
    expect(readRestRecord({ id: 7, files, stats: { views: 'many', downloads: 1e300 } }, 7)).toEqual({
      files: [{ key: 'ab', fileId: null, size: null, checksum: null, url: null }],
      stats: expect.objectContaining({ views: null, downloads: null }),
    });
  });
});
