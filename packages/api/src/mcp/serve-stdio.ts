import { once } from 'node:events';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Readable, Writable } from 'node:stream';
import { buildApi } from '../api.ts';
import type { ApiDeps } from '../deps.ts';
import { createAskApi } from './ask-api.ts';
import { readDocs } from './documents.ts';
import { createMcpServer } from './mcp-server.ts';

/** Where messages come from and go to. */
export interface McpStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Serves the Model Context Protocol on these streams until the client closes them or the signal fires. The user who starts this process
 * is the operator, so SQL is open.
 *
 * @param host where links in records lead to, as host:port
 */
export async function serveMcp(
  deps: ApiDeps & { readonly readDb: NonNullable<ApiDeps['readDb']> },
  host: string,
  { input, output }: McpStreams,
  signal: AbortSignal,
): Promise<void> {
  await using app = buildApi({ ...deps, webRoot: null });
  const docs = await readDocs();
  const ask = createAskApi(app, { headers: { host } });
  const transport = new StdioServerTransport(input, output);
  const onerror = (error: Error): void => deps.log.warn({ err: error }, 'a message could not be served');
  const ended = new AbortController();
  input.once('close', () => ended.abort()).once('end', () => ended.abort());
  const served = serveStdio(() => createMcpServer({ ask, sql: { db: deps.readDb }, docs, version: deps.version }), { transport, onerror });
  const end = AbortSignal.any([signal, ended.signal]);
  if (!end.aborted) await once(end, 'abort');
  await served.close();
}
