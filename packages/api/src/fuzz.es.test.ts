import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStockedApi, type StockedApi } from '../test/stocked-api.ts';

let api: StockedApi;
beforeAll(async () => {
  api = await createStockedApi({ size: 20 });
});
afterAll(() => api[Symbol.asyncDispose]());

const sign = fc.constantFrom(
  ...'"()[]{}:~^*?/\\+-!<>=%#@|&,. \u0000\u202e'.split(''),
  ...'AND OR NOT TO title: doi: recid: publication_date: _exists_: 10.5281/zenodo.1 oai:zenodo.org:1 2020 99999999999999999999 .*'.split(
    ' ',
  ),
);
const text = fc
  .array(fc.oneof(sign, fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 8 })
  .map((parts) => parts.join('').toWellFormed());
const word = fc.oneof(
  text,
  fc.constantFrom(
    ...'0 1 2 -1 1e9 true false newest bestmatch json flat ris oai_dc oai_datacite user-x ListRecords Identify GetRecord 2024-01-01 *'.split(
      ' ',
    ),
  ),
);
const name = fc.constantFrom(
  ...'q page size sort type recid publication_date all_versions status access_token __proto__ constructor nonsense'.split(' '),
  ...'suggest format ids since community cursor facets select group_by sample seed after'.split(' '),
  ...'verb identifier metadataPrefix from until set resumptionToken'.split(' '),
);
const parameters = fc
  .array(fc.tuple(name, word), { maxLength: 4 })
  .map((pairs) => pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&'));
const segment = text.map((part) => encodeURIComponent(part));

const path = fc.oneof(
  fc.constantFrom(
    ...'/api/records /oai2d /api/changes /api/lookup /api/communities /api/suggest /feeds/records.atom /api/harvest /records/1'.split(' '),
    ...'/api/vocabularies/names /api/funders /api/names /api/subjects /api/oaipmh/sets /api/oaipmh/formats'.split(' '),
  ),
  fc
    .tuple(segment, fc.constantFrom('', ...'/versions /versions/latest /export/ris /export/ /files /communities /x'.split(' ')))
    .map(([id, rest]) => `/api/records/${id}${rest}`),
  fc
    .tuple(
      fc.constantFrom(...'/api/communities/ /api/vocabularies/ /api/vocabularies/names/ /api/names/ /feeds/communities/'.split(' ')),
      segment,
    )
    .map(([parent, id]) => `${parent}${id}`),
  segment.map((slug) => `/api/communities/${slug}/records`),
  fc.string({ unit: fc.constantFrom(...'/%.:?&=#~a1A-'.split('')), maxLength: 12 }).map((rest) => `/api/records/${rest}`),
);

const FORM = 'application/x-www-form-urlencoded';
const request = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(path, parameters).map(([url, query]) => ({ method: 'GET' as const, url: `${url}?${query}` })) },
  {
    weight: 1,
    arbitrary: parameters.map((payload) => ({ method: 'POST' as const, url: '/oai2d', payload, headers: { 'content-type': FORM } })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('/api/lookup', '/api/stats'), fc.json()).map(([url, payload]) => ({
      method: 'POST' as const,
      url,
      payload,
      headers: { 'content-type': 'application/json' },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'), path).map(([method, url]) => ({ method, url })),
  },
);

/** Side by side, as clients come. */
const requests = fc.array(request, { minLength: 10, maxLength: 10 });

test('whatever is asked, the fault is not ours', { timeout: 300_000 }, async () => {
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(requests, async (batch) => {
    for (const reply of await Promise.all(batch.map((one) => api.app.inject(one as { url: string })))) {
      statuses.set(reply.statusCode, (statuses.get(reply.statusCode) ?? 0) + 1);
      expect(reply.statusCode).toBeLessThan(500);
      expect(reply.body).not.toMatch(/\.ts:\d|node_modules/);
      const isProblem = String(reply.headers['content-type']).startsWith('application/problem+json');
      expect(isProblem).toBe(reply.statusCode >= 400);
    }
  });
  await fc.assert(property, { numRuns: 500, seed: 20_261_121 });
  expect([...statuses.values()].reduce((a, b) => a + b)).toBeGreaterThanOrEqual(5_000);
  // It must get through to what there is, not only to what there is not.
  expect(statuses.get(200)).toBeGreaterThan(500);
});

/** The problem of a refused query: which parameter, where in it or what of it, and what to do. */
interface Refusal {
  readonly status: number;
  readonly parameter?: string;
  readonly position?: number;
  readonly detail: string;
}

test('any query is answered, or refused with the part of it that is at fault', { timeout: 300_000 }, async () => {
  const statuses = new Map<number, number>();
  const query = fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) });
  const property = fc.asyncProperty(fc.array(query, { minLength: 10, maxLength: 10 }), async (queries) => {
    const replies = await Promise.all(queries.map((q) => api.app.inject(`/api/records?facets=&q=${encodeURIComponent(q.toWellFormed())}`)));
    for (const [number, reply] of replies.entries()) {
      statuses.set(reply.statusCode, (statuses.get(reply.statusCode) ?? 0) + 1);
      expect(reply.statusCode === 200 ? null : faultOf(reply.json<Refusal>(), queries[number]!)).toBeNull();
    }
  });
  await fc.assert(property, { numRuns: 150, seed: 20_261_201 });
  expect(statuses.get(200)).toBeGreaterThan(300);
});

/** What is wrong with a refusal; null if it names the parameter and a part of it. */
function faultOf({ status, parameter, position, detail }: Refusal, q: string): string | null {
  if (status !== 400 || parameter !== 'q') return `${status} ${parameter}: ${detail}`;
  const isPlace = position !== undefined && position >= 0 && position <= q.length;
  const quotes = [...detail.matchAll(/'([^']+)'/g)].some(([, part]) => q.includes(part!) || q.normalize('NFKC').includes(part!));
  return isPlace || quotes ? null : `${JSON.stringify(q)}: ${detail}`;
}
