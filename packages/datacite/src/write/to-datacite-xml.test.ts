import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml } from '@thresher/oai';
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { describe, expect, test } from 'vitest';
import { type Genuine, genuineData, genuineIn, noGenuineData } from '../../test/genuine.ts';
import { mapMetadata, toDatacite3Xml, toDataciteXml, toOaiDatacite, toOaiDatacite3 } from '../index.ts';
import type { RecordMetadata, XmlElement } from '../index.ts';

function map(element: XmlElement, setSpecs: readonly string[]): RecordMetadata | null {
  return mapMetadata(element, { identifier: 'oai:example.org:1', setSpecs }).metadata;
}

function readBack(metadata: RecordMetadata, setSpecs: readonly string[]): RecordMetadata {
  return map(parseXml(toOaiDatacite(metadata)), setSpecs)!;
}

function withoutWrapper(metadata: RecordMetadata) {
  return { ...metadata, schemaVersion: null, datacentreSymbol: null, kernel: null };
}

/** A validator of a kernel's own schema; `invalid(xml)` gives the first complaint or null. */
function kernelValidator(kernel: string): (xml: string) => string | null {
  xmlRegisterFsInputProviders();
  const file = join(genuineData, 'datacite/schema', `kernel-${kernel}`, 'metadata.xsd');
  // Kernels up to 4.1 import xml.xsd from the Web; newer ones bring it along.
  const local = join(genuineData, 'datacite/schema/kernel-4.7/include/xml.xsd');
  const schema = XmlDocument.fromString(readFileSync(file, 'utf8').replace('http://www.w3.org/2009/01/xml.xsd', local), { url: file });
  const validator = XsdValidator.fromDoc(schema);
  return (xml) => {
    using document = XmlDocument.fromString(xml);
    try {
      validator.validate(document);
      return null;
    } catch (error) {
      if (!(error instanceof XmlValidateError)) throw error;
      return error.message;
    }
  };
}

function validExamples(kernel: string): Genuine[] {
  const invalid = kernelValidator(kernel);
  const source = (name: string) => readFileSync(join(genuineData, name.replace(/ #\d+$/, '')), 'utf8');
  return genuineIn(`datacite/examples/kernel-${kernel}`).filter(({ name }) => invalid(source(name)) === null);
}

const skipped = noGenuineData ?? (existsSync(join(genuineData, 'datacite/schema')) ? null : 'no DataCite schemas there');

describe.skipIf(skipped !== null)(`on genuine records${skipped === null ? '' : ` (skipped: ${skipped})`}`, () => {
  test.each(['zenodo/dump-2026-06', 'zenodo/chain-2024-09', 'datacite/examples/kernel-4.7'])(
    'what is valid of %s in kernel 4.7 is valid as kernel 3.1, and keeps its title',
    (folder) => {
      const [isNone, invalid] = [kernelValidator('4.7'), kernelValidator('3.1')];
      const records = genuineIn(folder).filter(({ metadata }) => metadata.doi !== null && isNone(toDataciteXml(metadata)) === null);
      const complaints = records.flatMap(({ name, metadata }) => {
        const complaint = invalid(toDatacite3Xml(metadata));
        return complaint === null ? [] : [`${name}: ${complaint}`];
      });
      expect(complaints).toEqual([]);
      expect(records.length).toBeGreaterThan(8);
      for (const { metadata } of records.slice(0, 50))
        expect(map(parseXml(toOaiDatacite3(metadata)), [])).toMatchObject({ title: metadata.title, doi: metadata.doi });
    },
  );

  test.each([
    ['zenodo/dump-2026-06', 457],
    ['zenodo/chain-2024-09', 550],
  ])('%s comes back the same', (folder, count) => {
    const records = genuineIn(folder);
    for (const { name, metadata, setSpecs } of records)
      expect(withoutWrapper(readBack(metadata, setSpecs)), name).toEqual(withoutWrapper(metadata));
    expect(records).toHaveLength(count);
  });

  test.each(['4.3', '4.4', '4.5', '4.6', '4.7'])('the examples of kernel %s come back the same', (kernel) => {
    const records = validExamples(kernel);
    expect(records.length).toBeGreaterThan(5);
    for (const { name, metadata } of records) expect(withoutWrapper(readBack(metadata, [])), name).toEqual(withoutWrapper(metadata));
  });

  test('written once, older kernels stay the same too', () => {
    const records = [
      ...genuineIn('zenodo/legacy'),
      ...genuineIn('zenodo/registered'),
      ...genuineIn('datacite/examples/kernel-3'),
      ...genuineIn('datacite/corpora'),
    ];
    expect(records.length).toBeGreaterThan(200);
    for (const { name, metadata, setSpecs } of records) {
      const once = readBack(metadata, setSpecs);
      expect(withoutWrapper(readBack(once, setSpecs)), name).toEqual(withoutWrapper(once));
      expect([once.doi, once.conceptDoi, once.title, once.communities, once.references], name).toEqual([
        metadata.doi,
        metadata.conceptDoi,
        metadata.title,
        metadata.communities,
        metadata.references,
      ]);
    }
  });

  test('all of Zenodo’s records are valid against kernel 4.7', () => {
    const invalid = kernelValidator('4.7');
    expect(invalid('<resource xmlns="http://datacite.org/schema/kernel-4"/>')).toMatch(/missing|expected/i);
    let checked = 0;
    for (const folder of ['zenodo/dump-2026-06', 'zenodo/chain-2024-09', 'zenodo/legacy', 'zenodo/registered', 'zenodo/http']) {
      for (const { name, metadata } of genuineIn(folder).filter((each) => !each.name.includes('openaire-'))) {
        expect(invalid(toDataciteXml(metadata)), name).toBeNull();
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(1100);
  });

  test.each(['3', '3.1', '4.0', '4.1', '4.2', '4.3', '4.4', '4.5', '4.6', '4.7'])(
    'what was valid against kernel %s is valid against 4.7',
    (kernel) => {
      const invalid = kernelValidator('4.7');
      const records = validExamples(kernel);
      expect(records.length).toBeGreaterThan(3);
      for (const { name, metadata } of records) expect(invalid(toDataciteXml(metadata)), name).toBeNull();
    },
  );
});

test('characters that XML reserves or cannot hold', () => {
  const xml =
    '<resource xmlns="http://datacite.org/schema/kernel-4"><titles><title xml:lang="e&quot;&lt;">a &lt;b&gt; &amp;amp; ]]&gt; "c"</title></titles></resource>';
  const metadata = map(parseXml(xml), [])!;
  expect(withoutWrapper(readBack(metadata, []))).toEqual(withoutWrapper(metadata));
  const broken = { ...metadata, title: 'x', titles: [{ title: 'a\u0000b\ud800', titleType: null, lang: null }] };
  expect(readBack(broken, []).titles[0]?.title).toBe('a\ufffdb\ufffd');
});
