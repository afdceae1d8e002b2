import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createTestDatabase } from '@thresher/store/testing';
import { expect, it } from 'vitest';

const cli = join(import.meta.dirname, '../../packages/cli/bin/cli.ts');

it('thresher mcp answers on standard input and output, and ends with its client', { timeout: 120_000 }, async () => {
  await using database = await createTestDatabase(process.env['DATABASE_URL']);
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url };
  const transport = new StdioClientTransport({ command: process.execPath, args: [cli, 'mcp'], env, stderr: 'ignore' });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const pid = transport.pid!;
  const call = async (name: string, given: object) => {
    const { isError = false, content } = await client.callTool({ name, arguments: { ...given } });
    return { isError, content };
  };
  expect(await call('sql', { query: 'select 1 as one' })).toMatchObject({
    isError: false,
    content: [{ text: expect.stringContaining('"one"') }],
  });
  expect(await call('sql', { query: 'drop table record' })).toMatchObject({ isError: true });
  expect(await call('search_records', { query: 'x' })).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/Elasticsearch/) }],
  });
  expect(await call('get_record', { id: '1' })).toMatchObject({ isError: true });
  await client.close();
  await expect.poll(() => isRunning(pid)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
