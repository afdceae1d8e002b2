import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDatestamp } from './datestamp.ts';
import { parseIdentify, parseMetadataFormats, parseSetsPage } from './documents.ts';
import { NotOaiError, OaiError, XmlError } from './errors.ts';
import type { ListPage } from './page.ts';
import { decodeDocument, parseListPage, parseRecordPage } from './parse.ts';
import { readListPage, readReply } from './read-reply.ts';
import { charsetOf, rateLimitOf, retryAfterMs } from './reply.ts';
import type { OaiReply } from './reply.ts';
import { parseXml } from './xml.ts';

const data = resolve(process.env['THRESHER_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'data');
const folders = ['zenodo/http', 'zenodo/chain-2024-09', 'zenodo/legacy', 'oai-protocol'];

function filesUnder(folder: string): string[] {
  return readdirSync(join(data, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.xml'))
    .map((file) => `${folder}/${file}`);
}

/** Files that are no OAI-PMH answer, or a broken one, with their error message. Everything else has to parse. */
const REFUSED: Readonly<Record<string, [typeof XmlError | typeof NotOaiError, RegExp]>> = {
  // Its recorder cut the page and left the list open.
  'zenodo/http/2024-01-21-list_identifiers-26d0-2-200.xml': [XmlError, /unexpected close tag <\/OAI-PMH>/],
  'oai-protocol/HTTP-OAI/badbytes.xml': [XmlError, /bytes that are not valid UTF-8 \(line 4, column 1\)/],
  'oai-protocol/pyoai/fake3-00001.xml': [XmlError, /unexpected close tag/],
  'oai-protocol/pyoai/fake4-00001.xml': [XmlError, /undefined entity &bogus;/],
  'oai-protocol/sickle/ListRecordsBroken.xml': [NotOaiError, /text that is not XML/],
  'oai-protocol/not-an-oai-endpoint/x-identify-af58-1-200.xml': [NotOaiError, /an HTML page/],
  'oai-protocol/not-an-oai-endpoint/x-identify-e05d-0-200.xml': [NotOaiError, /an HTML page/],
};

/** Records and other things taken out of an answer: well-formed, but no answers. */
const NO_ANSWERS = [
  'oai-protocol/HTTP-OAI/repository.xml',
  'oai-protocol/guidelines-literature-repositories/mocksample.xml',
  'oai-protocol/guidelines-literature-repositories/sample_journalarticle1.xml',
  'oai-protocol/guidelines-literature-repositories/sample_minimal.xml',
  'oai-protocol/pyoai/fake1-00006.xml',
  'oai-protocol/xoai/188-copy-element-multibyte.xml',
  'oai-protocol/xoai/test-oai_dc.xml',
  'zenodo/legacy/2021-02-getrecord-v4.1.xml',
  'zenodo/legacy/2023-article_example.xml',
  'zenodo/legacy/2023-code_example.xml',
  'zenodo/legacy/2023-dataset_example.xml',
  'zenodo/legacy/openaire-input_zenodo.xml',
  'zenodo/legacy/openaire-odf_zenodo.xml',
];

/** Records that cannot be read in pages that can: file, position, reason. */
const FAULTS: Readonly<Record<string, [number, RegExp]>> = {
  'zenodo/legacy/2023-malformed-by-hand.xml': [0, /unexpected close tag <\/descriptions>/],
  'oai-protocol/sickle/ListRecords4.xml': [0, /a header without an identifier/],
};

/** How much there is in an answer that is no list of records. */
const CONTENTS: Readonly<Record<string, (bytes: Buffer) => number>> = {
  GetRecord: (bytes) => parseRecordPage(bytes, { metadata: true }).records.length,
  Identify: (bytes) => parseIdentify({ bytes }).repositoryName?.length ?? 0,
  ListSets: (bytes) => parseSetsPage({ bytes }).sets.length,
  ListMetadataFormats: (bytes) => parseMetadataFormats({ bytes }).length,
};

/** Says what the file is and checks what any answer of that kind must hold. */
function check(file: string): string {
  const bytes = readFileSync(join(data, file));
  if (file in FAULTS) return checkList(file, bytes);
  const root = parseXml(decodeDocument(bytes));
  if (root.name !== 'OAI-PMH') return 'no answer';
  const verb = root.children.map(({ name }) => name).find((name) => name !== 'responseDate' && name !== 'request')!;
  if (verb === 'ListRecords' || verb === 'ListIdentifiers' || verb === 'error') return checkList(file, bytes);
  expect(CONTENTS[verb]!(bytes)).toBeGreaterThan(0);
  return verb;
}

function checkList(file: string, bytes: Buffer): string {
  const page = parseListPage(bytes, { metadata: true });
  const { records, faults, errors } = page;
  // An independent count: no file here has header elements in its payloads.
  const headers = bytes.toString('latin1').match(/<(?:\w+:)?header[\s>]/g) ?? [];
  expect(records.length + faults.length).toBe(headers.length);
  expect(faults.map(({ position }) => position)).toEqual(file in FAULTS ? [FAULTS[file]![0]] : []);
  if (file in FAULTS) expect(faults[0]!.reason).toMatch(FAULTS[file]![1]);
  expect(page.verb === null).toBe(errors.length > 0);
  expect(parseDatestamp(page.responseDate)).not.toBeNull();
  expectRecordsInTheirBytes(bytes, page);
  expectTheSameWithoutMetadata(page, parseListPage(bytes, { metadata: false }));
  return page.verb ?? 'error';
}

/** A record that is broken in its metadata only counts as one that reads. */
function expectTheSameWithoutMetadata(page: ListPage, bare: ListPage): void {
  const readable = new Set(page.records.map(({ position }) => position));
  const records = bare.records.filter(({ position }) => readable.has(position));
  expect(records).toEqual(page.records.map((one) => ({ ...one, metadata: null })));
  const others = [...bare.faults, ...bare.records.filter(({ position }) => !readable.has(position))];
  const places = ({ position, byteStart, byteEnd }: (typeof others)[number]) => ({ position, byteStart, byteEnd });
  expect(others.map(places)).toEqual(page.faults.map(places));
  expect({ ...bare, records: [], faults: [] }).toEqual({ ...page, records: [], faults: [] });
}

function expectRecordsInTheirBytes(bytes: Buffer, { records }: ListPage): void {
  for (const { byteStart, byteEnd, header } of records) {
    const text = bytes.toString('utf8', byteStart, byteEnd);
    expect(text).toMatch(/^<(?:\w+:)?(record|header)[\s>][^]*<\/(?:\w+:)?\1\s*>$/);
    expect(text.split(/<(?:\w+:)?header[\s>]/)).toHaveLength(2);
    expect(text.replaceAll('&amp;', '&')).toContain(header.identifier);
  }
}

describe.skipIf(!existsSync(data))(`genuine answers (skipped where ${data} is absent)`, () => {
  test.each(existsSync(data) ? folders : [])('%s', (folder) => {
    const kinds: Record<string, number> = {};
    const others: string[] = [];
    for (const file of filesUnder(folder)) {
      if (file in REFUSED) continue;
      const kind = check(file);
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      if (kind === 'no answer') others.push(file);
    }
    expect(others.sort()).toEqual(NO_ANSWERS.filter((file) => file.startsWith(folder)).sort());
    expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5);
  });

  test.each(Object.entries(REFUSED))('%s is refused', (file, [kind, message]) => {
    const bytes = readFileSync(join(data, file));
    for (const parse of [
      () => parseListPage(bytes, { metadata: true }),
      () => parseIdentify({ bytes }),
      () => parseRecordPage(bytes, { metadata: false }),
    ]) {
      expect(parse).toThrow(kind);
      expect(parse).toThrow(message);
    }
  });

  test('the chain of 2024-09: 550 records on six pages, the last token empty', () => {
    const pages = filesUnder('zenodo/chain-2024-09')
      .sort()
      .map((file) => parseListPage(readFileSync(join(data, file)), { metadata: true }));
    expect(pages.map(({ records }) => records.length)).toEqual([100, 100, 100, 100, 100, 50]);
    expect(pages.map(({ resumptionToken }) => resumptionToken!.cursor)).toEqual([0, 100, 200, 300, 400, 500]);
    expect(pages.map(({ resumptionToken }) => resumptionToken!.value !== null)).toEqual([true, true, true, true, true, false]);
    expect(new Set(pages.flatMap(({ records }) => records.map(({ header }) => header.identifier))).size).toBe(550);
    expect(pages.flatMap(({ records }) => records).every(({ metadata }) => metadata?.name === 'oai_datacite')).toBe(true);
  });

  test('a completeListSize that is Python text is kept as text', () => {
    const { resumptionToken } = parseListPage(readFileSync(join(data, 'zenodo/legacy/2021-08-user-lexibank-dcat.xml')), {
      metadata: false,
    });
    expect(resumptionToken).toMatchObject({ completeListSize: null, raw: { completeListSize: "{u'relation': u'eq', u'value': 312}" } });
  });

  test('the answers recorded inside JSON', () => {
    const folder = 'oai-protocol/oai-pmh';
    const bodies = readdirSync(join(data, folder)).flatMap(
      (file) => JSON.parse(readFileSync(join(data, folder, file), 'utf8')) as { status: number; response: string }[],
    );
    const roots = bodies.filter(({ status }) => status === 200).map(({ response }) => parseXml(response).name);
    expect([roots.length, new Set(roots)]).toEqual([11, new Set(['OAI-PMH'])]);
    expect(() => parseListPage(Buffer.from(bodies.find(({ status }) => status === 503)!.response), { metadata: false })).toThrow(
      NotOaiError,
    );
  });

  test('every recorded error becomes a typed one', () => {
    const codes = filesUnder('zenodo/http')
      .filter((name) => !name.endsWith('-200.xml'))
      .map((file) => attempt(() => readListPage(recorded(file), { metadata: false })))
      .map((error) => (error instanceof OaiError ? `${error.httpStatus} ${error.code}` : String(error)));
    expect([...new Set(codes)].sort()).toEqual(['422 badArgument', '422 badResumptionToken', '422 idDoesNotExist', '422 noRecordsMatch']);
  });

  test('Retry-After of a success is no reason to wait, and the rate limit is read', () => {
    const replies = filesUnder('zenodo/http')
      .filter((name) => name.endsWith('-200.xml'))
      .map(recorded);
    expect(replies.some(({ headers }) => headers['retry-after'] !== undefined)).toBe(true);
    expect(replies.every((reply) => reply.retryAfterMs === null)).toBe(true);
    const limited = replies.filter(({ rateLimit }) => rateLimit !== null);
    expect(limited.length).toBeGreaterThan(10);
    for (const { rateLimit, headers } of limited) {
      expect([30, 60, 120]).toContain(rateLimit!.limit);
      expect(Math.abs(rateLimit!.resetAt!.getTime() - Date.parse(headers['date']!))).toBeLessThan(3_600_000);
    }
    expect(
      readReply(
        replies.find(({ url }) => url.includes('verb=Identify'))!,
        parseIdentify,
      ).deletedRecord,
    ).toBe('no');
  });
});

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

function recorded(file: string): OaiReply {
  const { url, status, headers } = JSON.parse(readFileSync(join(data, file.replace(/\.xml$/, '.http.json')), 'utf8')) as Pick<
    OaiReply,
    'url' | 'status' | 'headers'
  >;
  const bytes = readFileSync(join(data, file));
  const now = Date.parse(headers['date'] ?? '');
  const facts = { charset: charsetOf(headers), rateLimit: rateLimitOf(headers, now), retryAfterMs: retryAfterMs(status, headers, now) };
  return { url, status, headers, bytes, wireBytes: bytes.length, ...facts };
}
