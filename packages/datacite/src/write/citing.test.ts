import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml } from '@thresher/oai';
import { describe, expect, test } from 'vitest';
import { genuineData, noGenuineData, payloads } from '../../test/genuine.ts';
import { bare, rich } from '../../test/rich.ts';
import { mapMetadata, toBibtex, toCslJson, toRis } from '../index.ts';
import type { RecordMetadata } from '../index.ts';

test('BibTeX', () => {
  expect(toBibtex(rich)).toBe(`@article{muller_sohne_2024_12,
  author       = {Müller \\& Söhne, Änne and
                  {Institute for This, That and More} and
                  Anne van Weerden},
  editor       = {Doe, John},
  title        = {100\\% of \\{x\\_1\\} \\& y},
  journal      = {Journal of X},
  publisher    = {Zenodo},
  year         = {2024},
  month        = may,
  volume       = {7},
  number       = {2},
  pages        = {12--19},
  version      = {1.0},
  doi          = {10.5281/zenodo.12},
  url          = {https://doi.org/10.5281/zenodo.12}
}
`);
});

test('RIS', () => {
  expect(toRis(rich).split('\r\n')).toEqual([
    'TY  - JOUR',
    'AU  - Müller & Söhne, Änne',
    'AU  - Institute for This, That and More',
    'AU  - Anne van Weerden',
    'ED  - Doe, John',
    'TI  - 100% of {x_1} & y',
    'T2  - Journal of X',
    'AB  - First line. Second < line.',
    'KW  - one',
    'KW  - two',
    'PY  - 2024',
    'DA  - 2024/05//',
    'VL  - 7',
    'IS  - 2',
    'SP  - 12',
    'EP  - 19',
    'ET  - 1.0',
    'LA  - eng',
    'PB  - Zenodo',
    'DO  - 10.5281/zenodo.12',
    'UR  - https://doi.org/10.5281/zenodo.12',
    'ER  - ',
    '',
  ]);
});

test('CSL-JSON', () => {
  expect(toCslJson(rich)).toEqual({
    id: '10.5281/zenodo.12',
    type: 'article-journal',
    title: '100% of {x_1} & y',
    author: [
      { family: 'Müller & Söhne', given: 'Änne' },
      { literal: 'Institute for This, That and More' },
      { literal: 'Anne van Weerden' },
    ],
    editor: [{ family: 'Doe', given: 'John' }],
    issued: { 'date-parts': [[2024, 5]] },
    publisher: 'Zenodo',
    'container-title': 'Journal of X',
    volume: '7',
    issue: '2',
    page: '12-19',
    abstract: 'First line.\nSecond < line.',
    keyword: 'one, two',
    language: 'en',
    version: '1.0',
    DOI: '10.5281/zenodo.12',
    URL: 'https://doi.org/10.5281/zenodo.12',
  });
});

test('a record with nothing in it', () => {
  expect(toBibtex(bare)).toBe('@misc{anonymous,\n\n}\n');
  expect(toRis(bare)).toBe('TY  - GEN\r\nER  - \r\n');
  expect(toCslJson(bare)).toEqual({ id: '', type: 'document' });
});

test('dates are as exact as they were given', () => {
  const dated = (text: string, start: string | null, end: string | null): RecordMetadata => ({
    ...rich,
    publicationDate: { text, start, end },
  });
  expect(toCslJson(dated('2024-05-06', '2024-05-06', '2024-05-06')).issued).toEqual({ 'date-parts': [[2024, 5, 6]] });
  expect(toCslJson(dated('2024', '2024-01-01', '2024-12-31')).issued).toEqual({ 'date-parts': [[2024]] });
  expect(toCslJson(dated('-0024/-0022', '-0024-01-01', '-0022-12-31')).issued).toEqual({ 'date-parts': [[-24]] });
  expect(toCslJson(dated('soon', null, null)).issued).toEqual({ 'date-parts': [[2024]] });
});

describe.skipIf(noGenuineData !== null)(`genuine records${noGenuineData === null ? '' : ` (skipped: ${noGenuineData})`}`, () => {
  const records = noGenuineData === null ? genuineRecords() : [];

  test('BibTeX entries close every brace they open, and keys are plain', () => {
    expect(records.length).toBeGreaterThan(1000);
    for (const metadata of records) {
      const entry = toBibtex(metadata);
      expect(depthOf(entry), entry).toBe(0);
      expect(entry).toMatch(/^@[a-z]+\{[a-z0-9_]+,\n/);
    }
  });

  test('every line of RIS is a tag and a value', () => {
    for (const metadata of records) {
      for (const line of toRis(metadata).trimEnd().split('\r\n')) expect(line).toMatch(/^[A-Z][A-Z0-9] {2}-(?: [^\r\n]*)?$/);
    }
  });
});

function genuineRecords(): RecordMetadata[] {
  const files = readdirSync(join(genuineData, 'zenodo'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.xml') && !name.includes('malformed'))
    .flatMap((name) => {
      const text = readFileSync(join(genuineData, 'zenodo', name), 'utf8');
      if (!text.includes('</resource>')) return [];
      return payloads(parseXml(text)).flatMap(
        ({ element, setSpecs }) => mapMetadata(element, { identifier: 'oai:zenodo.org:1', setSpecs }).metadata ?? [],
      );
    });
}

/** Braces open at the end; escaped ones do not count for TeX. */
function depthOf(entry: string): number {
  let depth = 0;
  for (const [, brace] of entry.matchAll(/\\[{}]|([{}])/g)) depth += brace === '{' ? 1 : brace === '}' ? -1 : 0;
  return depth;
}
