import { expect, test } from 'vitest';
import { parseIdentify, parseMetadataFormats, parseSetsPage } from './documents.ts';
import { NotOaiError, OaiError, XmlError } from './errors.ts';

const answer = (content: string) => ({
  bytes: Buffer.from(
    `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-04-10T12:00:00Z</responseDate>${content}</OAI-PMH>`,
  ),
});

test('Identify', () => {
  const identify = parseIdentify(
    answer(`<Identify><repositoryName> Zenodo\n</repositoryName><baseURL>https://zenodo.org/oai2d</baseURL><protocolVersion>2.0</protocolVersion>
      <adminEmail>a@x.org</adminEmail><adminEmail>b@x.org</adminEmail><earliestDatestamp>2014-02-03T14:41:33Z</earliestDatestamp>
      <deletedRecord>no</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity><compression>gzip</compression>
      <description><oai-identifier xmlns="urn:i"><scheme>oai</scheme></oai-identifier></description></Identify>`),
  );
  expect(identify).toMatchObject({
    repositoryName: 'Zenodo',
    baseURL: 'https://zenodo.org/oai2d',
    protocolVersion: '2.0',
    adminEmails: ['a@x.org', 'b@x.org'],
    earliestDatestamp: '2014-02-03T14:41:33Z',
    deletedRecord: 'no',
    granularity: 'YYYY-MM-DDThh:mm:ssZ',
    compression: ['gzip'],
    descriptions: [{ name: 'oai-identifier', ns: 'urn:i' }],
  });
});

test.each([
  ['<granularity>YYYY-MM-DD</granularity><earliestDatestamp>1970-01-01T00:00:00Z</earliestDatestamp>', 'YYYY-MM-DD'],
  ['<granularity>seconds</granularity><earliestDatestamp>1970-01-01T00:00:00Z</earliestDatestamp>', 'YYYY-MM-DDThh:mm:ssZ'],
  ['<earliestDatestamp>1970-01-01</earliestDatestamp>', 'YYYY-MM-DD'],
  ['', 'YYYY-MM-DD'],
])('granularity from %j', (content, granularity) => {
  expect(parseIdentify(answer(`<Identify>${content}</Identify>`)).granularity).toBe(granularity);
});

test('an Identify that says nothing is read', () => {
  expect(parseIdentify(answer('<Identify/>'))).toMatchObject({
    repositoryName: null,
    adminEmails: [],
    deletedRecord: null,
    earliestDatestamp: null,
  });
});

test('ListSets', () => {
  const { sets, resumptionToken } = parseSetsPage(
    answer(`<ListSets><set><setSpec>user-a</setSpec><setName> A </setName><setDescription><dc xmlns="urn:dc"/></setDescription></set>
      <set><setSpec>b</setSpec></set><set><setName>without a setSpec</setName></set><resumptionToken>t</resumptionToken></ListSets>`),
  );
  expect(sets).toMatchObject([
    { setSpec: 'user-a', setName: 'A', setDescriptions: [{ name: 'dc' }] },
    { setSpec: 'b', setName: null, setDescriptions: [] },
  ]);
  expect(resumptionToken?.value).toBe('t');
});

test('ListMetadataFormats', () => {
  const xml =
    '<metadataFormat><metadataPrefix>oai_dc</metadataPrefix><schema>s</schema><metadataNamespace>n</metadataNamespace></metadataFormat>';
  expect(parseMetadataFormats(answer(`<ListMetadataFormats>${xml}<metadataFormat/></ListMetadataFormats>`))).toEqual([
    { metadataPrefix: 'oai_dc', schema: 's', metadataNamespace: 'n' },
  ]);
});

test('what is no answer to the verb is refused', () => {
  expect(() => parseIdentify(answer('<error code="badVerb">No</error>'))).toThrow(new OaiError([{ code: 'badVerb', message: 'No' }]));
  expect(() => parseIdentify(answer('<ListSets/>'))).toThrow(new NotOaiError('the endpoint answered an OAI-PMH document without Identify'));
  expect(() => parseIdentify({ bytes: Buffer.from('<html/>') })).toThrow(NotOaiError);
  expect(() => parseIdentify({ bytes: Buffer.from('<rss/>') })).toThrow(NotOaiError);
  expect(() => parseIdentify({ bytes: Buffer.from('<OAI-PMH><Identify>') })).toThrow(XmlError);
});

test('the charset of the Content-Type is used if nothing is declared', () => {
  const bytes = Buffer.from('<OAI-PMH><Identify><repositoryName>Bibliothèque</repositoryName></Identify></OAI-PMH>', 'latin1');
  expect(parseIdentify({ bytes, charset: 'ISO-8859-1' }).repositoryName).toBe('Bibliothèque');
  expect(() => parseIdentify({ bytes })).toThrow(XmlError);
});
