import { createOaiClient, type Transport } from '@thresher/oai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleted, harvested } from '../../test/harvested.ts';
import { createStoredApi, type StoredApi } from '../../test/stored-api.ts';

let api: StoredApi;
beforeAll(async () => {
  api = await createStoredApi({ size: 0 });
});
afterAll(() => api[Symbol.asyncDispose]());

const transport: Transport = async (url) => {
  const reply = await api.app.inject({ url: url.replace('http://localhost', '') });
  return { status: reply.statusCode, headers: reply.headers as Record<string, string>, body: reply.rawPayload };
};
const client = createOaiClient({ baseURL: 'http://localhost/oai2d', userAgent: 'test', transport });

/** Pages of 300 records that come, change, go and come again. */
function pages() {
  return Array.from({ length: 80 }, (_page, page) =>
    Array.from({ length: 20 }, (_record, n) => {
      const number = 1_000 + ((n * 13 + page * 29) % 300);
      const datestamp = new Date(Date.UTC(2024, 0, 1, page)).toISOString().replace('.000', '');
      if ((number + page) % 7 === 0) return deleted(number, datestamp);
      return harvested(number, `<titles><title>version ${page}</title></titles>`, { datestamp });
    }),
  );
}

/** What a harvester has: titles, null for the deleted. */
type Copy = Map<string, string | null>;

/** One incremental harvest: returns where the next one begins. */
async function harvestInto(copy: Copy, from: string | null): Promise<string> {
  let responseDate: string | null = null;
  const list = client.listPages({ verb: 'ListRecords', metadataPrefix: 'datacite', ...(from !== null && { from }) });
  for await (const { page } of list) {
    responseDate ??= page.responseDate;
    for (const { header, metadata } of page.records) {
      const titles = metadata?.children.find((each) => each.name === 'titles');
      copy.set(header.identifier, header.deleted ? null : (titles?.children[0]?.text ?? ''));
    }
  }
  // Nothing to list is an error of the protocol, and says when that was so, too.
  return responseDate ?? from ?? '';
}

test('a client that follows by responseDate, with four writers at work, ends with what is stored', { timeout: 120_000 }, async () => {
  const queue = pages();
  const write = async () => {
    for (let page = queue.shift(); page; page = queue.shift()) await api.store(page);
  };
  let writing = true;
  const writers = Promise.all([write(), write(), write(), write()]).finally(() => (writing = false));
  const copy: Copy = new Map();
  let from: string | null = null;
  let rounds = 0;
  while (writing) {
    from = (await harvestInto(copy, from)) || null;
    rounds += 1;
  }
  await writers;
  await harvestInto(copy, from);
  const { rows } = await api.database.db.pool.query<{ id: string; title: string | null }>(
    'select oai_identifier as id, case when deleted then null else title end as title from record',
  );
  expect(rows.length).toBeGreaterThan(250);
  expect(rounds).toBeGreaterThan(2);
  expect(copy).toEqual(new Map(rows.map((row) => [row.id, row.title])));
});
