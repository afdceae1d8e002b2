import { Client, InMemoryTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createStockedApi, type StockedApi } from '../../test/index.ts';
import { createMcpServer } from './mcp-server.ts';
import { MOST_CHARACTERS, UNTRUSTED } from './tool-result.ts';

const servers = process.env['DATABASE_URL'] !== undefined && process.env['ELASTICSEARCH_URL'] !== undefined;

interface Answer {
  readonly text: string;
  readonly data: Record<string, unknown>;
  readonly failed: boolean;
}

const call = async (client: Client, name: string, given: Record<string, unknown>): Promise<Answer> => {
  const result = await client.callTool({ name, arguments: given });
  const [first] = result.content;
  return {
    text: first?.type === 'text' ? first.text : '',
    data: (result.structuredContent ?? {}) as Record<string, unknown>,
    failed: result.isError === true,
  };
};

describe.runIf(servers)('the Model Context Protocol (needs DATABASE_URL, ELASTICSEARCH_URL)', () => {
  let stocked: StockedApi;
  const reader = async () => stocked.database.readDb;
  let url: URL;
  beforeAll(async () => {
    stocked = await createStockedApi({ seed: 7, size: 60 }, { readDb: reader });
    url = new URL('/mcp', await stocked.app.listen({ host: '127.0.0.1', port: 0 }));
  });
  afterAll(() => stocked[Symbol.asyncDispose]());

  async function connect(headers: Record<string, string> = {}): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    onTestFinished(() => client.close());
    return client;
  }

  test('the tools find, show and cite a record under any of its names', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual([
      'cite',
      'explain_schema',
      'get_record',
      'list_files',
      'list_versions',
      'lookup_vocabulary',
      'search_records',
      'sql',
    ]);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
    const found = await call(client, 'search_records', { query: '', size: 5, sort: 'newest' });
    const hits = found.data['hits'] as { id: number; doi: string; title: string }[];
    expect(found.text.startsWith(UNTRUSTED)).toBe(true);
    expect(hits).toHaveLength(5);
    const next = await call(client, 'search_records', { query: '', size: 5, sort: 'newest', cursor: found.data['next_cursor'] });
    const ids = new Set([...hits, ...(next.data['hits'] as typeof hits)].map(({ id }) => id));
    expect(ids.size).toBe(10);
    const [hit] = hits as [(typeof hits)[0]];
    for (const name of [String(hit.id), hit.doi, `https://doi.org/${hit.doi}`])
      expect((await call(client, 'get_record', { id: name })).data).toMatchObject({ id: hit.id, title: hit.title });
    expect((await call(client, 'list_versions', { id: String(hit.id) })).data).toMatchObject({
      versions: expect.arrayContaining([expect.objectContaining({ id: hit.id })]),
    });
    expect((await call(client, 'cite', { id: hit.doi, style: 'ieee' })).text).toContain(hit.doi);
    expect((await call(client, 'cite', { id: hit.doi, format: 'bibtex' })).text).toMatch(/^@\w+\{/);
    expect((await call(client, 'lookup_vocabulary', { type: 'licenses' })).failed).toBe(false);
  });

  test('what cannot be answered is a sentence, and no exception', async () => {
    const client = await connect();
    expect(await call(client, 'get_record', { id: '10.5281/zenodo.999999999' })).toMatchObject({
      failed: true,
      text: expect.stringMatching(/no record/),
    });
    expect(await call(client, 'search_records', { query: 'nosuchfield:1' })).toMatchObject({
      failed: true,
      text: expect.stringMatching(/nosuchfield/),
    });
    expect(await call(client, 'lookup_vocabulary', { type: 'nothing' })).toMatchObject({ failed: true });
    expect(await call(client, 'search_records', { query: '', size: 1_000 })).toMatchObject({ failed: true });
  });

  test('SQL reads and cannot write', async () => {
    const client = await connect();
    const counted = await call(client, 'sql', { query: 'select count(*)::int as records from record where not deleted;' });
    expect(counted.data).toEqual({ columns: ['records'], rows: [[60]] });
    const many = await call(client, 'sql', { query: 'select i from generate_series(1, 5000) i', max_rows: 3 });
    expect(many.data).toMatchObject({ rows: [[1], [2], [3]], note: expect.stringMatching(/first 3/) });
    const wide = await call(client, 'sql', { query: `select repeat('x', 1000000) from generate_series(1, 50)` });
    expect(wide.text.length).toBeLessThan(MOST_CHARACTERS * 1.5);
    for (const query of ['delete from record', 'with d as (delete from record returning 1) select * from d', 'select 1; drop table record'])
      expect(await call(client, 'sql', { query })).toMatchObject({ failed: true });
    expect((await call(client, 'sql', { query: 'select * from recordd' })).text).toContain('recordd');
    expect((await call(client, 'explain_schema', { table: 'record' })).text).toMatch(/^oai_identifier text: /m);
    expect((await call(client, 'explain_schema', {})).text).toMatch(/^analytics\./m);
  });

  test('an endless query ends when its client leaves, and when its time is over', async () => {
    const client = await connect();
    const endless = 'select count(*) from generate_series(1, 1e12)';
    const left = call(client, 'sql', { query: endless }).catch((error: unknown) => error);
    const running = async (): Promise<number> =>
      (
        await stocked.database.db.pool.query(
          `select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%1e12%' and pid <> pg_backend_pid()`,
        )
      ).rowCount!;
    await expect.poll(running, { timeout: 20_000 }).toBe(1);
    await client.close();
    await left;
    await expect.poll(running, { timeout: 20_000 }).toBe(0);
    const [near, far] = InMemoryTransport.createLinkedPair();
    const ask = async () => ({ status: 200, body: '{}' });
    const server = createMcpServer({ ask, sql: { db: reader, timeoutMs: 300 }, docs: [], version: '1' });
    await server.connect(far);
    const direct = new Client({ name: 'test', version: '1' });
    await direct.connect(near);
    expect(await call(direct, 'sql', { query: endless })).toMatchObject({
      failed: true,
      text: expect.stringMatching(/was ended after 0.3 s/),
    });
    await direct.close();
  });

  test('the documentation can be read', async () => {
    const client = await connect();
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain('thresher://docs/search');
    const { contents } = await client.readResource({ uri: 'thresher://docs/search' });
    expect((contents[0] as { text: string }).text).toMatch(/^# /);
  });

  test('SQL is for the machine of the API, or for the admin key; other sites are refused', async () => {
    const proxied = await connect({ 'x-forwarded-for': '192.0.2.1' });
    expect(await call(proxied, 'sql', { query: 'select 1' })).toMatchObject({
      failed: true,
      text: expect.stringMatching(/not open to this client/),
    });
    expect((await call(proxied, 'search_records', { query: '' })).failed).toBe(false);
    const post = (headers: Record<string, string>) =>
      stocked.app.inject({ method: 'POST', url: '/mcp', headers: { 'content-type': 'application/json', ...headers }, payload: '{}' });
    expect((await post({ origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await post({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    await using keyed = await createStockedApi({ seed: 8, size: 0 }, { readDb: reader, adminKey: 'k'.repeat(20) });
    const keyedUrl = new URL('/mcp', await keyed.app.listen({ host: '127.0.0.1', port: 0 }));
    for (const [authorization, failed] of [
      ['Bearer wrong', true],
      [`Bearer ${'k'.repeat(20)}`, false],
    ] as const) {
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StreamableHTTPClientTransport(keyedUrl, { requestInit: { headers: { authorization } } }));
      expect(await call(client, 'sql', { query: 'select 1' })).toMatchObject({ failed });
      await client.close();
    }
  });
});
