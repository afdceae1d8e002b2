import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml } from '@thresher/oai';
import { describe, expect, test } from 'vitest';
import { genuineData, noGenuineData } from '../../test/genuine.ts';
import { mapMetadata, mapRdmRecord, type RecordMetadata } from '../index.ts';

const folder = join(genuineData, 'zenodo/rdm-json/pairs');

const names = noGenuineData === null ? ['made', 'open'].flatMap((kind) => pairsIn(kind)) : [];

function pairsIn(kind: string): string[] {
  return readdirSync(join(folder, kind))
    .filter((name) => name.endsWith('.xml'))
    .map((name) => join(kind, name.slice(0, -4)));
}

/** Without what only the JSON says, in DataCite's own terms: URIs of subjects and awards, related identifiers of other schemes. */
function comparable(metadata: RecordMetadata, ofXml: RecordMetadata): RecordMetadata {
  const folded = (text: string) => text.replace(/[\s\u00a0]+/g, ' ').trim();
  const inXml = new Set(ofXml.relatedIdentifiers.map((it) => it.relatedIdentifier));
  return {
    ...metadata,
    title: metadata.title && folded(metadata.title),
    titles: metadata.titles.map((it) => ({ ...it, title: folded(it.title) })),
    description: metadata.description && folded(metadata.description),
    descriptions: metadata.descriptions.map((it) => ({ ...it, description: folded(it.description), text: folded(it.text) })),
    subjects: metadata.subjects.map((it) => ({ ...it, valueUri: null })),
    fundingReferences: metadata.fundingReferences.map((it) => ({ ...it, awardUri: null })),
    relatedIdentifiers: metadata.relatedIdentifiers.filter((it) => inXml.has(it.relatedIdentifier)),
    datacentreSymbol: null,
  };
}

/**
 * Other sites have their own types, whose DataCite names only their vocabularies tell; the XML of the pairs was made with those,
 * and with zenodo.org as the address of every community.
 */
function withoutSiteVocabulary(metadata: RecordMetadata): RecordMetadata {
  return {
    ...metadata,
    resourceType: null,
    relatedIdentifiers: metadata.relatedIdentifiers.map((it) => ({
      ...it,
      relationType: null,
      resourceTypeGeneral: null,
      relatedIdentifier: it.relatedIdentifier.replace(/^https:\/\/[^/]+\/communities\//, 'https://zenodo.org/communities/'),
    })),
  };
}

describe.skipIf(noGenuineData !== null)(`a record in both forms${noGenuineData === null ? '' : ` (skipped: ${noGenuineData})`}`, () => {
  test('there are pairs', () => expect(names.length).toBeGreaterThanOrEqual(66));

  test.each(names)('%s', (name) => {
    const mapped = mapRdmRecord(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
    const { metadata } = mapMetadata(parseXml(readFileSync(join(folder, `${name}.xml`), 'utf8')), {
      ...mapped.header,
      identifier: 'oai:zenodo.org:1',
    });
    const isZenodo = name.startsWith('made/') || name.startsWith('open/zenodo--');
    const known = isZenodo ? (it: RecordMetadata) => it : withoutSiteVocabulary;
    const ofXml = known(metadata!);
    expect(comparable(known(mapped.metadata!), ofXml)).toEqual(comparable(ofXml, ofXml));
  });
});
