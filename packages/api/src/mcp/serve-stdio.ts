import { once } from 'node:events';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Readable, Writable } from 'node:stream';
import type { Config } from '@thresher/runtime';
import { buildApi } from '../api.ts';
import type { ApiDeps } from '../deps.ts';
import { apiDeps, type OpenedParts } from '../serve-api.ts';
import { createAskApi } from './ask-api.ts';
import { readDocs } from './docs-resources.ts';
import { createMcpServer } from './mcp-server.ts';

/** The sections of the configuration that `serveMcp` needs. */
export const MCP_SECTIONS = ['elasticsearch', 'http', 'contact', 'load'] as const;

/** Where messages come from and go to. */
export interface McpStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Serves the Model Context Protocol on these streams until the client closes them or the signal fires. The user who starts this process
 * is the operator, so SQL is open. Links in records lead to the API on PORT of this machine, or at PUBLIC_URL.
 */
export async function serveMcp(
  config: Pick<Config, (typeof MCP_SECTIONS)[number]>,
  { readDb, ...parts }: OpenedParts & { readonly readDb: NonNullable<ApiDeps['readDb']> },
  { input, output }: McpStreams,
  signal: AbortSignal,
): Promise<void> {
  await using app = buildApi({ ...apiDeps(config, parts), webRoot: null });
  const docs = await readDocs();
  const ask = createAskApi(app, { headers: { host: `127.0.0.1:${config.http.port}` } });
  const transport = new StdioServerTransport(input, output);
  const onerror = (error: Error): void => parts.log.warn({ err: error }, 'a message could not be served');
  const ended = new AbortController();
  input.once('close', () => ended.abort()).once('end', () => ended.abort());
  const served = serveStdio(() => createMcpServer({ ask, sql: { db: readDb }, docs, version: parts.version }), { transport, onerror });
  const end = AbortSignal.any([signal, ended.signal]);
  if (!end.aborted) await once(end, 'abort');
  await served.close();
}
