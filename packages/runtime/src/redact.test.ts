import { expect, test } from 'vitest';
import { redactTarget, redactText, redactUrl } from './redact.ts';

test.each([
  ['https://zenodo.org/oai2d', 'https://zenodo.org/oai2d'],
  ['https://me:hunter2@example.org/oai', 'https://example.org/oai'],
  ['https://me@example.org:8080/oai', 'https://example.org:8080/oai'],
  ['https://me:p@ss@example.org/oai', 'https://example.org/oai'],
  ['https://me:hunter2@es1:9200,https://me:hunter2@es2:9200', 'https://es1:9200,https://es2:9200'],
  ['https://example.org/@me/oai', 'https://example.org/@me/oai'],
  ['https://example.org/oai?key=hunter2', 'https://example.org/oai?key=…'],
  ['https://example.org/oai?hunter2', 'https://example.org/oai?…'],
  [
    'https://example.org/oai?key=a=b&verb=ListRecords&resumptionToken=t',
    'https://example.org/oai?key=…&verb=ListRecords&resumptionToken=t',
  ],
  ['https://example.org/oai?%76erb=hunter2', 'https://example.org/oai?%76erb=…'],
  ['postgres://thresher:hunter2@127.0.0.1:5432/thresher', 'postgres://127.0.0.1:5432/thresher'],
  ['no URL', 'no URL'],
])('%s is shown as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});

test('URLs within a text lose their secrets, and the text stays', () => {
  expect(redactText(`no answer from https://a:b@example.org/oai?key=c: refused`)).toBe(
    'no answer from https://example.org/oai?key=… refused',
  );
  expect(redactText('{"err":"at redis://:pw@h:1, then","n":1}')).toBe('{"err":"at redis://h:1, then","n":1}');
  expect(redactText('a\\nhttps://u:p@h/x\\nb')).toBe('a\\nhttps://h/x\\nb');
});

test.each([
  ['/api/records?q=a&access_token=hunter2&size=1', '/api/records?q=a&access_token=…&size=1'],
  ['/api/records?access%5Ftoken=hunter2', '/api/records?access%5Ftoken=…'],
  ['/api/records?%61%63cess_token=hunter2', '/api/records?%61%63cess_token=…'],
  ['/api/records?API-KEY=hunter2', '/api/records?API-KEY=…'],
  ['/api/records?%zz=hunter2', '/api/records?%zz=…'],
  ['/oai2d?verb=ListRecords&resumptionToken=t', '/oai2d?verb=ListRecords&resumptionToken=t'],
  ['/api', '/api'],
])('the request %s is logged as %s', (target, shown) => {
  expect(redactTarget(target)).toBe(shown);
});
