import { expect, test } from 'vitest';
import { MOST_SAVED, readSavedRecords, savedExportPath, toggled } from './saved-records.ts';

const record = (n: number) => ({ oaiIdentifier: `oai:zenodo.org:${n}`, path: `/records/${n}`, title: `Record ${n}` });

test('a record is saved once, the last one first, and removed by the same button', () => {
  const saved = toggled(toggled([], record(1)), record(2));
  expect(saved).toEqual([record(2), record(1)]);
  expect(toggled(saved, { ...record(1), title: 'Renamed since' })).toEqual([record(2)]);
});

test('a full list drops none of its records', () => {
  const full = Array.from({ length: MOST_SAVED }, (_, n) => record(n));
  expect(toggled(full, record(999))).toEqual(full);
  expect(toggled(full, record(0))).toHaveLength(MOST_SAVED - 1);
  // Servers refuse addresses of more than 16 kB.
  expect(
    savedExportPath(
      full.map((_, n) => record(100_000_000 + n)),
      'datacite-xml',
    ).length,
  ).toBeLessThan(12_000);
});

test('what another program has spoilt is passed over, and a path is only ever that of a record', () => {
  const read = (list: unknown) => readSavedRecords({ getItem: () => JSON.stringify(list) });
  expect(read([record(1), null, { ...record(2), path: 'javascript:alert(1)' }, { ...record(3), title: 3 }])).toEqual([record(1)]);
});

test('a file has the records by their identifiers, in any version', () => {
  const odd = { ...record(1), oaiIdentifier: 'oai:x:a b&c' };
  expect([...new URL(savedExportPath([odd, record(2)], 'csv'), 'http://x').searchParams]).toEqual([
    ['oai_identifier', 'oai:x:a b&c'],
    ['oai_identifier', 'oai:zenodo.org:2'],
    ['all_versions', 'true'],
    ['format', 'csv'],
  ]);
});
