import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeBulk } from '../bulk.ts';
import { refresh } from '../count.ts';
import { relatedOf, rightsOf, subjectOf, writeOf } from '../../test/sample-documents.ts';
import { createTestIndex, type TestIndex } from '../../test/test-index.ts';
import { searchRecords } from './search.ts';

const url = process.env['ELASTICSEARCH_URL'];
const alternate = (alternateIdentifier: string, alternateIdentifierType: string | null) => ({
  alternateIdentifiers: [{ alternateIdentifier, alternateIdentifierType }],
});
const related = (identifier: string, relatedIdentifierType: string) => ({
  relatedIdentifiers: [relatedOf(identifier, { relatedIdentifierType })],
});

const RECORDS = [
  writeOf(23, { ...alternate('2101.00001', 'arXiv'), ...related('https://github.com/example-org/tide-tool/tree/v1.0', 'URL') }),
  writeOf(24, {
    alternateIdentifiers: [
      { alternateIdentifier: 'arXiv:2101.00002', alternateIdentifierType: 'arXiv' },
      { alternateIdentifier: 'http://data.example.org/sets/42/', alternateIdentifierType: 'URL' },
    ],
  }),
  writeOf(30, alternate('978-3-16-148410-0', 'ISBN')),
  writeOf(31, alternate('0306406152', 'ISBN')),
  writeOf(32, related('20493630', 'EISSN')),
  writeOf(33, related('hdl:1902.99/10438', 'Handle')),
  writeOf(34, related('https://www.ncbi.nlm.nih.gov/pubmed/17170002', 'PMID')),
  writeOf(35, alternate('swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505;origin=https://x.org', 'SWHID')),
  writeOf(36, alternate('https://n2t.net/ark:/12345/x5-4xz', 'ARK')),
  writeOf(37, { subjects: [subjectOf('Goethe', { subjectScheme: 'GND', valueUri: 'http://d-nb.info/gnd/118540238' })] }),
  writeOf(38, {
    fundingReferences: [
      {
        funderName: 'EC',
        funderIdentifier: '10.13039/501100000780',
        funderIdentifierType: 'Crossref Funder ID',
        schemeUri: null,
        funderRor: null,
        funderDoi: '10.13039/501100000780',
        awardNumber: '2049-3630',
        awardUri: 'http://cordis.europa.eu/project/id/1/',
        awardTitle: null,
      },
    ],
  }),
  writeOf(39, { rights: [rightsOf({ rights: 'Own', rightsUri: 'http://example.org/licence/' })] }),
  writeOf(40, { title: 'Mentions 978-0-00-000000-2 and http://other.example.org/thing/ only' }),
];

describe.skipIf(!url)('identifiers in any spelling (needs ELASTICSEARCH_URL)', () => {
  let index: TestIndex;
  beforeAll(async () => {
    index = await createTestIndex(url!);
    await writeBulk(index.client, { target: { alias: index.alias }, operations: RECORDS });
    await refresh(index.client, index.alias);
  });
  afterAll(() => index[Symbol.asyncDispose]());

  test.each([
    ['arXiv:2101.00001', 23],
    ['https://arxiv.org/abs/2101.00001', 23],
    ['http://github.com/example-org/tide-tool/tree/v1.0', 23],
    ['github.com/example-org/tide-tool/tree/v1.0/', 23],
    ['2101.00002', 24],
    ['arxiv.org/pdf/2101.00002.pdf', 24],
    ['https://data.example.org/sets/42/', 24],
    ['http://data.example.org/sets/42', 24],
    ['http://DATA.example.org:80/sets/42', 24],
    ['3-16-148410-X', 30],
    ['isbn:9783161484100', 30],
    ['identifiers:"ISBN 3-16-148410-X"', 30],
    ['978-0-306-40615-7', 31],
    ['2049-3630', 32],
    ['issn:20493630', 32],
    ['related.identifier:"ISSN 2049-3630"', 32],
    ['https://hdl.handle.net/1902.99/10438', 33],
    ['HDL:1902.99/10438', 33],
    ['pmid:17170002', 34],
    ['https://pubmed.ncbi.nlm.nih.gov/17170002/', 34],
    ['swh:1:dir:D198bc9d7a6bcf6db04f476d29314f157507d505', 35],
    ['https://archive.softwareheritage.org/swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505/', 35],
    ['ark:/12345/x54xz', 36],
    ['gnd:118540238', 37],
    ['https://d-nb.info/gnd/118540238', 37],
    ['https://doi.org/10.13039/501100000780', 38],
    ['funder.doi:501100000780', 38],
    ['grants.code:2049-3630', 38],
    ['https://cordis.europa.eu/project/id/1', 38],
    ['https://example.org/licence', 39],
    ['978-0-00-000000-2', 40],
    ['http://other.example.org/thing/', 40],
  ])('%s finds the record %i alone', async (q, recid) => {
    const { hits } = await searchRecords(index.client, index.alias, { q });
    expect(hits.map((hit) => hit.source.recid)).toEqual([recid]);
  });
});
