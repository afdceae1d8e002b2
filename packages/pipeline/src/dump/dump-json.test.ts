import { expect, it } from 'vitest';
import { readJsonDocument } from './dump-json.ts';

const read = (name: string, text: string) => {
  const document = readJsonDocument({ name, bytes: Buffer.from(text), tooLarge: null });
  return 'line' in document ? document.identifier : document;
};
const record = (identifier: string, more: object = {}) =>
  JSON.stringify({ id: '7', pids: { oai: { identifier, provider: 'oai' } }, metadata: { title: 'A "quoted": {"oai": title' }, ...more });

it('reads the identifier of a record, plain or not', () => {
  expect(read('7.json', record('oai:zenodo.org:7'))).toBe('oai:zenodo.org:7');
  expect(read('7.json', `${record('oai:zenodo.org:7')}\n`)).toBe('oai:zenodo.org:7');
  expect(read('7.json', record('oai:zenodo.org:7').replaceAll('":', '": '))).toBe('oai:zenodo.org:7');
  expect(read('7.json', record('oai:openaire.cern.ch:9'))).toBe('oai:openaire.cern.ch:9');
  expect(read('8.json', record('oai:zenodo.org:7'))).toBe('oai:zenodo.org:7');
  expect(read('7.json', record('oai:zenodo.org:7', { parent: { pids: { oai: { identifier: 'oai:zenodo.org:6' } } } }))).toBe(
    'oai:zenodo.org:7',
  );
  expect(read('7.json', JSON.stringify({ id: '7', metadata: {} }))).toBe('oai:zenodo.org:7');
  expect(read('7.json', JSON.stringify({ id: '7', metadata: { note: '"oai": {"identifier": "oai:zenodo.org:7"' } }))).toBe(
    'oai:zenodo.org:7',
  );
});

it('names what cannot be one', () => {
  expect(read('7.json', record('oai:zenodo.org:7').slice(0, -5))).toMatchObject({
    identifier: 'oai:zenodo.org:7',
    reason: expect.stringContaining('7.json'),
  });
  expect(read('7.json', '[]')).toMatchObject({ identifier: 'oai:zenodo.org:7', reason: expect.stringContaining('not a JSON object') });
});
