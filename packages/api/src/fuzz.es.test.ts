import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStockedApi, type StockedApi } from './testing/stocked-api.ts';

let api: StockedApi;
beforeAll(async () => {
  api = await createStockedApi({ size: 20 });
});
afterAll(() => api[Symbol.asyncDispose]());

const sign = fc.constantFrom(
  ...'"()[]{}:~^*?/\\+-!<>=%#@|&. \u0000\u202e'.split(''),
  'AND',
  'OR',
  'NOT',
  'TO',
  'title:',
  'doi:',
  'recid:',
  'publication_date:',
  '_exists_:',
  '10.5281/zenodo.1',
  'oai:zenodo.org:1',
  '2020',
  '99999999999999999999',
  '.*',
);
const text = fc.array(fc.oneof(sign, fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 8 }).map((parts) => parts.join(''));
const name = fc.constantFrom(
  'q',
  'page',
  'size',
  'sort',
  'type',
  'recid',
  'publication_date',
  'all_versions',
  'status',
  'access_token',
  '__proto__',
  'constructor',
  'nonsense',
);

const search = fc
  .array(fc.tuple(name, text), { maxLength: 4 })
  .map((pairs) => `/api/records?${pairs.map(([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed())}`).join('&')}`);
const resource = fc.constantFrom('', '/versions', '/versions/latest', '/export/ris', '/export/', '/x');
const lookup = fc.tuple(text, resource).map(([id, rest]) => `/api/records/${encodeURIComponent(id.toWellFormed())}${rest}`);
const raw = fc.string({ unit: fc.constantFrom(...'/%.:?&=#~a1A-'.split('')), maxLength: 12 }).map((path) => `/api/records/${path}`);

test('whatever is asked, the fault is not ours', async () => {
  const property = fc.asyncProperty(fc.oneof(search, lookup, raw), async (url) => {
    const reply = await api.app.inject(url);
    expect(reply.statusCode).toBeLessThan(500);
    expect(reply.body).not.toMatch(/\.ts:\d|node_modules/);
    const isProblem = String(reply.headers['content-type']).startsWith('application/problem+json');
    expect(isProblem).toBe(reply.statusCode >= 400);
  });
  await fc.assert(property, { numRuns: 600 });
}, 120_000);
