import { mapMetadata } from '@thresher/datacite';
import { parseDatestamp, parseListPage, parseXml } from '@thresher/oai';
import { saveSource } from '@thresher/store/harvest';
import type { HarvestedRecord } from '@thresher/store/write';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { harvested } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

const shared = process.env['THRESHER_SHARED'] ?? join(import.meta.dirname, '../../../../../shared');
const cases = join(shared, 'cases/2026-11');

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
});
afterAll(() => api[Symbol.asyncDispose]());

async function addSource(name: string, records: readonly HarvestedRecord[]): Promise<void> {
  const { id } = await saveSource(api.database.db, { name, base_url: `https://${name}.example.net/oai`, metadata_prefix: 'oai_dc' });
  await api.store(records, id);
}

function listed(xml: Buffer | string): HarvestedRecord[] {
  return parseListPage(Buffer.from(xml), { metadata: true }).records.map(({ header, metadata }) => ({
    header,
    datestamp: parseDatestamp(header.datestamp),
    ...(metadata === null ? { metadata: null, issues: [] } : mapMetadata(metadata, header)),
  }));
}

function dublinCore(identifier: string, title: string): HarvestedRecord[] {
  const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return listed(`<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-30T19:00:00Z</responseDate><request>http://x</request>
    <ListRecords><record><header><identifier>${xml(identifier)}</identifier><datestamp>2021-03-03T10:00:00Z</datestamp></header><metadata>
    <oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xml(title)}</dc:title>
    </oai_dc:dc></metadata></record></ListRecords></OAI-PMH>`);
}

interface Shown {
  readonly title: string;
  readonly doi?: string;
  readonly oai: { readonly id: string };
  readonly links: { readonly self: string };
}
interface Result {
  readonly status: number;
  readonly record: Shown | null;
  readonly choices?: readonly { readonly id: string; readonly links: { readonly self: string } }[];
}

const get = async (path: string) => api.app.inject(path);
const lookup = async (ids: readonly string[]): Promise<Result[]> =>
  (await api.app.inject({ method: 'POST', url: '/api/lookup', payload: { ids } })).json<{ results: Result[] }>().results;

/** Follows every `links.self`, and every name given, of the records. Answers what went wrong. */
async function straysOf(records: readonly HarvestedRecord[], names: (record: HarvestedRecord) => readonly string[]): Promise<string[]> {
  const live = records.filter(({ metadata }) => metadata !== null);
  const asked = live.flatMap((record) =>
    [record.header.identifier, ...names(record)].map((name) => [name, record.header.identifier] as const),
  );
  const found = await lookUpAll(asked.map(([name]) => name));
  const strays = asked.filter(([, identifier], number) => found[number]?.oai.id !== identifier).map(([name, of]) => `${name} is not ${of}`);
  const selves = [...new Map(found.flatMap((record) => (record ? [[record.links.self, record.oai.id] as const] : [])))];
  const bySelf = await lookUpAll(selves.map(([self]) => self));
  for (const [number, [self, identifier]] of selves.entries()) {
    const reply = await get(new URL(self).pathname);
    if (reply.statusCode !== 200 || reply.json<Shown>().oai.id !== identifier) strays.push(`${self} is not ${identifier}`);
    if (bySelf[number]?.oai.id !== identifier) strays.push(`${self} is no name of ${identifier}`);
  }
  return selves.length === live.length ? strays : [...strays, `${selves.length} links of ${live.length} records`];
}

async function lookUpAll(names: readonly string[]): Promise<(Shown | null)[]> {
  const found: (Shown | null)[] = [];
  for (let from = 0; from < names.length; from += 100)
    found.push(...(await lookup(names.slice(from, from + 100))).map(({ record }) => record));
  return found;
}

const doiNames = ({ metadata }: HarvestedRecord): string[] => {
  const doi = metadata?.doi;
  if (doi === null || doi === undefined) return [];
  const encoded = encodeURIComponent(doi);
  return [doi, doi.toUpperCase(), `doi:${doi}`, `https://doi.org/${encoded}`, `http://dx.doi.org/${encoded}`, encoded];
};

const IDENTIFIERS = [
  'hdl:2186.55/77-b',
  'doi:10.5072/fk2/ABC',
  'urn:nbn:ch:bel-9-4411',
  'urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  '1b4e28ba-2fa1-11d2-883f-0016d3cca428',
  'https://repo.example.org/items/7/',
  'http://repo.example.org/records/77?lang=en&x=1#top',
  'with a space',
  'Müller/Überblick:größe',
  '100%/a%2Fb',
  'oai:x.example.org:a/versions',
  'oai:x.example.org:b/export/json',
  'oai:x.example.org:c+d;e,f|g',
  'what?now',
  'ends with?',
  '%',
  '%2F',
  '100%25',
  '+1+2',
  '/leading/and/trailing/',
  'a//b',
  '../up',
  './here',
  'back\\slash',
  '"quoted" \'twice\'',
  '<x>{y}[z]',
  'me@example.org',
  'oai:no.number:',
  'Cafe\u0301 au lait',
  'カタログ：第三巻',
  '\u{1f41a} shell',
  'search',
  'oai:x.example.org:files/content',
  'HDL:2186.55/Capital',
  'ftp://files.example.org/a b.txt',
  'info:eu-repo/semantics/x',
  'tag:example.org,2020:a/b',
  'ark:/12345/x5-4xz?info',
];

test.each(IDENTIFIERS)(
  'the OAI identifier %s names its record',
  async (identifier) => {
    const records = dublinCore(identifier, `Record ${identifier}`);
    await addSource(`any${IDENTIFIERS.indexOf(identifier)}`, records);
    expect(await straysOf(records, doiNames)).toEqual([]);
    const path = `/api/records/${encodeURIComponent(identifier)}`;
    expect((await get(path)).json<Shown>().title).toBe(`Record ${identifier}`);
    expect((await get(`${path}/export/bibtex`)).statusCode).toBe(200);
    expect((await get(`/records/${encodeURIComponent(identifier)}/latest`)).statusCode).toBe(302);
  },
  120_000,
);

test('a record that has the name of a path is linked with its source', async () => {
  const records = dublinCore('export', 'A record like a path');
  await addSource('paths', records);
  expect(await straysOf(records, doiNames)).toEqual([]);
  expect(await lookup(['export'])).toMatchObject([{ record: { links: { self: 'http://localhost/api/records/paths:export' } } }]);
});

test('a number that two sources share leads to neither of them', async () => {
  await addSource('journal', dublinCore('oai:journal.example.org:4071', 'Journal, article 4071'));
  await addSource('archive', dublinCore('oai:archive.example.org:4071', 'Archive, item 4071'));
  for (const path of ['', '/export/citation', '/versions', '/versions/latest', '/files', '/communities']) {
    const reply = await get(`/api/records/4071${path}`);
    expect([path, reply.statusCode]).toEqual([path, 300]);
    const { choices } = reply.json<Required<Result>>();
    expect(choices.map(({ id, links }) => [id, links.self])).toEqual([
      ['journal:4071', 'http://localhost/api/records/journal:4071'],
      ['archive:4071', 'http://localhost/api/records/archive:4071'],
    ]);
  }
  expect((await get('/records/4071/latest')).statusCode).toBe(300);
  expect(await lookup(['4071', 'archive:4071'])).toMatchObject([
    { status: 300, record: null, choices: [{ id: 'journal:4071' }, { id: 'archive:4071' }] },
    { status: 200, record: { title: 'Archive, item 4071', links: { self: 'http://localhost/api/records/archive:4071' } } },
  ]);
  expect((await get('/api/records/archive:4071')).json<Shown>().title).toBe('Archive, item 4071');
  expect((await get('/api/records/journal:4071/export/citation')).body).toContain('Journal');
  const titles = (await lookup(['https://archive.example.org/records/4071', 'https://journal.example.net/records/4071'])).map(
    (one) => one.record?.title,
  );
  expect(titles).toEqual(['Archive, item 4071', 'Journal, article 4071']);
  expect(await lookup(['https://gamma.example.org/records/4071', 'gamma:4071'])).toMatchObject([{ status: 404 }, { status: 404 }]);
});

test('a number that two repositories share within one source, or that is an OAI identifier elsewhere, is ambiguous too', async () => {
  const both = [...dublinCore('oai:one.example.org:66', 'One'), ...dublinCore('oai:two.example.org:66', 'Two')];
  await addSource('aggregator', both);
  expect((await get('/api/records/66')).json<Required<Result>>().choices.map(({ id }) => id)).toEqual([
    'oai:one.example.org:66',
    'oai:two.example.org:66',
  ]);
  expect(await straysOf(both, doiNames)).toEqual([]);
  const bare = [...dublinCore('67', 'Bare'), ...dublinCore('oai:one.example.org:67', 'Numbered')];
  await addSource('bare', bare);
  expect((await get('/api/records/67')).json<Required<Result>>().choices.map(({ id }) => id)).toEqual([
    'bare:67',
    'oai:one.example.org:67',
  ]);
  const shown = (id: string) => get(`/api/records/${id}`).then((reply) => reply.json<Shown>().title);
  expect([await shown('bare:67'), await shown('oai:one.example.org:67')]).toEqual(['Bare', 'Numbered']);
});

test('copies of a record in two sources are one record by its number, and each has its own link', async () => {
  await addSource('first', [harvested(88, '<titles><title>First copy</title></titles>')]);
  await addSource('second', [harvested(88, '<titles><title>Second copy</title></titles>')]);
  expect((await lookup(['88', 'second:88', 'first:oai:zenodo.org:88'])).map(({ record }) => [record?.title, record?.links.self])).toEqual([
    ['First copy', 'http://localhost/api/records/first:88'],
    ['Second copy', 'http://localhost/api/records/second:88'],
    ['First copy', 'http://localhost/api/records/first:88'],
  ]);
});

describe.skipIf(!existsSync(cases))('records of other repositories (skipped where THRESHER_SHARED has no cases)', () => {
  test.each(globSync('*.xml', { cwd: cases }).toSorted())('%s: each name leads to its record', async (file) => {
    const records = listed(readFileSync(join(cases, file)));
    await addSource(`case-${file.replace('.xml', '')}`, records);
    expect(await straysOf(records, doiNames)).toEqual([]);
  });

  test('a DOI that only the OAI header has is a name, and is in each format', async () => {
    for (const name of ['10.5072/dc-one', 'doi:10.5072/DC-ONE', 'https://doi.org/10.5072/dc-one'])
      expect((await get(`/api/records/${name}`)).json()).toMatchObject({ doi: '10.5072/dc-one' });
    for (const format of ['bibtex', 'csl', 'ris'])
      expect((await get(`/api/records/10.5072/dc-one/export/${format}`)).body).toContain('10.5072/dc-one');
    const oai = await get('/oai2d?verb=GetRecord&metadataPrefix=oai_dc&identifier=doi%3A10.5072%2Fdc-one');
    expect(oai.body).toContain('<dc:identifier>https://doi.org/10.5072/dc-one</dc:identifier>');
  });
});

const harvest = join(shared, 'data/zenodo/chain-2024-09');
describe.skipIf(!existsSync(harvest))('genuine records (skipped where THRESHER_SHARED has no data)', () => {
  test('each name of 550 records of Zenodo leads to its record', async () => {
    const records = globSync('*.xml', { cwd: harvest }).flatMap((file) => listed(readFileSync(join(harvest, file))));
    expect(records.length).toBeGreaterThan(500);
    await addSource('zenodo', records);
    const numbered = (record: HarvestedRecord): string[] => {
      const number = record.header.identifier.split(':').at(-1)!;
      return [number, `zenodo:${number}`, `https://zenodo.org/records/${number}`, ...doiNames(record)];
    };
    expect(await straysOf(records, numbered)).toEqual([]);
  }, 120_000);
});

const replies = join(shared, 'data');
/** Folders of recorded answers of many repositories, each its own source here. */
const folders = existsSync(replies)
  ? [...new Set(globSync('{zenodo,oai-protocol}/**/*.xml', { cwd: replies }).map((file) => dirname(file)))].toSorted()
  : [];

describe.skipIf(folders.length === 0)('records of all recorded answers (skipped where THRESHER_SHARED has no data)', () => {
  test('each identifier, each spelling of a DOI, each source:identifier and each links.self leads to the record', async () => {
    const bySource = new Map(folders.map((folder) => [folder.replaceAll('/', '-'), recordsIn(join(replies, folder))] as const));
    for (const [source, records] of bySource) if (records.length > 0) await addSource(source, records);
    const all = [...bySource].flatMap(([source, records]) => records.map((record) => ({ source, record })));
    expect(all.length).toBeGreaterThan(1_200);
    const asked = all.flatMap(({ source, record }) => {
      const { identifier } = record.header;
      const doi = record.metadata?.doi ?? null;
      const isOf = (shown: Shown) => shown.oai.id === identifier;
      return [
        { name: identifier, isOf },
        { name: `${source}:${identifier}`, isOf },
        ...doiNames(record).map((name) => ({ name, isOf: (shown: Shown) => shown.doi === doi })),
      ];
    });
    const found = await lookUpAll(asked.map(({ name }) => name));
    const strays = asked.filter(({ isOf }, number) => !(found[number] && isOf(found[number]))).map(({ name }) => name);
    expect(strays).toEqual([]);
    const selves = [...new Map(found.map((shown) => [shown!.links.self, shown!.oai.id] as const))];
    const bySelf = await lookUpAll(selves.map(([self]) => self));
    expect(selves.filter(([, identifier], number) => bySelf[number]?.oai.id !== identifier)).toEqual([]);
    for (const [self, identifier] of selves.filter((_, number) => number % 20 === 0))
      expect([self, (await get(new URL(self).pathname)).json<Shown>().oai.id]).toEqual([self, identifier]);
  }, 240_000);
});

/** A member of a dump: the metadata alone, named by its number. */
function ofDump(file: string, xml: string): HarvestedRecord {
  const header = {
    identifier: `oai:zenodo.org:${file.replace('.xml', '')}`,
    datestamp: '2026-06-01T00:00:00Z',
    setSpecs: [],
    deleted: false,
  };
  return { header, datestamp: parseDatestamp(header.datestamp), ...mapMetadata(parseXml(xml), header) };
}

/** The live records of a folder, each identifier once; answers that are no lists of records are passed over. */
function recordsIn(folder: string): HarvestedRecord[] {
  const all = globSync('*.xml', { cwd: folder }).flatMap((file) => {
    try {
      const xml = readFileSync(join(folder, file), 'utf8').replaceAll('GetRecord>', 'ListRecords>');
      const records = xml.includes('<OAI-PMH') ? listed(xml) : [ofDump(file, xml)];
      return records.filter(({ metadata, header }) => metadata !== null && !header.deleted);
    } catch {
      return [];
    }
  });
  return [...new Map(all.map((record) => [record.header.identifier, record])).values()];
}
