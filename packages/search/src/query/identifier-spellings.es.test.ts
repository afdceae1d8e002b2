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
  writeOf(23, { ...alternate('1907.41234', 'arXiv'), ...related('https://gitlab.example.net/ocean/waves/-/tree/main', 'URL') }),
  writeOf(24, {
    alternateIdentifiers: [
      { alternateIdentifier: 'arXiv:hep-th/9901042', alternateIdentifierType: 'arXiv' },
      { alternateIdentifier: 'http://files.example.edu/tidal/gauge-9/', alternateIdentifierType: 'URL' },
    ],
  }),
  writeOf(30, alternate('978-3-16-148410-0', 'ISBN')),
  writeOf(31, alternate('0306406152', 'ISBN')),
  writeOf(32, related('20493630', 'EISSN')),
  writeOf(33, related('hdl:2186.55/77-b', 'Handle')),
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
    ['arXiv:1907.41234', 23],
    ['https://arxiv.org/abs/1907.41234', 23],
    ['http://gitlab.example.net/ocean/waves/-/tree/main', 23],
    ['gitlab.example.net/ocean/waves/-/tree/main/', 23],
    ['hep-th/9901042', 24],
    ['(HEP-TH/9901042)', 24],
    ['https://arxiv.org/abs/hep-th/9901042', 24],
    ['arxiv.org/pdf/hep-th/9901042.pdf', 24],
    ['1907.41234', 23],
    ['https://files.example.edu/tidal/gauge-9/', 24],
    ['http://files.example.edu/tidal/gauge-9', 24],
    ['http://FILES.example.edu:80/tidal/gauge-9', 24],
    ['3-16-148410-X', 30],
    ['isbn:9783161484100', 30],
    ['identifiers:"ISBN 3-16-148410-X"', 30],
    ['978-0-306-40615-7', 31],
    ['2049-3630', 32],
    ['issn:20493630', 32],
    ['related.identifier:"ISSN 2049-3630"', 32],
    ['https://hdl.handle.net/2186.55/77-b', 33],
    ['HDL:2186.55/77-B', 33],
    ['hdl.handle.net/2186.55/77-b', 33],
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
