import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { mapRdmRecord } from '@thresher/datacite';
import { describe, expect, test } from 'vitest';
import { toldRecord } from '../../test/told-records.ts';
import { differences, keysOf } from '../../test/json-keys.ts';
import { EXPLANATIONS, explanationOf } from '../../test/zenodo-nulls.ts';
import { toRdmRecord } from './to-rdm-record.ts';
import { toFlatRecord } from './to-flat-record.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';

const folder = join(process.env['THRESHER_SHARED'] ?? '', 'data/zenodo/rdm-json');
const isThere = process.env['THRESHER_SHARED'] !== undefined && existsSync(folder);

type Json = Readonly<Record<string, unknown>>;

/** Whole records in the replies of a folder. */
function recordsIn(name: string): (readonly [file: string, record: Json])[] {
  if (!isThere) return [];
  return readdirSync(join(folder, name))
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const reply = JSON.parse(readFileSync(join(folder, name, file), 'utf8')) as Json | Json[];
      const hits = Array.isArray(reply) ? reply : ((reply['hits'] as { hits?: Json[] } | undefined)?.hits ?? [reply]);
      return hits.filter((hit) => 'metadata' in hit).map((hit) => [`${name}/${file}`, hit] as const);
    });
}

const rdm = ['rdm-zenodo', 'rdm-caltechauthors', 'rdm-other', 'rdm-rogue-scholar', 'pairs/made', 'pairs/made/errors'].flatMap(recordsIn);
const legacy = recordsIn('legacy-zenodo');
const place = (record: Json) => {
  const { index, is_latest: isLatest } = (record['versions'] ?? {}) as { index?: number; is_latest?: boolean };
  return { index: index ?? 1, count: index ?? 1, isLatest: isLatest ?? true, latestRecid: null };
};
const origin = 'https://zenodo.org';

/** Keys of genuine replies in Zenodo's form that no record is served with. */
function missingOfLegacy(): string[] {
  const served = new Set(
    rdm.flatMap(([, record]) => {
      const facts = toldRecord(mapRdmRecord(record));
      return [...keysOf(JSON.parse(JSON.stringify(toZenodoRecord(facts, origin, place(record)))))];
    }),
  );
  return [...new Set(legacy.flatMap(([, record]) => [...keysOf(record)]))].filter((path) => !served.has(path));
}

describe.skipIf(!isThere)('genuine JSON (needs THRESHER_SHARED with data/zenodo/rdm-json)', () => {
  test('there are records of both forms', () => {
    expect([rdm.length > 30, legacy.length > 30]).toEqual([true, true]);
  });

  test('every record of the folder is compared', () => {
    const compared = new Set([...rdm, ...legacy].map(([, record]) => JSON.stringify(record)));
    const folders = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
    const all = folders.flatMap(({ parentPath, name }) => recordsIn(relative(folder, join(parentPath, name))));
    // Terms of vocabularies have metadata, too.
    const records = all.filter(([, record]) => 'files' in record || 'parent' in record);
    expect(records.filter(([, record]) => !compared.has(JSON.stringify(record))).map(([file]) => file)).toEqual([]);
    expect(records.length).toBeGreaterThan(150);
  });

  test('each explanation is needed: a genuine reply has what it explains', () => {
    const served = ([, record]: (typeof rdm)[number]): unknown =>
      JSON.parse(JSON.stringify(toRdmRecord(toldRecord(mapRdmRecord(record)), place(record), origin)));
    const inRdm = rdm.flatMap((one) => differences(one[1], served(one)).map(({ path }) => path));
    const inLegacy = missingOfLegacy();
    const unused = EXPLANATIONS.filter(
      ({ forms, paths }) =>
        !(forms.includes('inveniordm') && inRdm.some((path) => paths.test(path))) &&
        !(forms.includes('json') && inLegacy.some((path) => paths.test(path))),
    );
    expect(unused.map(({ members }) => members)).toEqual([]);
  });

  test.each(rdm)('InvenioRDM’s form of %s: each key and value is served, or explained', (_, record) => {
    const served = toRdmRecord(toldRecord(mapRdmRecord(record)), place(record), origin);
    const found = differences(record, JSON.parse(JSON.stringify(served)));
    expect(found.filter(({ path }) => explanationOf('inveniordm', path) === null)).toEqual([]);
  });

  test('Zenodo’s form: each key of genuine replies is served of some record, or explained', () => {
    const missing = missingOfLegacy().filter((path) => explanationOf('json', path) === null);
    expect(missing).toEqual([]);
  });

  test('the flat form has the same members for every record', () => {
    const shapes = rdm.map(([, record]) => Object.keys(toFlatRecord(toldRecord(mapRdmRecord(record)), place(record), origin)).join(' '));
    expect(new Set(shapes).size).toBe(1);
  });
});
