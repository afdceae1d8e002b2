import { join } from 'node:path';
import { mapMetadata } from '@thresher/datacite';
import { createOaiClient, type ListedRecord, type OaiClient, parseXml, type Transport, type XmlElement } from '@thresher/oai';
import { saveSource } from '@thresher/store/harvest';
import { settledUntil } from '@thresher/store/database';
import { saveFetched } from '@thresher/store/read';
import { sql } from 'kysely';
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, EVERYTHING, harvested, version } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

xmlRegisterFsInputProviders();
const schema = XmlDocument.fromString(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:import namespace="http://www.openarchives.org/OAI/2.0/" schemaLocation="${join(import.meta.dirname, '../../test/oai/answer.xsd')}"/></xs:schema>`);
const validator = XsdValidator.fromDoc(schema);

let api: StoredApi;
let client: OaiClient;
/** Every answer that the client got. */
const answers: string[] = [];
/** How often PostgreSQL was. */
let asked = 0;

const transport: Transport = async (url) => {
  const reply = await api.app.inject({ url: url.replace('http://localhost', '') });
  answers.push(reply.body);
  return { status: reply.statusCode, headers: reply.headers as Record<string, string>, body: reply.rawPayload };
};

beforeAll(async () => {
  api = await createStoredApi({ size: 450 }, { contact: 'admin@example.org' });
  api.database.db.pool.on('acquire', () => (asked += 1));
  await api.store([
    harvested(7, EVERYTHING, { setSpecs: ['user-sea', 'user-sea-ice', 'topic:water:salt', 'topic:fire'] }),
    harvested(8, version('Gone soon', '2024-01-01', 6), { setSpecs: ['topic:gone', 'user-wreck'] }),
    harvested(9, '<titles><title>&amp; &lt;b&gt; ]]&gt; &quot;</title></titles>', { setSpecs: ['topic'] }),
  ]);
  await api.store([deleted(8, '2025-01-01T00:00:00Z')]);
  client = createOaiClient({ baseURL: 'http://localhost/oai2d', userAgent: 'test', transport });
});
afterAll(() => api[Symbol.asyncDispose]());

const ask = async (query: string): Promise<string> => {
  const reply = await api.app.inject(`/oai2d?${query}`);
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toBe('text/xml; charset=utf-8');
  return reply.body;
};
const child = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((each) => each.name === name);
const errorOf = (xml: string): string | undefined => child(parseXml(xml), 'error')?.attributes['code'];
const stored = async (): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`select oai_identifier as id from record order by changed_at, id`.execute(api.database.db);
  return rows.map((row) => row.id);
};

async function walk(
  verb: 'ListRecords' | 'ListIdentifiers',
  args: { set?: string; from?: string; until?: string; metadataPrefix?: string } = {},
) {
  const records: ListedRecord[] = [];
  const tokens: { cursor: unknown; completeListSize: unknown }[] = [];
  for await (const { page } of client.listPages({ verb, metadataPrefix: 'oai_datacite', ...args })) {
    expect(page.faults).toEqual([]);
    records.push(...page.records);
    if (page.resumptionToken) tokens.push({ cursor: page.resumptionToken.cursor, completeListSize: page.resumptionToken.completeListSize });
  }
  return { records, tokens };
}

test('Identify says what the protocol asks for', async () => {
  expect(await client.identify()).toMatchObject({
    repositoryName: 'Thresher: a mirror of sim',
    baseURL: 'http://localhost/oai2d',
    protocolVersion: '2.0',
    adminEmails: ['admin@example.org'],
    deletedRecord: 'persistent',
    granularity: 'YYYY-MM-DDThh:mm:ssZ',
  });
});

test.each(['oai_datacite', 'datacite', 'oai_dc', 'marcxml', 'dcat'])(
  'a walk over %s holds every record once, with what it was at its source',
  async (metadataPrefix) => {
    const { records, tokens } = await walk('ListRecords', { metadataPrefix });
    expect(records.map((record) => record.header.identifier)).toEqual(await stored());
    expect(tokens).toEqual([
      { cursor: 0, completeListSize: 453 },
      { cursor: 200, completeListSize: 453 },
      { cursor: 400, completeListSize: 453 },
    ]);
    for (const { header, metadata, about } of records) {
      expect([metadata === null, about.length]).toEqual(header.deleted ? [true, 0] : [false, 1]);
    }
  },
);

test('a record of kernel 4 comes back as it was', async () => {
  const { metadata, about, header } = await client.getRecord('oai:zenodo.org:7', 'oai_datacite');
  const { metadata: before } = harvested(7, EVERYTHING, { setSpecs: [...header.setSpecs] });
  expect(mapMetadata(metadata!, header).metadata).toEqual({ ...before, schemaVersion: '4.7' });
  const origin = child(about[0], 'originDescription');
  expect(origin?.attributes).toEqual({ altered: 'true', harvestDate: header.datestamp });
  expect(Object.fromEntries(origin!.children.map((each) => [each.name, each.text]))).toEqual({
    baseURL: 'https://zenodo.org/oai2d',
    identifier: 'oai:zenodo.org:7',
    datestamp: '2024-05-31T10:00:00Z',
    metadataNamespace: 'http://schema.datacite.org/oai/oai-1.1/',
  });
});

test.each(['oai_datacite', 'datacite', 'oai_datacite3', 'datacite3', 'oai_datacite4', 'oai_dc'])(
  'what is handed on as %s can be harvested again',
  async (metadataPrefix) => {
    const { records } = await walk('ListRecords', { metadataPrefix });
    const unread = records.filter(({ metadata, header }) => metadata !== null && mapMetadata(metadata, header).metadata === null);
    expect(unread).toEqual([]);
  },
);

test('a deleted record stays, in lists and by its name', async () => {
  const { header, metadata } = await client.getRecord('oai:zenodo.org:8', 'oai_dc');
  expect([header.deleted, metadata]).toEqual([true, null]);
  expect(errorOf(await ask('verb=ListMetadataFormats&identifier=oai:zenodo.org:8'))).toBe('noMetadataFormats');
  const formats = await client.listMetadataFormats('oai:zenodo.org:7');
  expect(formats.map((format) => format.metadataPrefix)).toEqual([
    'oai_dc',
    'datacite',
    'oai_datacite',
    'datacite3',
    'oai_datacite3',
    'datacite4',
    'oai_datacite4',
    'marcxml',
    'marc21',
    'dcat',
  ]);
  // Zenodo's words, though dcat has no schema and its elements are of many namespaces.
  expect(formats.at(-1)).toMatchObject({
    schema: 'http://schema.datacite.org/meta/kernel-4/metadata.xsd',
    metadataNamespace: 'https://www.w3.org/ns/dcat',
  });
});

test('dcat lists the files that were fetched, in lists and by name, and PostgreSQL is not asked more often for it', async () => {
  const url = 'https://zenodo.org/api/records/7/files/a.csv/content';
  const { rows } = await sql<{ id: number }>`select id from record where oai_identifier = 'oai:zenodo.org:7'`.execute(api.database.db);
  const files = [{ key: 'a.csv', fileId: null, size: 12, checksum: 'md5:0f', url }];
  await saveFetched(api.database.db, rows[0]!.id, { files, stats: null }, new Date('2026-08-01T12:00:00Z'));
  const { metadata } = await client.getRecord('oai:zenodo.org:7', 'dcat');
  expect(downloads(metadata)).toEqual([url]);
  const { records } = await walk('ListRecords', { metadataPrefix: 'dcat', set: 'user-sea' });
  expect(records.map((record) => downloads(record.metadata))).toEqual([[url]]);
  const whole = await walk('ListRecords', { metadataPrefix: 'dcat' });
  expect(whole.records.filter((record) => downloads(record.metadata).length > 0)).toHaveLength(1);
  for (const query of ['verb=ListRecords&metadataPrefix=', 'verb=GetRecord&identifier=oai:zenodo.org:7&metadataPrefix='])
    expect(await timesAsked(`${query}dcat`)).toBe(await timesAsked(`${query}oai_dc`));
});

/** What the distributions of a record lead to. */
function downloads(metadata: XmlElement | null): (string | undefined)[] {
  const distributions = child(metadata ?? undefined, 'Description')?.children.filter((each) => each.name === 'distribution') ?? [];
  return distributions.flatMap((each) => {
    const download = child(child(each, 'Distribution'), 'downloadURL');
    return download === undefined ? [] : [download.attributes['resource']];
  });
}

async function timesAsked(query: string): Promise<number> {
  asked = 0;
  await ask(query);
  return asked;
}

test('sets are all named, and lists of them hold their members', async () => {
  const sets: string[] = [];
  for await (const { setSpec } of client.listSets()) sets.push(setSpec);
  const { rows } = await sql<{ set_spec: string }>`select distinct set_spec from record_set order by 1`.execute(api.database.db);
  expect(sets).toEqual(rows.map((row) => row.set_spec));
  for (const set of sets.slice(0, 5)) {
    const { rows: members } = await sql<{ id: string }>`
      select distinct r.oai_identifier as id, r.changed_at, r.id as number from record_set s join record r on r.id = s.record_id where s.set_spec = ${set} or s.set_spec like ${`${set}:%`} order by r.changed_at, r.id`.execute(
      api.database.db,
    );
    const { records } = await walk('ListIdentifiers', { set });
    expect(records.map((record) => record.header.identifier)).toEqual(members.map((row) => row.id));
  }
});

test.each([
  ['topic', ['oai:zenodo.org:7', 'oai:zenodo.org:8', 'oai:zenodo.org:9']],
  ['topic:water', ['oai:zenodo.org:7']],
  ['topic:fire', ['oai:zenodo.org:7']],
  ['topic:wat', []],
  ['user-sea', ['oai:zenodo.org:7']],
  ['user-nobody', []],
])('set %s has the records of those below it', async (set, identifiers) => {
  const { records } = await walk('ListIdentifiers', { set });
  expect(records.map((record) => record.header.identifier).sort()).toEqual(identifiers);
});

test('from and until are the time this copy changed, and inclusive', async () => {
  const { records } = await walk('ListIdentifiers');
  const stamps = records.map((record) => record.header.datestamp);
  expect(stamps).toEqual(stamps.toSorted());
  for (const stamp of new Set(stamps)) {
    const same = await walk('ListIdentifiers', { from: stamp, until: stamp });
    expect(same.records).toHaveLength(stamps.filter((one) => one === stamp).length);
  }
  const day = stamps[0]!.slice(0, 10);
  expect((await walk('ListIdentifiers', { from: day, until: stamps.at(-1)!.slice(0, 10) })).records).toHaveLength(453);
  for (const bounds of ['from=2999-01-01', 'until=1969-12-31', 'until=2013-01-01', 'from=0000-01-01&until=0000-01-02'])
    expect(errorOf(await ask(`verb=ListRecords&metadataPrefix=oai_dc&${bounds}`))).toBe('noRecordsMatch');
});

test('a token may be sent again, and does not expire while records change', async () => {
  const first = parseXml(await ask('verb=ListRecords&metadataPrefix=oai_dc'));
  const token = child(child(first, 'ListRecords'), 'resumptionToken')!.text;
  const identifiers = async () => {
    const page = child(parseXml(await ask(`verb=ListRecords&resumptionToken=${token}`)), 'ListRecords')!;
    return page.children.filter((each) => each.name === 'record').map((each) => child(child(each, 'header'), 'identifier')!.text);
  };
  const before = await identifiers();
  expect(await identifiers()).toEqual(before);
  // The first of the page changes: it goes behind the end of this list, and nothing else moves.
  const number = Number(before[0]!.split(':').at(-1));
  await api.store([harvested(number, '<titles><title>Changed meanwhile</title></titles>', { datestamp: '2026-11-01T00:00:00Z' })]);
  expect((await identifiers()).slice(0, -1)).toEqual(before.slice(1));
});

test('a forged token of 64 KB costs no statement, and a list of a set with many subsets has short tokens', async () => {
  const forge = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const specs = Array.from({ length: 4_000 }, (_, n) => `user-${n}`);
  for (const [verb, token] of [
    ['ListRecords', forge('oai_dc', null, Number.MAX_SAFE_INTEGER, specs, 0, 0, 0, null)],
    ['ListSets', forge('s'.repeat(45_000), 0)],
  ] as const) {
    const before = asked;
    const body = new URLSearchParams({ verb, resumptionToken: token }).toString();
    const reply = await api.app.inject({
      method: 'POST',
      url: '/oai2d',
      payload: body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(body.length).toBeGreaterThan(40_000);
    expect(errorOf(reply.body)).toBe('badResumptionToken');
    expect(reply.body.length).toBeLessThan(5_000);
    expect(asked).toBe(before);
  }
  await api.store(
    Array.from({ length: 210 }, (_, n) =>
      harvested(10_000 + n, `<titles><title>${n}</title></titles>`, { setSpecs: [`deep:${n}:${'long-name-'.repeat(20)}`] }),
    ),
  );
  const { records, tokens } = await walk('ListRecords', { set: 'deep' });
  expect(records).toHaveLength(210);
  expect(tokens.length).toBeGreaterThan(1);
  const first = child(parseXml(await ask('verb=ListRecords&metadataPrefix=oai_dc&set=deep')), 'ListRecords');
  expect(child(first, 'resumptionToken')!.text.length).toBeLessThan(300);
});

test('a harvester that continues from the responseDate gets what changed, and only that', async () => {
  const responseDate = child(parseXml(await ask('verb=ListIdentifiers&metadataPrefix=oai_dc')), 'responseDate')!.text;
  await api.store([harvested(501, '<titles><title>New</title></titles>')]);
  const later = await walk('ListIdentifiers', { from: responseDate });
  expect(later.records.map((record) => record.header.identifier)).toContain('oai:zenodo.org:501');
});

test('nothing is answered that a transaction could still get in before', async () => {
  await api.database.db.transaction().execute(async (trx) => {
    await sql`lock table record in row exclusive mode`.execute(trx);
    const { rows } = await sql<{ at: Date }>`select now() as at`.execute(trx);
    await api.database.db.updateTable('harvest.source').set({ repository_name: 'x' }).execute();
    const answer = parseXml(await ask('verb=ListIdentifiers&metadataPrefix=oai_dc&from=2999-01-01'));
    expect(Date.parse(child(answer, 'responseDate')!.text)).toBeLessThanOrEqual(rows[0]!.at.getTime());
  });
  await api.database.db.updateTable('harvest.source').set({ repository_name: null }).execute();
});

test.each([
  ['', 'badVerb'],
  ['verb=Nothing', 'badVerb'],
  ['verb=Identify&x=1', 'badArgument'],
  ['verb=GetRecord&identifier=oai:zenodo.org:7', 'badArgument'],
  ['verb=GetRecord&identifier=oai:zenodo.org:999999999&metadataPrefix=oai_dc', 'idDoesNotExist'],
  ['verb=GetRecord&identifier=%00&metadataPrefix=oai_dc', 'idDoesNotExist'],
  ['verb=GetRecord&identifier=oai:zenodo.org:7&metadataPrefix=mods', 'cannotDisseminateFormat'],
  ['verb=ListMetadataFormats&identifier=nobody', 'idDoesNotExist'],
  ['verb=ListRecords&resumptionToken=nonsense', 'badResumptionToken'],
  ['verb=ListSets&resumptionToken=nonsense', 'badResumptionToken'],
  ['verb=ListRecords&metadataPrefix=%C3%A4', 'cannotDisseminateFormat'],
  ['verb=ListRecords&metadataPrefix=oai_dc&set=%C3%A4', 'noRecordsMatch'],
])('%s is answered with %s', async (query, code) => {
  const xml = await ask(query);
  answers.push(xml);
  expect(errorOf(xml)).toBe(code);
  const echo = child(parseXml(xml), 'request')!;
  expect(echo.text).toBe('http://localhost/oai2d');
  const isDistrusted = code === 'badVerb' || code === 'badArgument';
  expect('verb' in echo.attributes).toBe(!isDistrusted);
});

test.each([
  ['in its form', '', 'verb=GetRecord&identifier=oai%3Azenodo.org%3A7&metadataPrefix=oai_dc'],
  ['in its URL', '?verb=GetRecord&identifier=oai:zenodo.org:7&metadataPrefix=oai_dc', ''],
  ['in both', '?verb=GetRecord&metadataPrefix=oai_dc', 'identifier=oai:zenodo.org:7'],
])('a POST with the arguments %s is the same as a GET', async (_, query, payload) => {
  const reply = await post(query, payload);
  expect(reply.statusCode).toBe(200);
  answers.push(reply.body);
  const expected = await ask('verb=GetRecord&identifier=oai:zenodo.org:7&metadataPrefix=oai_dc');
  for (const part of ['GetRecord', 'request']) expect(child(parseXml(reply.body), part)).toEqual(child(parseXml(expected), part));
});

test.each([
  ['', '', 'badVerb'],
  ['?verb=Identify', 'verb=Identify', 'badVerb'],
  ['?verb=ListIdentifiers&metadataPrefix=oai_dc', 'metadataPrefix=marcxml', 'badArgument'],
  ['?verb=ListSets&set=a', '', 'badArgument'],
  ['?resumptionToken=x', 'verb=ListRecords&metadataPrefix=oai_dc', 'badArgument'],
])('a POST to %s with the form "%s" is answered with %s', async (query, payload, code) => {
  expect(errorOf((await post(query, payload)).body)).toBe(code);
});

test('a POST without a body and its type is that of its URL', async () => {
  const reply = await api.app.inject({ method: 'POST', url: '/oai2d?verb=Identify' });
  expect(child(parseXml(reply.body), 'Identify')).toBeDefined();
});

function post(query: string, payload: string) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return api.app.inject({ method: 'POST', url: `/oai2d${query}`, headers, payload });
}

test('a client of one set learns of a deletion whose header named no sets, and not of a record that left the set', async () => {
  const place = await settledUntil(api.database.db);
  const since = new Date(Math.floor(place / 1000)).toISOString().slice(0, 19) + 'Z';
  const content = (title: string): string => `<titles><title>${title}</title></titles>`;
  await api.store([
    harvested(701, content('Sunk'), { setSpecs: ['user-fleet', 'registry:hulls'] }),
    harvested(702, content('Sold'), { setSpecs: ['user-fleet'] }),
    harvested(703, content('Afloat'), { setSpecs: ['user-fleet'] }),
  ]);
  const told = async (query: string) =>
    (await api.app.inject(`/api/changes?${query}`)).json<{ cursor: string; changes: { type: string; record: { recid: number } }[] }>();
  const { cursor } = await told('community=fleet');
  await api.store([deleted(701, '2026-02-01T00:00:00Z'), harvested(702, content('Sold'), { datestamp: '2026-02-01T00:00:00Z' })]);
  for (const verb of ['ListRecords', 'ListIdentifiers'] as const)
    for (const set of ['user-fleet', 'registry', 'registry:hulls']) {
      const { records } = await walk(verb, { set, from: since });
      const fleet = set === 'user-fleet' ? [['oai:zenodo.org:703', false, ['user-fleet']]] : [];
      expect(records.map(({ header }) => [header.identifier, header.deleted, header.setSpecs])).toEqual([
        ...fleet,
        ['oai:zenodo.org:701', true, ['user-fleet', 'registry:hulls']],
      ]);
      // The instant of the deletion here, not that of the record or of its source.
      const { header } = records.at(-1)!;
      expect(header.datestamp >= since && header.datestamp.startsWith(new Date().toISOString().slice(0, 4))).toBe(true);
    }
  // Who harvests everything sees the sets of now.
  const { records } = await walk('ListIdentifiers', { from: since });
  expect(records.find(({ header }) => header.identifier === 'oai:zenodo.org:702')?.header.setSpecs).toEqual([]);
  const { changes } = await told(`community=fleet&since=${encodeURIComponent(cursor)}`);
  expect(changes.map(({ type, record }) => [record.recid, type])).toEqual([
    [701, 'deleted'],
    [702, 'left'],
  ]);
});

test('an identifier that two sources have is one record, that of the first', async () => {
  const { id } = await saveSource(api.database.db, { name: 'second', base_url: 'https://second.example/oai', metadata_prefix: 'oai_dc' });
  await api.store(
    [harvested(7, version('The copy of another', '2020-01-01', 6)), harvested(601, '<titles><title>Only here</title></titles>')],
    id,
  );
  const names = (await walk('ListIdentifiers')).records.map((record) => record.header.identifier);
  expect(names).toHaveLength(new Set(names).size);
  expect(names).toContain('oai:zenodo.org:601');
  const { about } = await client.getRecord('oai:zenodo.org:7', 'oai_dc');
  expect(child(child(about[0], 'originDescription'), 'baseURL')!.text).toBe('https://zenodo.org/oai2d');
});

test('every answer so far is valid', () => {
  expect(answers.length).toBeGreaterThan(30);
  for (const answer of answers) expect(faultsOf(answer)).toEqual([]);
});

test('the schema finds what is wrong', () => {
  expect(faultsOf(answers[0]!.replace('<protocolVersion>2.0', '<protocolVersion>1.1'))).not.toEqual([]);
});

function faultsOf(xml: string): unknown[] {
  using document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    if (error instanceof XmlValidateError) return [error.message];
    throw error;
  }
}
