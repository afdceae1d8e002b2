import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mapMetadata } from '@thresher/datacite';
import { parseListPage } from '@thresher/oai';
import { type BulkOperation, documentId, refresh, searchRecords, toDocument, writeBulk } from '@thresher/search';
import { createTestIndex, type TestIndex } from '@thresher/search/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const folder = path.join(process.env['THRESHER_SHARED'] ?? '', 'data/zenodo/chain-2024-09');
const url = process.env['ELASTICSEARCH_URL'];
const skipped = !url || !existsSync(folder);

/** What somebody remembers of a record, and the number of that record: a real list of 550, a third of them about bats and viruses. */
const KNOWN: readonly (readonly [what: string, query: string, recid: number])[] = [
  ['DOI', '10.1038/425915a', 3949203],
  ['DOI with resolver', 'https://doi.org/10.1186/s12985-016-0544-0', 3949153],
  ['DOI with old resolver, capitals', 'http://dx.doi.org/10.1159/000149135', 3949262],
  ['DOI with label', 'doi:10.5281/zenodo.8184843', 8184843],
  ['DOI with parentheses', '10.1016/s1473-3099(15)70090-3', 3949191],
  ['DOI with angle brackets', '10.1644/1545-1542(2001)082<1114:TSARIB>2.0.CO;2', 8204671],
  ['old URL of the record', 'https://zenodo.org/record/8204862', 8204862],
  ['number', '3949016', 3949016],
  ['title, whole', 'Molecular diversity of coronaviruses in bats', 3949155],
  ['title in other capitals', 'the species-area relationship in bat assemblages of tropical caves', 8204671],
  ['title, other forms of the words', 'roost site selections of indiana bat in missouri', 8204679],
  ['title, some words', 'banana bat biology', 8204569],
  ['title, some words in another order', 'whale beluga novel coronavirus microarray', 3948986],
  ['title without its hyphens', 'host virus communities rodents network', 3949284],
  ['title, a Greek letter left out', 'lopinavir ritonavir interferon mers primate', 3949187],
  ['title, misspelt', 'identificaton of tettnang viruss', 3949262],
  ['title, misspelt', 'tent constuction vampyresa nymphea', 8204661],
  ['title, two letters changed round', 'strangels convalescent titers', 3949119],
  ['title in French without accents', 'nycteridae du senegal', 8204543],
  ['title in French, singular', 'nycteride sénégal dimorphisme', 8204543],
  ['author without accents', 'baagoe', 8204569],
  ['author and a word', 'bogdanowicz poznan', 8204633],
  ['author, given name first', 'Charles Handley smithsonian', 8204811],
  ['author with accents and a word', 'Müller camels eastern africa', 3948946],
  ['author without accents and a word', 'muller antibodies saudi arabia', 3949191],
  ['second author and a word', 'schwanzer virus', 3949262],
  ['two authors', 'arita ortega', 8204561],
  ['author, misspelt, and a word', 'hilgenfled peiris sars', 3948926],
  ['author and year', 'martina 2003 ferrets', 3949203],
  ['a name in the title of another thing', 'big bee interactions', 8184843],
  ['a phrase', '"gleaning bat"', 8204565],
  ['a field', 'creators.name:medellin title:megalotis', 8204549],
];

describe.skipIf(skipped)(
  `known records are found${skipped ? ' (needs ELASTICSEARCH_URL, and genuine lists in THRESHER_SHARED)' : ''}`,
  () => {
    let index: TestIndex;
    const ranks: number[] = [];

    beforeAll(async () => {
      index = await createTestIndex(url!);
      await writeBulk(index.client, { target: { alias: index.alias }, operations: genuineOperations() });
      await refresh(index.client, index.alias);
    });
    afterAll(async () => {
      await index?.[Symbol.asyncDispose]();
      const mean = ranks.reduce((sum, rank) => sum + 1 / rank, 0) / KNOWN.length;
      console.log(`mean reciprocal rank of ${KNOWN.length} known records among 550: ${mean.toFixed(3)}`);
    });

    test.each(KNOWN)('%s: %s', async (_what, q, recid) => {
      const { hits } = await searchRecords(index.client, index.alias, { q, size: 100, nearly: true, allVersions: true });
      const rank = hits.findIndex((hit) => hit.source.recid === recid) + 1;
      if (rank > 0) ranks.push(rank);
      expect(
        rank,
        hits
          .slice(0, 4)
          .map((hit) => hit.source.title)
          .join(' / '),
      ).toBeGreaterThan(0);
      expect(rank).toBeLessThanOrEqual(3);
    });
  },
);

function genuineOperations(): BulkOperation[] {
  const pages = readdirSync(folder).map((name) => parseListPage(readFileSync(path.join(folder, name)), { metadata: true }));
  return pages
    .flatMap((page) => page.records)
    .flatMap(({ header, metadata }, n) => {
      const mapped = metadata === null ? null : mapMetadata(metadata, header).metadata;
      if (mapped === null) return [];
      const { identifier: oaiIdentifier, datestamp, setSpecs } = header;
      const at = '2024-09-01T00:00:00Z';
      const facts = { sourceId: 1, recordId: n + 1, revision: 1, isLatestVersion: true, firstSeenAt: at, changedAt: at };
      return [
        {
          index: toDocument({ ...facts, oaiIdentifier, datestamp, setSpecs, metadata: mapped }),
          id: documentId(1, oaiIdentifier),
          version: 1,
        },
      ];
    });
}
