import { expect, test } from 'vitest';
import { NotOaiError, XmlError } from './errors.ts';
import { parseListPage, parseRecordPage } from './parse.ts';

const OAI = 'http://www.openarchives.org/OAI/2.0/';

const record = (n: number, inside = `<metadata><dc xmlns="urn:dc"><title>T${n}</title></dc></metadata>`) =>
  `<record><header><identifier>oai:x:${n}</identifier><datestamp>2024-01-0${n}</datestamp><setSpec>a</setSpec><setSpec>b</setSpec></header>${inside}</record>`;

const token = '<resumptionToken cursor="0" completeListSize="9" expirationDate="2024-01-01T00:02:00Z">next</resumptionToken>';

const page = (content: string, verb = 'ListRecords') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="${OAI}">\n<responseDate>2024-01-01T00:00:00Z</responseDate>` +
  `<request verb="${verb}" from_="2023">http://x.org/oai</request>\n<${verb}>\n${content}\n</${verb}></OAI-PMH>`;

const parse = (text: string | Uint8Array, metadata = true) => parseListPage(Buffer.from(text as string), { metadata });

test('a page of records', () => {
  const bytes = Buffer.from(page(record(1) + record(2) + token));
  const { records, ...rest } = parse(bytes);
  expect(rest).toEqual({
    responseDate: '2024-01-01T00:00:00Z',
    request: { baseURL: 'http://x.org/oai', attributes: { verb: 'ListRecords', from_: '2023' } },
    verb: 'ListRecords',
    resumptionToken: {
      value: 'next',
      cursor: 0,
      completeListSize: 9,
      expirationDate: new Date('2024-01-01T00:02:00Z'),
      raw: { cursor: '0', completeListSize: '9', expirationDate: '2024-01-01T00:02:00Z' },
    },
    errors: [],
    faults: [],
  });
  expect(records[1]!.header).toEqual({ identifier: 'oai:x:2', datestamp: '2024-01-02', setSpecs: ['a', 'b'], deleted: false });
  expect(records[1]!.metadata).toMatchObject({ name: 'dc', ns: 'urn:dc', children: [{ name: 'title', text: 'T2' }] });
  expect(records.map(({ position }) => position)).toEqual([0, 1]);
  expect(records.map((one) => bytes.toString('utf8', one.byteStart, one.byteEnd))).toEqual([record(1), record(2)]);
});

test('without metadata everything else is the same', () => {
  const text = page(record(1) + record(2, '<metadata><a>&amp;<![CDATA[<metadata>]]><metadata/></a></metadata><about><p/></about>') + token);
  const withTrees = parse(text);
  const without = parse(text, false);
  expect(without).toEqual({ ...withTrees, records: withTrees.records.map((one) => ({ ...one, metadata: null })) });
});

test('a page of headers', () => {
  const headers =
    '<header status="deleted"><identifier> oai:x:1\n</identifier><datestamp/></header><header><identifier>oai:x:2</identifier></header>';
  const { verb, records } = parse(page(headers, 'ListIdentifiers'));
  expect(verb).toBe('ListIdentifiers');
  expect(records.map(({ header }) => header)).toEqual([
    { identifier: 'oai:x:1', datestamp: '', setSpecs: [], deleted: true },
    { identifier: 'oai:x:2', datestamp: '', setSpecs: [], deleted: false },
  ]);
});

test('records of other namespaces inside a payload are payload', () => {
  const marc = '<metadata><m:collection xmlns:m="urn:marc"><m:record><m:header/></m:record></m:collection></metadata>';
  const plainMarc = '<metadata><record xmlns="urn:marc"><header><identifier>inner</identifier></header></record></metadata>';
  const { records } = parse(page(record(1, marc) + record(2, plainMarc)));
  expect(records.map(({ header }) => header.identifier)).toEqual(['oai:x:1', 'oai:x:2']);
  expect(records[1]!.metadata).toMatchObject({ name: 'record', ns: 'urn:marc' });
});

test('prefixed protocol elements', () => {
  const text = page(record(1) + token)
    .replace('xmlns=', 'xmlns:o=')
    .replace(/<(\/?)(?=OAI|resp|requ|ListR|record|header|id|datest|setS|meta|resum)/g, '<$1o:');
  const { records, resumptionToken, request } = parse(text);
  expect(records[0]).toMatchObject({ header: { identifier: 'oai:x:1' }, metadata: { name: 'dc', ns: 'urn:dc' } });
  expect([resumptionToken?.value, request.baseURL]).toEqual(['next', 'http://x.org/oai']);
});

test('deleted records, and deleted records with metadata', () => {
  const deleted = record(1, '').replace('<header>', '<header status="deleted">');
  const withMetadata = record(2).replace('<header>', '<header status="deleted">');
  const { records } = parse(page(deleted + withMetadata));
  expect(records.map(({ header, metadata }) => [header.deleted, metadata?.name ?? null])).toEqual([
    [true, null],
    [true, 'dc'],
  ]);
});

test('every about is kept', () => {
  const about = '<about><provenance xmlns="urn:p"/></about><about><rights xmlns="urn:r"/></about>';
  expect(parse(page(record(1, about))).records[0]!.about.map(({ name, ns }) => [name, ns])).toEqual([
    ['provenance', 'urn:p'],
    ['rights', 'urn:r'],
  ]);
});

test.each([
  ['<resumptionToken/>', { value: null, cursor: null, completeListSize: null, expirationDate: null }],
  ['<resumptionToken cursor="100"> \n</resumptionToken>', { value: null, cursor: 100 }],
  [
    `<resumptionToken completeListSize="{u'value': 257}" cursor="-1" expirationDate="tomorrow">t</resumptionToken>`,
    {
      value: 't',
      completeListSize: null,
      cursor: null,
      expirationDate: null,
      raw: { completeListSize: "{u'value': 257}", cursor: '-1', expirationDate: 'tomorrow' },
    },
  ],
])('%s', (xml, expected) => {
  expect(parse(page(xml)).resumptionToken).toMatchObject(expected);
});

test('no token element is null', () => {
  expect(parse(page(record(1))).resumptionToken).toBeNull();
});

test('errors of the protocol are values', () => {
  const text = `<OAI-PMH xmlns="${OAI}"><request>http://x.org</request><error code="noRecordsMatch"/><error code="badArgument">Bad
   until</error></OAI-PMH>`;
  const { errors, verb, records } = parse(text);
  expect(errors).toEqual([
    { code: 'noRecordsMatch', message: '' },
    { code: 'badArgument', message: 'Bad until' },
  ]);
  expect([verb, records]).toEqual([null, []]);
});

test('records without a header or an identifier are faults', () => {
  const { records, faults } = parse(page(`<record><metadata/></record>${record(1)}<record><header><identifier/></header></record>`));
  expect(records.map(({ position }) => position)).toEqual([1]);
  expect(faults.map(({ position, reason }) => [position, reason])).toEqual([
    [0, 'a record without a header'],
    [2, 'a header without an identifier'],
  ]);
});

const LATIN1 = Buffer.from(
  page(record(1) + record(2))
    .replace('UTF-8', 'ISO-8859-1')
    .replace('T1', 'caf\u00e9'),
  'latin1',
);
const UTF16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(page(record(1) + record(2)).replace('T1', 'caf\u00e9'), 'utf16le')]);

test.each([
  ['ISO-8859-1', LATIN1],
  ['UTF-16', UTF16],
])('%s', (_, bytes) => {
  const { records } = parse(bytes);
  expect(records[0]!.metadata!.children[0]!.text).toBe('café');
  const { byteStart, byteEnd } = records[1]!;
  expect(bytes.subarray(byteStart, byteEnd).toString('latin1').replaceAll('\0', '')).toBe(record(2));
});

test.each([
  ['', 'the endpoint answered an empty body'],
  [' \n', 'the endpoint answered an empty body'],
  ['<!DOCTYPE html><html><body>', 'the endpoint answered an HTML page'],
  ['<?xml version="1.0"?>\n<!-- x --><HTML>', 'the endpoint answered an HTML page'],
  ['{"error": 1}', 'the endpoint answered JSON'],
  ['Internal Server Error', 'the endpoint answered text that is not XML'],
  ['<feed/>', 'the endpoint answered a document whose root is feed, not OAI-PMH'],
  [
    `<OAI-PMH xmlns="${OAI}"><Identify/></OAI-PMH>`,
    'the endpoint answered an OAI-PMH document with neither a list nor an error, not a list',
  ],
])('%j is no list', (text, message) => {
  expect(() => parse(text)).toThrow(new NotOaiError(message));
});

test.each([
  ['cut off', page(record(1) + record(2)).slice(0, -300)],
  ['cut off after a record', page(record(1) + record(2)).split('\n</ListRecords>')[0]!],
  ['cut off in the last tag', page(record(1)).slice(0, -1)],
  ['with a DOCTYPE', page(record(1)).replace('<OAI', '<!DOCTYPE x [<!ENTITY a "b">]><OAI')],
  ['with a damaged frame', page(record(1)).replace('</responseDate>', '</x>')],
  ['in an unknown encoding', page(record(1)).replace('UTF-8', 'UTF-99')],
])('a page %s is refused as a whole', (_, text) => {
  expect(() => parse(text)).toThrow(XmlError);
  expect(() => parse(text, false)).toThrow(XmlError);
});

test('blank lines before and comments after the document do no harm', () => {
  expect(parse(`\r\n\n${page(record(1))}<!-- 0.1 s -->\n`).records).toHaveLength(1);
});

test('the record of GetRecord', () => {
  const { records } = parseRecordPage(Buffer.from(page(record(1), 'GetRecord')), { metadata: true });
  expect(records[0]).toMatchObject({ header: { identifier: 'oai:x:1' }, metadata: { name: 'dc' } });
  expect(() => parse(page(record(1), 'GetRecord'))).toThrow(new NotOaiError('the endpoint answered GetRecord, not a list'));
  expect(() => parseRecordPage(Buffer.from(page(record(1))), { metadata: true })).toThrow(NotOaiError);
});
