import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { genuineData, noGenuineData } from '../../test/genuine.ts';
import { mapRdmRecord, NotRdmRecordError, type RdmCounts, readFacts } from '../index.ts';

const reason = noGenuineData ?? (spawnSync('python3', ['--version']).status === 0 ? null : 'no python3');

/** `pairs/open` has the records of the first four once more. */
const folders = ['rdm-caltechauthors', 'rdm-other', 'rdm-rogue-scholar', 'rdm-zenodo', 'pairs/made', 'pairs/made/errors'];

interface Extracted {
  readonly name: string;
  readonly record: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Every record of the genuine JSON, read a second time by test/extract_rdm.py (Python, standard library). */
function extract(): Extracted[] {
  const files = folders.flatMap((folder) => {
    const path = join(genuineData, 'zenodo/rdm-json', folder);
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(path, name));
  });
  const script = join(import.meta.dirname, '../../test/extract_rdm.py');
  const output = execFileSync('python3', [script, ...files], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Extracted);
}

const counts = (it: RdmCounts) => [it.views, it.uniqueViews, it.downloads, it.uniqueDownloads, it.volume];
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function found({ facts, metadata }: ReturnType<typeof mapRdmRecord>): Record<string, unknown> {
  return {
    files: facts.files?.map((it) => [it.key, it.size, it.checksum, it.mimetype, it.fileType]).toSorted(byText) ?? null,
    stats: facts.stats === null ? null : [counts(facts.stats.allVersions), counts(facts.stats.thisVersion)],
    references: facts.references.map((it) => [it.reference, it.identifier, it.scheme]),
    languages: facts.languages,
    custom: facts.customFields.map((it) => [it.field, it.json]),
    funding: metadata!.fundingReferences.map((it) => [it.funderName, it.awardNumber]),
    awards: facts.awards.map((it) => [it.position, it.awardId, it.number, it.acronym, it.program, it.url, it.doi]),
    roles: facts.creatorRoles.map((it) => [it.position, it.name, it.role]),
    communities: facts.communities.map((it) => [it.slug, it.uuid, it.title, it.description, it.curationPolicy, it.page]),
    swhid: facts.swhid,
    versionIndex: facts.versionIndex,
    descriptionHtml: facts.descriptionHtml,
    embargoUntil: facts.embargoUntil,
  };
}

describe.skipIf(reason !== null)(`against an independent extraction${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  const all = reason === null ? extract() : [];

  test('there are records of four sites', () => expect(all.length).toBeGreaterThanOrEqual(60));

  test.each(all.map((it) => [it.name.replace(genuineData, ''), it] as const))('%s', (_, { record, expected }) => {
    const actual = found(mapRdmRecord(record));
    const files = (expected['files'] as unknown[] | null)?.toSorted(byText) ?? null;
    const json: unknown = JSON.parse(JSON.stringify(actual));
    expect(json).toEqual(
      JSON.parse(
        JSON.stringify({ ...expected, files, swhid: expected['swhid'] ?? null, descriptionHtml: expected['descriptionHtml'] ?? null }),
      ),
    );
  });
});

test.each([
  ['not a JSON object', [1]],
  ['the object has no metadata', { id: '1', metadata: 'x' }],
  ['the record has neither an id nor an identifier for OAI-PMH', { metadata: {} }],
])('%s is refused', (message, record) => {
  expect(() => mapRdmRecord(record)).toThrow(new NotRdmRecordError(message));
});

test('values of another kind than expected are taken for not said, and never throw', () => {
  const strange = [null, 7, 'text', [], [null, 7, 'x', {}], {}, { id: {}, title: [], entries: [1] }, true];
  const keys = ['creators', 'title', 'dates', 'rights', 'languages', 'locations', 'funding', 'subjects', 'references', 'resource_type'];
  for (const value of strange) {
    const record = {
      id: '1',
      metadata: Object.fromEntries(keys.map((key) => [key, value])),
      ...Object.fromEntries(
        ['pids', 'parent', 'files', 'stats', 'access', 'custom_fields', 'versions', 'swh', 'links', 'updated', 'created'].map((key) => [
          key,
          value,
        ]),
      ),
    };
    const { header, facts } = mapRdmRecord(record);
    expect(header.identifier).toBe('oai:zenodo.org:1');
    expect(facts.swhid).toBeNull();
  }
});

test('awards have programme and acronym, creators their roles, each with its place', () => {
  const person = (name: string, role?: unknown) => ({ person_or_org: { name }, ...(role !== undefined && { role }) });
  const { awards, creatorRoles } = readFacts({
    metadata: {
      funding: [
        { funder: { id: '05k73zm37', name: 'Research Council' }, award: {} },
        { funder: { name: 'Shore Fund' }, award: { title: { de: 'Gezeiten' }, acronym: 'TIDE', program: 'SHORE.1' } },
        { award: { number: 7, identifiers: [{ scheme: 'doi', identifier: '10.5072/award' }, 'text'] } },
        { award: 'text' },
      ],
      creators: [person('A'), person('B', { id: 'editor' }), person('', { id: 'editor' }), person('D', 'editor')],
    },
  });
  const none = {
    funderId: null,
    funderName: null,
    awardId: null,
    number: null,
    title: null,
    titleLanguage: null,
    acronym: null,
    program: null,
    url: null,
    doi: null,
  };
  expect(awards).toEqual([
    { ...none, position: 1, funderName: 'Shore Fund', title: 'Gezeiten', titleLanguage: 'de', acronym: 'TIDE', program: 'SHORE.1' },
    { ...none, position: 2, number: '7', doi: '10.5072/award' },
  ]);
  expect(creatorRoles).toEqual([{ position: 1, name: 'B', role: 'editor' }]);
});

test('a custom field that is nested without end is stored down to a depth that every reader can follow', () => {
  const deep = (levels: number): unknown => JSON.parse(`${'{"a":['.repeat(levels)}1${']}'.repeat(levels)}`);
  const { customFields } = readFacts({ custom_fields: { 'x:deep': deep(50_000), 'x:usual': deep(5) } });
  const depthOf = (value: unknown): number => /^\D*/.exec(JSON.stringify(value).replace('null', '1'))![0].replaceAll(/[^[{]/g, '').length;
  expect(customFields.map(({ field, json }) => [field, depthOf(json)])).toEqual([
    ['x:deep', 50],
    ['x:usual', 10],
  ]);
});

test('names of prototypes are names like any others', () => {
  const record: unknown = JSON.parse(
    '{"id":"1","metadata":{"title":"T","resource_type":{"id":"constructor"}},"custom_fields":{"__proto__":["a"]},"files":{"entries":{"toString":{"key":"toString","size":1}}}}',
  );
  const { facts, metadata } = mapRdmRecord(record);
  expect(facts.customFields).toEqual([{ field: '__proto__', position: 0, value: 'a', json: 'a', inList: true }]);
  expect(facts.files).toMatchObject([{ key: 'toString', size: 1 }]);
  expect(metadata?.resourceType?.type).toBe('other');
});

test('the address of a file is the one given, else below the files of its record, which are known at Zenodo without links', () => {
  const files = { entries: { 'a/b c.zip': { key: 'a/b c.zip' }, 'd.csv': { key: 'd.csv', links: { content: 'https://x.example/d' } } } };
  const urls = (record: object) => mapRdmRecord({ id: '7', metadata: { title: 'T' }, files, ...record }).facts.files?.map((it) => it.url);
  const pids = (identifier: string) => ({ pids: { oai: { identifier } } });
  expect(urls({ links: { files: 'https://y.example/f' } })).toEqual(['https://y.example/f/a%2Fb%20c.zip/content', 'https://x.example/d']);
  expect(urls(pids('oai:zenodo.org:7'))).toEqual(['https://zenodo.org/api/records/7/files/a%2Fb%20c.zip/content', 'https://x.example/d']);
  expect(urls(pids('oai:openaire.cern.ch:7'))).toEqual([null, 'https://x.example/d']);
});
