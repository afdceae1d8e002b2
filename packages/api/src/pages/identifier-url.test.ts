import { expect, test } from 'vitest';
import { identifierUrl } from './identifier-url.ts';

test.each([
  ['10.5281/zenodo.1', 'DOI', 'https://doi.org/10.5281/zenodo.1'],
  ['10.5281/zenodo.1', null, 'https://doi.org/10.5281/zenodo.1'],
  ['doi:10.1000/a<b>', 'DOI', 'https://doi.org/10.1000/a%3Cb%3E'],
  ['https://example.org/x', 'URL', 'https://example.org/x'],
  ['arXiv:2101.00001', 'arXiv', 'https://arxiv.org/abs/2101.00001'],
  ['20654492', 'PMID', 'https://pubmed.ncbi.nlm.nih.gov/20654492'],
  ['1234-5678', 'ISSN', 'https://portal.issn.org/resource/ISSN/1234-5678'],
  ['0000 0001 2103 2683', 'ISNI', 'https://isni.org/isni/0000000121032683'],
  ['01ggx4157', 'ROR', 'https://ror.org/01ggx4157'],
  ['978-3-16-148410-0', 'ISBN', null],
  ['something', null, null],
  ['javascript:alert(1)', 'URL', null],
  ['javascript:alert(1)', 'DOI', 'https://doi.org/javascript%3Aalert(1)'],
])('%s as %s', (identifier, scheme, url) => {
  expect(identifierUrl(identifier, scheme)).toBe(url);
});
