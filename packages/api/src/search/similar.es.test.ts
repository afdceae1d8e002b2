import { afterAll, beforeAll, expect, test } from 'vitest';
import { harvested, version } from '../../test/harvested.ts';
import { createStockedApi, type StockedApi } from '../../test/stocked-api.ts';

let api: StockedApi;
const about = (title: string, text: string): string =>
  `<titles><title>${title}</title></titles><descriptions><description descriptionType="Abstract">${text}</description></descriptions>`;

beforeAll(async () => {
  api = await createStockedApi({ size: 30 });
  await api.store([
    harvested(901, version('Glacier mass balance of Svalbard', '2020-01-01', 900)),
    harvested(902, version('Glacier mass balance of Svalbard, corrected', '2021-01-01', 900)),
    harvested(903, about('Svalbard glacier velocity', 'Velocity and mass balance of glaciers on Svalbard.')),
    harvested(904, about('Quokka diets', 'What quokkas eat on Rottnest Island.')),
    harvested(905, about('Mass balance from altimetry', 'Mass balance of a glacier on Svalbard from altimetry.')),
  ]);
});
afterAll(() => api[Symbol.asyncDispose]());

interface Page {
  readonly hits: { readonly hits: readonly { readonly id: number; readonly title: string }[]; readonly total: number };
}
const similarTo = async (path: string) => (await api.app.inject(`/api/records/${path}`)).json<Page>();

test('records that share rare words are similar; other versions of the record and unrelated ones are not', async () => {
  const { hits } = await similarTo('902/similar');
  const ids = hits.hits.map(({ id }) => Number(id));
  expect(new Set(ids.slice(0, 2))).toEqual(new Set([903, 905]));
  for (const other of [901, 902, 904]) expect(ids).not.toContain(other);
});

test('an older version has similar records too, the answer has as many as wanted, and any name of the record works', async () => {
  const { hits } = await similarTo('10.5281/zenodo.901/similar?size=1');
  expect(hits.hits).toHaveLength(1);
  expect(hits.hits.map(({ id }) => Number(id))).not.toContain(902);
});

test('other forms of the records can be had, and an unknown record is 404', async () => {
  const flat = await api.app.inject('/api/records/903/similar?format=extract&size=1');
  expect(flat.json()).toMatchObject({ hits: { hits: [{ abstract: expect.stringContaining('Svalbard') }] } });
  expect((await api.app.inject('/api/records/999/similar')).statusCode).toBe(404);
});

test('a record that is not in the index has no similar ones', async () => {
  await api.index.client.deleteByQuery({ index: api.index.alias, query: { term: { recid: 904 } }, refresh: true });
  expect(await similarTo('904/similar')).toMatchObject({ hits: { hits: [], total: 0 } });
});
