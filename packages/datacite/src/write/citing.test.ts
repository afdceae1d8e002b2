import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml } from '@thresher/oai';
import { describe, expect, test } from 'vitest';
import { genuineData, noGenuineData, payloads } from '../../test/genuine.ts';
import { bare, rich } from '../../test/rich.ts';
import { mapMetadata, toBibtex, toCslJson, toRis } from '../index.ts';
import type { Person, RecordMetadata, RelatedItem } from '../index.ts';

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
  expect(toCslJson(dated('-0024/-0022', '-0024-01-01', '-0022-12-31')).issued).toEqual({ 'date-parts': [[-25]] });
  expect(toCslJson(dated('soon', null, null)).issued).toEqual({ 'date-parts': [[2024]] });
});

test('years before Christ: CSL has no year 0, RIS and BibTeX write them as ISO 8601 does', () => {
  const dated = (year: string): RecordMetadata => ({
    ...rich,
    publicationDate: { text: year, start: `${year}-01-01`, end: `${year}-12-31` },
  });
  expect(toCslJson(dated('0000')).issued).toEqual({ 'date-parts': [[-1]] });
  expect(toCslJson(dated('0079')).issued).toEqual({ 'date-parts': [[79]] });
  expect(toRis(dated('-0024'))).toContain('PY  - -0024\r\nDA  - -0024///\r\n');
  expect(toBibtex(dated('-0024'))).toContain('year         = {-24}');
});

const person = (name: string, rest: Partial<Person> = {}): Person => ({
  name,
  nameType: null,
  givenName: null,
  familyName: null,
  lang: null,
  orcid: null,
  nameIdentifiers: [],
  affiliations: [],
  ...rest,
});
const by = (...creators: Person[]): RecordMetadata => ({ ...rich, creators, contributors: [] });
const ror = { nameIdentifier: '01aj84f44', nameIdentifierScheme: 'ROR', schemeUri: null, scheme: 'ROR', value: '01aj84f44' };

test.each([
  [person('Ferrante, Olivia ,'), { family: 'Ferrante', given: 'Olivia' }],
  [person('Okonkwo-Baird, T. ;', { familyName: 'Okonkwo-Baird, T. ;' }), { family: 'Okonkwo-Baird', given: 'T.' }],
  [person('Ferrante,', { givenName: 'Olivia,', familyName: 'Ferrante,' }), { family: 'Ferrante', given: 'Olivia' }],
  [person('Lindqvist,, Per; '), { family: 'Lindqvist', given: 'Per' }],
  [person('王，小明，'), { family: '王', given: '小明' }],
  [person('Ferrante,'), { literal: 'Ferrante' }],
  [person('Doe, Jane, Jr.'), { family: 'Doe', given: 'Jane', suffix: 'Jr.' }],
  [person('Doe, III, Jane'), { family: 'Doe', given: 'Jane', suffix: 'III' }],
  [person('Doe, Jane, Oslo'), { literal: 'Doe, Jane, Oslo' }],
  [
    person('Oduya, T. A. (Temitope Adaeze)', { givenName: 'T. A. (Temitope Adaeze)', familyName: 'Oduya' }),
    { family: 'Oduya', given: 'T. A.' },
  ],
  [person('Kowalska, Z.[Zofia] M. (Maria)'), { family: 'Kowalska', given: 'Z. M.' }],
  [person('Svensson (née Berg), Karin'), { family: 'Svensson', given: 'Karin' }],
  [person('田中, T.（太郎）'), { family: '田中', given: 'T.' }],
  [person('Lee, (Bo)'), { family: 'Lee', given: 'Bo' }],
  [person('Lee, Bo (Robert'), { family: 'Lee', given: 'Bo Robert' }],
  [person('Bureau of Tides and Hydrology, Northern Branch'), { literal: 'Bureau of Tides and Hydrology, Northern Branch' }],
  [person('Fisheries and Oceans Lapland, Reindeer Group'), { literal: 'Fisheries and Oceans Lapland, Reindeer Group' }],
  [person('Museo de Historia Natural, Lima'), { literal: 'Museo de Historia Natural, Lima' }],
  [person('Musen, Mark'), { family: 'Musen', given: 'Mark' }],
  [person('Ortega y Gasset, José'), { family: 'Ortega y Gasset', given: 'José' }],
  [person('Universität Seestadt, Physik'), { literal: 'Universität Seestadt, Physik' }],
  [person('Tide, Sand and Stone', { nameIdentifiers: [ror] }), { literal: 'Tide, Sand and Stone' }],
  [person('Center, Bob', { givenName: 'Bob', familyName: 'Center' }), { family: 'Center', given: 'Bob' }],
])('the name of %j in a citation', (creator, cited) => {
  expect(toCslJson(by(creator)).author).toEqual([cited]);
});

test('BibTeX takes no "and" and no comma inside a name for its own', () => {
  const sandAndStone = person('Sand and Stone, Ann', { familyName: 'Sand and Stone', givenName: 'Ann' });
  const entry = toBibtex(by(person('Harbour Trust, Office of Piers and Ferries'), sandAndStone, person('Doe, Jane, Jr.')));
  expect(entry).toContain(
    'author       = {{Harbour Trust, Office of Piers and Ferries} and\n                  {Sand and Stone}, Ann and\n                  Doe, Jr., Jane}',
  );
  expect(toRis(by(person('Doe, Jane, Jr.')))).toContain('AU  - Doe, Jane, Jr.\r\n');
});

const paged = (pages: Partial<RelatedItem>): RecordMetadata => ({
  ...rich,
  relatedItems: [{ ...rich.relatedItems[0]!, firstPage: null, lastPage: null, ...pages }],
});

test.each([
  [{ firstPage: '4-88', lastPage: '5-02' }, '4-88–5-02', '{4-88--5-02}', ['4-88', '5-02']],
  [{ firstPage: '12-19' }, '12-19', '{12--19}', ['12', '19']],
  [{ firstPage: 'S12–S19' }, 'S12-S19', '{S12--S19}', ['S12', 'S19']],
  [{ firstPage: '31-7' }, '31-7', '{31-7}', ['31-7', undefined]],
  [{ firstPage: 'e0123456', lastPage: 'e0123456' }, 'e0123456', '{e0123456}', ['e0123456', undefined]],
])('pages %j are %s', (pages, csl, bibtex, [first, last]) => {
  const metadata = paged(pages);
  expect(toCslJson(metadata).page).toBe(csl);
  expect(toBibtex(metadata)).toContain(`pages        = ${bibtex}`);
  const ris = toRis(metadata).split('\r\n');
  expect(ris.find((line) => line.startsWith('SP'))).toBe(`SP  - ${first}`);
  expect(ris.find((line) => line.startsWith('EP'))).toBe(last === undefined ? undefined : `EP  - ${last}`);
});

test('an article number stands for pages', () => {
  const metadata = paged({ number: 'e0123456', numberType: 'Article' });
  expect(toCslJson(metadata).page).toBe('e0123456');
  expect(toBibtex(metadata)).toContain('eid          = {e0123456}');
  expect(toRis(metadata)).toContain('C7  - e0123456\r\n');
});

test('keys of BibTeX differ for all that differs', () => {
  const names = ['10.5072/a-b', '10.5072/a_b', '10.5072/A.b', `10.5072/${'x'.repeat(80)}1`, `10.5072/${'x'.repeat(80)}2`];
  const keys = names
    .flatMap((doi) => [toBibtex({ ...rich, doi }), toBibtex({ ...rich, doi: null, identifier: doi })])
    .map((entry) => /^@\w+\{([a-z0-9_]+),/.exec(entry)![1]);
  expect(new Set(keys).size).toBe(names.length);
  expect(toBibtex(rich)).toMatch(/^@article\{muller_sohne_2024_12,/);
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
