import { expect, test } from 'vitest';
import { normalizeDoi } from './doi.ts';

test.each([
  ['10.5281/zenodo.3777492', '10.5281/zenodo.3777492'],
  ['10.5281/ZENODO.1239', '10.5281/zenodo.1239'],
  ['https://doi.org/10.5281/zenodo.1', '10.5281/zenodo.1'],
  ['http://dx.doi.org/10.5281/zenodo.1', '10.5281/zenodo.1'],
  ['https://doi.org/https://doi.org/10.5281/zenodo.1', '10.5281/zenodo.1'],
  ['doi.org/10.5281/zenodo.1', '10.5281/zenodo.1'],
  ['doi:10.5281/zenodo.1', '10.5281/zenodo.1'],
  ['DOI: 10.5281/zenodo.1', '10.5281/zenodo.1'],
  ['info:doi/10.5281/zenodo.1', '10.5281/zenodo.1'],
  ['  10.5281/zenodo.1. ', '10.5281/zenodo.1'],
  ['10.5281/zenodo.1).', '10.5281/zenodo.1'],
  ['\u200b10.5281/zenodo.1', '10.5281/zenodo.1'],
  ['10.5281/zenodo.18148298 (Semantic Economy)', '10.5281/zenodo.18148298'],
  [
    'https://doi.org/10.1002/(SICI)1097-4571(199806)49:8%3C693::AID-ASI4%3E3.0.CO;2-O',
    '10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o',
  ],
  ['https://doi.org/10.5281/zenodo.1?ref=x#y', '10.5281/zenodo.1'],
  ['10.1016/0014-5793(94)00123-X', '10.1016/0014-5793(94)00123-x'],
  ['10.1016/S0022-2836(05)80360-2', '10.1016/s0022-2836(05)80360-2'],
  ['10.1000.10/123', '10.1000.10/123'],
])('%s is %s', (text, doi) => {
  expect(normalizeDoi(text)).toBe(doi);
});

test.each([
  null,
  '',
  'https://zenodo.org/record/2228022',
  'https://doi.org/',
  '10.5281',
  '10.5281/',
  '10.x/y',
  'pages 10.5 to 10.9',
  'https://doi.org/%E0%A4%A',
])('%s is none', (text) => {
  expect(normalizeDoi(text)).toBeNull();
});
