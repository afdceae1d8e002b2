import { createOaiClient } from '@thresher/oai';
import { createIndexingGate, everything, type PageQueue, resolveSource, runHarvest, transformPages } from '@thresher/pipeline';
import { createTestIndex, type TestIndex } from '@thresher/search/testing';
import { createDb, type Db } from '@thresher/store/database';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTables } from '../../packages/store/src/database/record-lists.ts';
import { log, type Simulated, simulate } from '../harness.ts';

/**
 * What a page costs in round trips, on any machine. A figure that grows here is a harvest that grows slower everywhere:
 * raise it only for what it buys.
 */
const [size, pageSize] = [190, 50];

/** Ids of the pages that were enqueued, one for each job. */
const jobs: number[] = [];

/** A queue that nobody works on. */
const nobody: PageQueue = {
  add: async (pageIds) => void jobs.push(...pageIds),
  count: async () => 0,
  counts: async () => ({ waiting: 0, delayed: 0, active: 0, prioritized: 0 }),
  holds: async () => true,
  restore: async () => 0,
  work: () => ({ [Symbol.asyncDispose]: async () => {} }),
  [Symbol.asyncDispose]: async () => {},
};

describe('a page', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let index: TestIndex;
  let sim: Simulated;
  let counted: Db;
  const statements: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase(process.env['DATABASE_URL']);
    index = await createTestIndex(process.env['ELASTICSEARCH_URL'] ?? '');
    sim = await simulate({ seed: 17, size, pageSize });
    counted = createDb({ connectionString: database.url, max: 1 });
    counted.pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      const noted = (...args: unknown[]): unknown => {
        statements.push(typeof args[0] === 'string' ? args[0] : String((args[0] as { text: string }).text));
        return query(...args);
      };
      client.query = noted as typeof client.query;
    });
    index.client.diagnostic.on('response', (_, result) => requests.push(result?.meta.request.params.path ?? ''));
  });
  afterAll(async () => {
    await counted.destroy();
    await sim[Symbol.asyncDispose]();
    await index[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  /** Walks everything, with nobody to transform it; the pages that came. */
  async function walk(): Promise<number[]> {
    const { db } = database;
    const source = await resolveSource(db, sim.url, undefined);
    await using client = createOaiClient({ baseURL: sim.url, userAgent: 'test' });
    const walked = new AbortController();
    const before =
      (
        await db
          .selectFrom('harvest.page')
          .select((eb) => eb.fn.max('id').as('id'))
          .executeTakeFirst()
      )?.id ?? 0;
    const end = ({ distinctReceived }: { readonly distinctReceived: number }): void => {
      if (distinctReceived === size) walked.abort();
    };
    const walking = runHarvest({ db, client, queue: nobody, search: null, log }, source, everything, end, walked.signal);
    await expect(walking).rejects.toThrow('aborted');
    await db.updateTable('harvest.run').set({ state: 'cancelled' }).execute();
    return (await db.selectFrom('harvest.page').select('id').where('id', '>', before).orderBy('id').execute()).map(({ id }) => id);
  }

  async function costOf(...pageIds: number[]): Promise<{ statements: number; copies: number; requests: string[] }> {
    // A worker has one for all its pages.
    const gate = createIndexingGate({ db: counted, log });
    await gate.succeeded();
    statements.length = 0;
    requests.length = 0;
    await transformPages({ db: counted, search: { client: index.client, alias: index.alias }, log, gate }, pageIds);
    const copies = statements.filter((statement) => statement.startsWith('copy ')).length;
    return { statements: statements.length - copies, copies, requests: [...requests] };
  }

  it('of a first harvest is one request to the server; alone or with others, one to the index, and as many statements', async () => {
    const pages = await walk();
    expect(pages).toHaveLength(Math.ceil(size / pageSize));
    expect(jobs.toSorted((a, b) => a - b)).toEqual(pages);
    // And Identify, which pins until.
    expect(sim.server.sim.log.counts().requests).toBe(pages.length + 1);
    const [alone, together] = [await costOf(pages[0]!), await costOf(...pages.slice(1))];
    // The others hold records that supersede stored ones, which are changed, noted and read again. One statement asks whether a reindex
    // fills an index that needs the documents too.
    expect([alone.statements, together.statements]).toEqual([11, 19]);
    for (const cost of [alone, together]) {
      expect(cost.requests).toEqual([`/${index.alias}/_bulk`]);
      // One for each table that the page has rows for.
      expect(cost.copies).toBeLessThanOrEqual(listTables.length + 2);
    }
  });

  it('that brings nothing new is one statement, alone or with others, and none of the index’s business', async () => {
    const pages = await walk();
    for (const cost of [await costOf(pages[0]!), await costOf(...pages.slice(1))])
      expect(cost).toEqual({ statements: 1, copies: 0, requests: [] });
  });
});
