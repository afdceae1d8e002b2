import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparableIdentifier, identifierForm } from './identifier-forms.ts';

/** Each line: one identifier, first its normal form. */
const SPELLINGS: readonly (readonly [form: string, ...spellings: string[]])[] = [
  [
    '10.5072/abc',
    '10.5072/ABC',
    'doi:10.5072/abc',
    'DOI: 10.5072/Abc',
    'http://dx.doi.org/10.5072%2Fabc',
    'doi.org/10.5072/abc',
    'hdl:10.5072/abc',
  ],
  ['10.13039/501100000780', 'https://doi.org/10.13039/501100000780', 'http://dx.doi.org/10.13039/501100000780'],
  [
    '0000-0002-1825-0097',
    'https://orcid.org/0000-0002-1825-0097',
    'orcid:0000-0002-1825-0097',
    'http://www.orcid.org/0000-0002-1825-0097/',
  ],
  ['isni:0000000121032683', 'ISNI 0000 0001 2103 2683', 'https://isni.org/isni/0000000121032683', 'http://www.isni.org/0000000121032683'],
  ['01aj84f44', 'https://ror.org/01aj84f44', 'ror.org/01AJ84F44/', 'ROR:01aj84f44'],
  ['gnd:118540238', 'https://d-nb.info/gnd/118540238', 'http://d-nb.info/gnd/118540238/', '(DE-588)118540238', 'GND: 118540238'],
  ['arxiv:1907.41234', '1907.41234', 'arXiv:1907.41234', 'https://arxiv.org/abs/1907.41234', 'http://www.arxiv.org/pdf/1907.41234.pdf'],
  ['arxiv:math.gt/0309136', 'math.GT/0309136', 'arXiv:math.GT/0309136', 'https://arxiv.org/abs/math.GT/0309136'],
  ['arxiv:hep-th/9901001v2', 'hep-th/9901001v2', 'arXiv:hep-th/9901001v2', 'https://arxiv.org/abs/hep-th/9901001v2'],
  ['isbn:9783161484100', '978-3-16-148410-0', '3-16-148410-X', 'ISBN 3-16-148410-X', 'urn:isbn:9783161484100', 'ISBN-10: 316148410x'],
  ['isbn:9780306406157', '0-306-40615-2', 'isbn:0306406152', '978 0 306 40615 7', '9780306406157'],
  ['issn:2049-3630', '2049-3630', 'ISSN 2049-3630', 'issn:20493630', 'https://portal.issn.org/resource/ISSN/2049-3630', 'eISSN: 2049-3630'],
  ['hdl:2186.55/77-b', 'https://hdl.handle.net/2186.55/77-b', 'info:hdl/2186.55/77-b', 'HDL:2186.55/77-b', 'hdl.handle.net/2186.55/77-b'],
  [
    'swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505',
    'SWH:1:dir:D198bc9d7a6bcf6db04f476d29314f157507d505;origin=https://x.org/a',
    'https://archive.softwareheritage.org/swh:1:dir:d198bc9d7a6bcf6db04f476d29314f157507d505/',
  ],
  [
    'pmid:17170002',
    'PMID: 17170002',
    'https://pubmed.ncbi.nlm.nih.gov/17170002/',
    'http://www.ncbi.nlm.nih.gov/pubmed/17170002',
    'info:pmid/17170002',
  ],
  [
    'pmcid:pmc3531190',
    'PMC3531190',
    'PMCID: PMC3531190',
    'https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3531190/',
    'https://pmc.ncbi.nlm.nih.gov/articles/PMC3531190',
  ],
  ['ark:12345/x54xz', 'ark:/12345/x5-4xz', 'https://n2t.net/ark:/12345/x54xz', 'http://ark.example.org/ark:12345/x54-xz/'],
  ['urn:nbn:de:101:1-2019', 'URN:NBN:de:101:1-2019', 'https://nbn-resolving.org/urn:nbn:de:101:1-2019'],
  [
    'https://files.example.edu/tidal/9',
    'http://files.example.edu/tidal/9/',
    'files.example.edu/tidal/9',
    'https://FILES.example.edu:443/tidal/9#',
    'http://files.example.edu:80/tidal/9',
  ],
  ['https://zenodo.org/records/12', 'http://zenodo.org/record/12/', 'https://www.zenodo.org/api/records/12'],
];

test.each(SPELLINGS)('%s has one form', (form, ...spellings) => {
  expect([form, ...spellings].map((text) => comparableIdentifier(text))).toEqual([form, ...spellings].map(() => form));
});

test.each([
  ['501100000780', 'Crossref Funder ID', '10.13039/501100000780'],
  ['0000 0001 2103 2683', 'ISNI', 'isni:0000000121032683'],
  ['118540238', 'GND', 'gnd:118540238'],
  ['01aj84f44', 'ROR', '01aj84f44'],
  ['hep-th/9901001', 'arXiv', 'arxiv:hep-th/9901001'],
  ['316148410X', 'ISBN', 'isbn:9783161484100'],
  ['20493630', 'EISSN', 'issn:2049-3630'],
  ['2186.55/77-b', 'Handle', 'hdl:2186.55/77-b'],
  ['17170002', 'PMID', 'pmid:17170002'],
  ['12345/x5-4xz', 'ARK', 'ark:12345/x54xz'],
  ['data.example.org', 'URL', 'https://data.example.org'],
  ['https://orcid.org/0000-0002-1825-0097', 'URL', '0000-0002-1825-0097'],
  ['Report 7', 'Local', 'report 7'],
])('%s declared as %s is %s', (text, declared, form) => {
  expect(comparableIdentifier(text, declared)).toBe(form);
});

test.each([
  'sea ice',
  '10.5281',
  '10.5281/',
  '2024-05-31',
  '1990-1999',
  '2010-2019',
  '978-3-16-148410-1',
  '2049-3631',
  'and/or',
  '8435696',
  '3161484100',
  '',
])('%s is no identifier', (text) => {
  expect(identifierForm(text)).toBeNull();
});

const spelling = fc.oneof(
  fc.constantFrom(...SPELLINGS.flat()),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.tuple(fc.constantFrom(...SPELLINGS.flat()), fc.string()).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('http://', 'https://', 'doi:', 'hdl:', 'ark:/', 'urn:', 'arxiv:', 'x://'), fc.string({ unit: 'grapheme' }))
    .map((parts) => parts.join('')),
  fc.string(),
);

test('the normal form of a normal form is the same', () => {
  fc.assert(
    fc.property(spelling, (text) => {
      const form = comparableIdentifier(text);
      expect(comparableIdentifier(form)).toBe(form);
    }),
    { numRuns: 2_000 },
  );
});

test('spaces, case, http or https, port and slashes at the end of a URL do not change its form', () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['http'] }), (url) => {
      const form = comparableIdentifier(url);
      const { host } = new URL(url);
      const rest = url.slice('http://'.length).slice(host.length);
      const spelt = [
        ` ${url} `,
        `${url}#`,
        `https://${host}${rest}`,
        `HTTP://${host.toUpperCase()}:80${rest}`,
        `https://${host}:443${rest}`,
      ];
      expect(spelt.map((text) => comparableIdentifier(text))).toEqual(spelt.map(() => form));
    }),
  );
});

test('an ISBN-10 and its ISBN-13 have one form, hyphens or not', () => {
  const digits = fc.stringMatching(/^\d{9}$/);
  fc.assert(
    fc.property(digits, (nine) => {
      const check = (11 - (Array.from(nine).reduce((sum, digit, index) => sum + Number(digit) * (10 - index), 0) % 11)) % 11;
      const ten = `${nine}${check === 10 ? 'X' : check}`;
      const form = identifierForm(ten, 'ISBN')?.form;
      const thirteen = form?.slice('isbn:'.length) ?? '';
      expect(thirteen).toMatch(new RegExp(`^978${nine}\\d$`));
      const hyphenated = `${ten.slice(0, 1)}-${ten.slice(1, 5)}-${ten.slice(5, 9)}-${ten.slice(9)}`;
      expect([thirteen, `ISBN ${ten}`, hyphenated, `urn:isbn:${thirteen}`].map((text) => identifierForm(text)?.form)).toEqual([
        form,
        form,
        form,
        form,
      ]);
    }),
  );
});
