import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readReplay } from './recorded-corpus.ts';
import { openReplay } from '../repository/replay.ts';
import { createRepository } from '../repository/repository.ts';
import { createSim, handle } from '../server/sim.ts';
import { ask, NOW, readReply, recidsOf, walk } from '../../test/simulated.ts';

function page(recids: readonly number[], token: string, request: string): string {
  const record = (recid: number): string =>
    `<record>\n<header><identifier>oai:zenodo.org:${recid}</identifier><datestamp>2024-01-${String((recid % 28) + 1).padStart(2, '0')}T10:00:00Z</datestamp><setSpec>user-é-none</setSpec></header>` +
    `<metadata><oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload><title>Größe ${recid}</title></payload></oai_datacite></metadata></record>`;
  return `<?xml version='1.0' encoding='UTF-8'?>\n<OAI-PMH><responseDate>2024-09-30T16:37:41Z</responseDate><request ${request}>https://zenodo.org/oai2d</request><ListRecords>${recids.map(record).join('')}${token}</ListRecords></OAI-PMH>`;
}

function sorted(recids: readonly number[]): number[] {
  return recids.toSorted((a, b) => a - b);
}

const PAGES = [
  ['page10.xml', page([5], '<resumptionToken cursor="4" completeListSize="5"/>', 'verb="ListRecords" resumptionToken="B"')],
  [
    'page1.xml',
    page([1, 2], '<resumptionToken cursor="0">A</resumptionToken>', 'verb="ListRecords" set="user-x" metadataPrefix="oai_datacite"'),
  ],
  ['page2.xml', page([3, 4], '<resumptionToken cursor="2">B</resumptionToken>', 'verb="ListRecords" resumptionToken="A"')],
].map(([name = '', text = '']) => ({ name, bytes: Buffer.from(text) }));

describe('recorded pages', () => {
  const { corpus, recording } = readReplay(PAGES);
  const sim = createSim({
    repository: createRepository({ corpus }),
    ...(recording === null ? {} : { recording }),
    faults: [{ fault: 'http-503', at: { page: 3 } }],
  });

  test('follow each other by their recorded tokens, byte for byte, and take part in faults', () => {
    const get = (query: string): ReturnType<typeof handle> => handle({ method: 'GET', url: `/oai2d?${query}`, headers: {} }, sim, NOW);
    expect(Buffer.from(get('verb=ListRecords&metadataPrefix=oai_datacite').body).equals(PAGES[1]?.bytes as Buffer)).toBe(true);
    expect(Buffer.from(get('verb=ListRecords&resumptionToken=A').body).equals(PAGES[2]?.bytes as Buffer)).toBe(true);
    expect(get('verb=ListRecords&resumptionToken=B').status).toBe(503);
    expect(Buffer.from(get('verb=ListRecords&resumptionToken=B').body).equals(PAGES[0]?.bytes as Buffer)).toBe(true);
    expect(ask(sim, 'verb=ListRecords&resumptionToken=C').outcome).toBe('422 badResumptionToken');
  });

  test('also answer windows, sets, identifiers and single records, from what was recorded', () => {
    expect(ask(sim, 'verb=ListRecords&metadataPrefix=oai_datacite&set=user-x').recids).toEqual([1, 2]);
    expect(ask(sim, 'verb=ListRecords&metadataPrefix=oai_datacite&from=2024-01-03T00:00:00Z&until=2024-01-04T00:00:00Z').recids).toEqual([
      2,
    ]);
    expect(ask(sim, 'verb=ListRecords&metadataPrefix=oai_datacite&set=user-y').outcome).toBe('422 noRecordsMatch');
    expect(sorted(ask(sim, 'verb=ListIdentifiers&metadataPrefix=oai_datacite').recids)).toEqual([1, 2, 3, 4, 5]);
    expect(ask(sim, 'verb=GetRecord&metadataPrefix=oai_datacite&identifier=oai:zenodo.org:4').text).toContain('<title>Größe 4</title>');
  });

  test('can be changed', () => {
    const repository = createRepository({ corpus });
    repository.touch([4], NOW);
    expect(ask(repository, 'verb=GetRecord&metadataPrefix=oai_datacite&identifier=oai:zenodo.org:4').text).toContain(
      '<title>Größe 4 (revision 1)</title>',
    );
    expect(() => repository.create(1, NOW)).toThrow(RangeError);
  });
});

test('single documents become records with the identifier, the date and the communities they name', () => {
  const document = (recid: number, day: string): string =>
    `<?xml version='1.0' encoding='UTF-8'?>\n<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><alternateIdentifier alternateIdentifierType="oai">oai:zenodo.org:${recid}</alternateIdentifier><date dateType="Updated">${day}</date>` +
    '<relatedIdentifier relationType="IsPartOf" relatedIdentifierType="URL">https://zenodo.org/communities/open-lab/</relatedIdentifier></oai_datacite>';
  const { corpus, recording } = readReplay([
    { name: '8.xml', bytes: Buffer.from(document(8, '2025-03-04')) },
    { name: '9.xml', bytes: Buffer.from(document(9, '2025-03-05')) },
  ]);
  expect(recording).toBeNull();
  const repository = createRepository({ corpus, pageSize: 1 });
  expect([...repository.ledger()].map(({ identifier, datestamp, setSpecs }) => [identifier, datestamp, setSpecs])).toEqual([
    ['oai:zenodo.org:8', '2025-03-04T00:00:00Z', ['user-open-lab']],
    ['oai:zenodo.org:9', '2025-03-05T00:00:00Z', ['user-open-lab']],
  ]);
  expect(sorted(recidsOf(walk(repository, 'verb=ListRecords&metadataPrefix=oai_datacite&set=user-open-lab')))).toEqual([8, 9]);
});

test('a folder without a record is refused', () => {
  expect(() => readReplay([])).toThrow(RangeError);
  expect(() => readReplay([{ name: 'a.xml', bytes: Buffer.from('<a/>') }])).toThrow('no record found in these files');
});

const shared = join(process.env['THRESHER_SHARED'] ?? join(import.meta.dirname, '../../../../../shared'), 'data/zenodo');

describe.skipIf(!existsSync(shared))('genuine data (skipped where the shared folder is absent)', () => {
  test('the chain of September 2024: six pages, 550 records', async () => {
    const replay = await openReplay(join(shared, 'chain-2024-09'));
    const sim = createSim(replay);
    const pages = walk(sim, 'verb=ListRecords&metadataPrefix=oai_datacite');
    expect(pages.map((one) => one.recids.length)).toEqual([100, 100, 100, 100, 100, 50]);
    expect(replay.repository.count()).toBe(550);
    const file = readFileSync(join(shared, 'chain-2024-09/page3.xml'));
    expect(pages[2]?.text).toBe(readReply(200, {}, file.toString()).text);
    expect(sorted(recidsOf(walk(sim, 'verb=ListRecords&metadataPrefix=oai_datacite&set=user-globalbioticinteractions')))).toEqual(
      sorted(recidsOf(pages)),
    );
  });

  test('the dump of June 2026: every document becomes a record', async () => {
    const folder = join(shared, 'dump-2026-06');
    const { repository } = await openReplay(folder);
    const pages = walk(repository, 'verb=ListRecords&metadataPrefix=oai_datacite');
    expect(new Set(recidsOf(pages)).size).toBe(readdirSync(folder).filter((name) => name.endsWith('.xml')).length);
  });
});
