import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARCXML } from '@natlibfi/marc-record-serializers';
import { parseXml } from '@thresher/oai';
import { describe, expect, test } from 'vitest';
import { genuineData, noGenuineData, payloads } from '../../test/genuine.ts';
import { bare, rich } from '../../test/rich.ts';
import { mapMetadata, type RecordMetadata, toMarcXml } from '../index.ts';

interface Marc {
  readonly leader: string;
  get(tag: RegExp): readonly { readonly tag: string; readonly subfields: readonly { readonly code: string; readonly value: string }[] }[];
}

/** A MARC library reads it; it refuses empty subfields, control characters and fields that are too long. */
const read = (metadata: RecordMetadata): Promise<Marc> => MARCXML.from(toMarcXml(metadata), { strict: true }) as Promise<Marc>;

/** What MARC21slim.xsd demands of a leader. */
const leader = /^[\d ]{5}[\dA-Za-z ][\dA-Za-z][\dA-Za-z ]{3}(2| )(2| )[\d ]{5}[\dA-Za-z ]{3}(4500|    )$/;

const lines = (marc: Marc): string[] =>
  marc.get(/./).map(({ tag, subfields }) => `${tag} ${subfields.map(({ code, value }) => `$${code} ${value}`).join(' ')}`);

test('has everything in its place', async () => {
  const marc = await read(rich);
  expect(marc.leader).toBe('00000nam a2200000uu 4500');
  expect(lines(marc)).toEqual([
    '024 $a 10.5281/zenodo.12 $2 doi',
    '024 $a oai:zenodo.org:12 $2 oai',
    '041 $a eng',
    '100 $a Müller & Söhne, Änne $u Aarhus University $0 (orcid)0000-0002-1825-0097',
    '245 $a 100% of {x_1} & y $b A subtitle',
    '250 $a 1.0',
    '260 $b Zenodo $c 2024-05',
    '520 $a First line. Second < line.',
    '536 $a European Commission: A grant $c 1',
    '540 $a Creative Commons Attribution 4.0 International $u https://creativecommons.org/licenses/by/4.0/legalcode $f CC-BY-4.0 $2 spdx',
    '542 $l open',
    '653 $a one',
    '653 $a two $2 MeSH',
    '710 $a Institute for This, That and More $0 (ROR)01aj84f44',
    '700 $a Anne van Weerden',
    '700 $a Doe, John $e Editor',
    '700 $a Roe, Jane $e Supervisor',
    '773 $t Journal of X $g vol. 7, no. 2, pp. 12-19',
    '773 $a 10.1000/a<1> $i Cites $n doi',
    '773 $a 10.5281/zenodo.11 $i IsVersionOf $n doi',
    '773 $a https://zenodo.org/communities/eu/ $i IsPartOf $n url',
    '856 $u https://doi.org/10.5281/zenodo.12',
    '980 $a publication $b article',
    '980 $a user-eu',
  ]);
});

test('a record with nothing in it is a leader and nothing else', () => {
  expect(toMarcXml(bare)).toMatch(/^<record [^>]+><leader>00000nam a2200000uu 4500<\/leader><\/record>$/);
});

describe.skipIf(noGenuineData !== null)(`genuine records${noGenuineData === null ? '' : ` (${noGenuineData})`}`, () => {
  test('are all read by a MARC library, title and DOI included', async () => {
    const folder = join(genuineData, 'zenodo/chain-2024-09');
    const files = readdirSync(folder).filter((name) => name.endsWith('.xml'));
    let records = 0;
    for (const file of files)
      for (const { element, setSpecs } of payloads(parseXml(readFileSync(join(folder, file), 'utf8')))) {
        const { metadata } = mapMetadata(element, { identifier: 'oai:example.org:1', setSpecs });
        if (metadata === null) continue;
        const marc = await read(metadata);
        expect(marc.leader).toMatch(leader);
        expect(lines(marc)).toContainEqual(expect.stringContaining(`024 $a ${metadata.doi} $2 doi`));
        expect(marc.get(/^245$/)[0]?.subfields[0]?.value).toBe(metadata.title);
        const abstracts = metadata.descriptions
          .filter((one) => one.descriptionType === 'Abstract')
          .map((one) => one.text.replace(/[\p{Cc}\s]+/gu, ' ').trim());
        expect(
          marc
            .get(/^520$/)
            .map((one) => one.subfields[0]?.value.trim())
            .join(' '),
        ).toBe(abstracts.filter((one) => one !== '').join(' '));
        records++;
      }
    expect(records).toBeGreaterThan(300);
  });
});
