import { expect, test } from 'vitest';
import { encodeRecordName } from './record-url.ts';

test.each([
  ['/api/records/8435696', '/api/records/8435696'],
  ['/api/records/10.5281/zenodo.1', '/api/records/10.5281%2Fzenodo.1'],
  ['/api/records/10.5281%2Fzenodo.1', '/api/records/10.5281%2Fzenodo.1'],
  ['/api/records/10.5281/zenodo.1/', '/api/records/10.5281%2Fzenodo.1'],
  ['/api/records/10.5281/zenodo.1?x=/a/b', '/api/records/10.5281%2Fzenodo.1?x=/a/b'],
  ['/api/records/10.5281/zenodo.1/export/bibtex', '/api/records/10.5281%2Fzenodo.1/export/bibtex'],
  ['/api/records/10.1021/acs.jcim/5b00559/versions/latest', '/api/records/10.1021%2Facs.jcim%2F5b00559/versions/latest'],
  ['/api/records/https://doi.org/10.5281/zenodo.1/versions', '/api/records/https:%2F%2Fdoi.org%2F10.5281%2Fzenodo.1/versions'],
  ['/api/records/1/export/json', '/api/records/1/export/json'],
  ['/api/records/10.5281/zenodo.1/draft/files', '/api/records/10.5281%2Fzenodo.1/draft/files'],
  ['/api/records/10.1234/draft', '/api/records/10.1234%2Fdraft'],
  ['/api/records/1/files-archive', '/api/records/1/files-archive'],
  ['/api/records/10.5281/zenodo.1/files/a/b.csv', '/api/records/10.5281%2Fzenodo.1/files/a%2Fb.csv'],
  ['/api/records/1/files/a/b.csv/content?x=1', '/api/records/1/files/a%2Fb.csv/content?x=1'],
  ['/api/records/1/files/a/b.zip/container', '/api/records/1/files/a%2Fb.zip/container'],
  ['/api/records/10.1234/versions', '/api/records/10.1234%2Fversions'],
  ['/api/records', '/api/records'],
  ['/api/records/', '/api/records/'],
  ['/api/records?q=10.5281/zenodo.1', '/api/records?q=10.5281/zenodo.1'],
  ['/api/harvest/runs/1', '/api/harvest/runs/1'],
  ['/api//records?q=a//b', '/api/records?q=a//b'],
  ['/api//records/10.5281/zenodo.1', '/api/records/10.5281%2Fzenodo.1'],
  ['//api/records', '//api/records'],
  ['/api/funders/10.13039/501100000780?x=a/b', '/api/funders/10.13039%2F501100000780?x=a/b'],
  ['/api/vocabularies/funders/10.13039/501100000780', '/api/vocabularies/funders/10.13039%2F501100000780'],
  ['/api/vocabularies/funders', '/api/vocabularies/funders'],
  ['/api/licenses/cc-by-4.0/', '/api/licenses/cc-by-4.0'],
  ['/records/10.5281/zenodo.1', '/records/10.5281/zenodo.1'],
  ['/api/records/%ZZ/versions', '/api/records/%ZZ%2Fversions'],
])('%s', (url, encoded) => {
  expect(encodeRecordName(url)).toBe(encoded);
});
