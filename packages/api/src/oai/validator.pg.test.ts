import { gunzipSync } from 'node:zlib';
import { parseXml, type XmlElement } from '@thresher/oai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, harvested, version } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

// What the validators of repositories ask, one request after another (the one of openarchives.org, HTTP::OAI's, OVAL's).

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 230 }, { contact: 'admin@example.org' });
  await api.store([
    harvested(7, version('Kept', '2024-01-01', 6), { setSpecs: ['user-sea'] }),
    harvested(8, version('Gone soon', '2024-01-01', 6), { setSpecs: ['user-sea'] }),
  ]);
  await api.store([deleted(8, '2025-01-01T00:00:00Z')]);
});
afterAll(() => api[Symbol.asyncDispose]());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const get = async (query: string): Promise<XmlElement> => parseXml((await api.app.inject(`/oai2d?${query}`)).body);
const post = async (payload: string, headers = FORM): Promise<XmlElement> =>
  parseXml((await api.app.inject({ method: 'POST', url: '/oai2d', headers, payload })).body);
const child = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((each) => each.name === name);
const textIn = (element: XmlElement | undefined, name: string): string => child(element, name)!.text;
const errorOf = (answer: XmlElement): string | undefined => child(answer, 'error')?.attributes['code'];
const headersOf = (answer: XmlElement): XmlElement[] =>
  child(answer, 'ListIdentifiers')?.children.filter((each) => each.name === 'header') ?? [];
const identify = async () => child(await get('verb=Identify'), 'Identify');
const LIST = 'verb=ListIdentifiers&metadataPrefix=oai_dc';

test('nothing is older than earliestDatestamp, and something is as old as that', async () => {
  const earliest = textIn(await identify(), 'earliestDatestamp');
  const stamps = headersOf(await get(LIST)).map((header) => textIn(header, 'datestamp'));
  expect(stamps.toSorted()[0]).toBe(earliest);
  expect(headersOf(await get(`${LIST}&from=${earliest}&until=${earliest}`)).length).toBeGreaterThan(0);
  const before = new Date(Date.parse(earliest) - 1_000).toISOString().replace('.000', '');
  expect(errorOf(await get(`${LIST}&until=${before}`))).toBe('noRecordsMatch');
});

test('datestamps, responseDate and bounds have one granularity, and a day is taken, too', async () => {
  const answer = await get(LIST);
  expect(textIn(await identify(), 'granularity')).toBe('YYYY-MM-DDThh:mm:ssZ');
  const stamps = headersOf(answer).map((header) => textIn(header, 'datestamp'));
  for (const stamp of [textIn(answer, 'responseDate'), ...stamps]) expect(stamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(headersOf(await get(`${LIST}&from=${stamps[0]!.slice(0, 10)}`))).toHaveLength(232);
  expect(errorOf(await get(`${LIST}&from=${stamps[0]!.slice(0, 10)}&until=${stamps[0]!}`))).toBe('badArgument');
});

test.each([
  ['verb=', 'badVerb'],
  ['verb=junk', 'badVerb'],
  ['verb=Identify&verb=Identify', 'badVerb'],
  ['verb=Identify&test=test', 'badArgument'],
  ['verb=ListMetadataFormats&identifier=junk', 'idDoesNotExist'],
  ['verb=ListSets&junk', 'badArgument'],
  ['verb=ListIdentifiers', 'badArgument'],
  ['verb=ListIdentifiers&metadataPrefix=oai_dc&until=junk', 'badArgument'],
  ['verb=ListIdentifiers&resumptionToken=junk&until=1990-01-10', 'badArgument'],
  ['verb=ListIdentifiers&resumptionToken=junk', 'badResumptionToken'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=junk', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=2001-01-01&until=2000-01-01', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=2001-01-01T00:00:00Z&until=2002-02-05', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&set=really_wrong_set&from=2999-01-01', 'noRecordsMatch'],
  ['verb=ListRecords&resumptionToken=junk&metadataPrefix=oai_dc', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=junk', 'cannotDisseminateFormat'],
  ['verb=GetRecord&identifier=invalid%22id&metadataPrefix=oai_dc', 'idDoesNotExist'],
  ['verb=GetRecord&identifier=a%26b%3Cc%3E&metadataPrefix=oai_dc', 'idDoesNotExist'],
  ['verb=GetRecord&identifier=oai:zenodo.org:7&metadataPrefix=junk', 'cannotDisseminateFormat'],
  ['verb=GetRecord&identifier=oai:zenodo.org:7', 'badArgument'],
])('GET and POST of %s: %s', async (query, code) => {
  const [got, posted] = [await get(query), await post(query)];
  expect([errorOf(got), errorOf(posted)]).toEqual([code, code]);
  const echo = child(got, 'request')!;
  expect(echo.text).toBe('http://localhost/oai2d');
  // What was asked stands there as it was asked, escaped.
  const expected = code === 'badVerb' || code === 'badArgument' ? {} : Object.fromEntries(new URLSearchParams(query));
  expect(echo.attributes).toEqual(expected);
  expect(child(posted, 'request')).toEqual(echo);
});

test('a list by POST goes on by POST or GET, whatever the charset of the form; its last token is empty and counts on', async () => {
  const utf8 = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const first = child(await post('verb=ListRecords&metadataPrefix=oai_dc', utf8), 'ListRecords')!;
  const token = child(first, 'resumptionToken')!;
  expect(token.attributes).toMatchObject({ cursor: '0', completeListSize: '232' });
  const query = `verb=ListRecords&resumptionToken=${encodeURIComponent(token.text)}`;
  const [byPost, byGet] = [child(await post(query), 'ListRecords')!, child(await get(query), 'ListRecords')!];
  expect(byPost).toEqual(byGet);
  expect(byGet.children.filter((each) => each.name === 'record')).toHaveLength(32);
  const last = child(byGet, 'resumptionToken')!;
  expect([last.text, last.attributes]).toEqual(['', expect.objectContaining({ cursor: '200', completeListSize: '232' })]);
});

test('a token belongs to its list alone: other arguments next to it are refused, and so is another verb', async () => {
  const token = encodeURIComponent(textIn(child(await get('verb=ListRecords&metadataPrefix=oai_dc'), 'ListRecords'), 'resumptionToken'));
  expect(errorOf(await get(`verb=ListRecords&resumptionToken=${token}`))).toBeUndefined();
  for (const more of ['metadataPrefix=oai_dc', 'set=user-sea', 'from=2000-01-01', 'until=2999-01-01'])
    expect(errorOf(await get(`verb=ListRecords&resumptionToken=${token}&${more}`))).toBe('badArgument');
  for (const verb of ['ListSets', 'ListIdentifiers'])
    expect(errorOf(await get(`verb=${verb}&resumptionToken=${token}`))).toBe('badResumptionToken');
});

test('each set that is listed can be asked for, and each format of each record', async () => {
  const sets = child(await get('verb=ListSets'), 'ListSets')!.children.filter((each) => each.name === 'set');
  expect(sets.map((set) => textIn(set, 'setSpec'))).toContain('user-sea');
  for (const set of sets) {
    const spec = textIn(set, 'setSpec');
    expect(spec).toMatch(/^[\w\-.!~*'()]+(:[\w\-.!~*'()]+)*$/);
    const headers = headersOf(await get(`${LIST}&set=${encodeURIComponent(spec)}`));
    for (const header of headers)
      expect(header.children.some(({ name, text }) => name === 'setSpec' && (text === spec || text.startsWith(`${spec}:`)))).toBe(true);
    expect(headers.length).toBeGreaterThan(0);
  }
  const formats = child(await get('verb=ListMetadataFormats&identifier=oai:zenodo.org:7'), 'ListMetadataFormats')!.children;
  expect(formats.map((format) => textIn(format, 'metadataPrefix'))).toContain('oai_dc');
  for (const format of formats) {
    const { children } = child(
      await get(`verb=GetRecord&identifier=oai:zenodo.org:7&metadataPrefix=${textIn(format, 'metadataPrefix')}`),
      'GetRecord',
    )!;
    expect(child(child(children[0], 'metadata'), child(children[0], 'metadata')!.children[0]!.name)).toBeDefined();
  }
});

test('a deleted record is in lists and by its name the same header, and nothing else', async () => {
  const listed = headersOf(await get(LIST)).find((header) => textIn(header, 'identifier') === 'oai:zenodo.org:8')!;
  expect(listed.attributes).toEqual({ status: 'deleted' });
  const record = child(child(await get('verb=GetRecord&identifier=oai:zenodo.org:8&metadataPrefix=oai_dc'), 'GetRecord'), 'record')!;
  expect(record.children).toEqual([listed]);
});

test('answers are UTF-8, and gzip for clients that take it; Identify names no other encoding', async () => {
  const plain = await api.app.inject(`/oai2d?${LIST}`);
  expect(plain.body).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>/);
  expect(plain.headers['content-encoding']).toBeUndefined();
  const zipped = await api.app.inject({ url: `/oai2d?${LIST}`, headers: { 'accept-encoding': 'gzip' } });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(headersOf(parseXml(gunzipSync(zipped.rawPayload).toString()))).toEqual(headersOf(parseXml(plain.body)));
  const named = (await identify())!.children.filter((each) => each.name === 'compression').map((each) => each.text);
  for (const encoding of named) {
    const reply = await api.app.inject({ url: `/oai2d?${LIST}`, headers: { 'accept-encoding': encoding } });
    expect(reply.headers['content-encoding']).toBe(encoding);
  }
});

test('HEAD is answered, other methods are not', async () => {
  expect((await api.app.inject({ method: 'HEAD', url: '/oai2d?verb=Identify' })).statusCode).toBe(200);
  const put = await api.app.inject({ method: 'PUT', url: '/oai2d?verb=Identify' });
  expect(put.statusCode).toBe(405);
});
