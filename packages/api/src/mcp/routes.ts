import { once } from '@thresher/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { type AdminCheck, assertSameSite } from '../http/admin.ts';
import { clientGone } from '../http/client-gone.ts';
import type { Api } from '../http/instance.ts';
import { ApiProblem } from '../problems/problem.ts';
import { type AskApi, createAskApi } from './ask-api.ts';
import { readDocs } from './docs-resources.ts';
import type { SqlAccess } from './sql-tools.ts';

/** What a request may do is decided where its connection is known, and handed to the server that answers it. */
interface Caller {
  readonly ask: AskApi;
  readonly sql: SqlAccess;
}

/** `/mcp`: the Model Context Protocol as Streamable HTTP, one server for each request and no sessions. */
export function addMcpRoutes(
  app: Api,
  { readDb, checkAdmin, version, log }: Pick<ApiDeps, 'readDb' | 'version' | 'log'> & { readonly checkAdmin: AdminCheck },
): void {
  const onerror = (error: Error): void => log.info({ err: error }, 'a request to /mcp could not be served');
  const stack = new AsyncDisposableStack();
  app.addHook('onClose', () => stack.disposeAsync());
  // Loading the SDK takes a fifth of a second of CPU: an API without such requests does not load it.
  const handler = once(async () => {
    const [{ createMcpHandler }, { createMcpServer }] = await Promise.all([
      import('@modelcontextprotocol/server'),
      import('./mcp-server.ts'),
    ]);
    const pages = await readDocs();
    const made = createMcpHandler(({ authInfo }) => createMcpServer({ ...(authInfo!.extra as unknown as Caller), docs: pages, version }), {
      onerror,
    });
    stack.defer(() => made.close());
    return made;
  });
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    schema: { hide: true },
    handler: async (request, reply) => {
      assertSameSite(request);
      const gone = clientGone(reply);
      const extra = { ask: createAskApi(app, senderOf(request)), sql: sqlAccess(request, reply, gone) };
      const { fetch } = await handler();
      const response = await fetch(toWebRequest(request, gone), {
        authInfo: { token: '', clientId: request.ip, scopes: [], extra },
        ...(request.body !== undefined && { parsedBody: request.body }),
      });
      return reply.header('cache-control', 'no-store').send(response);
    },
  });

  function sqlAccess(request: FastifyRequest, reply: FastifyReply, signal: AbortSignal): SqlAccess {
    if (readDb === undefined) return { refused: 'this API was started without a database for queries' };
    try {
      checkAdmin(request, reply);
      return { db: readDb, signal };
    } catch (error) {
      if (error instanceof ApiProblem) return { refused: `SQL is not open to this client: ${error.message}` };
      throw error;
    }
  }
}

/** The requests of the tools count as the client's own, and show its key. */
function senderOf({ ip, headers }: FastifyRequest): { remoteAddress: string; headers: Record<string, string> } {
  const kept = ['authorization', 'x-api-key', 'host'] as const;
  const entries = kept.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : []));
  return { remoteAddress: ip, headers: Object.fromEntries(entries) };
}

function toWebRequest(request: FastifyRequest, signal: AbortSignal): Request {
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, one]),
  );
  const { method } = request;
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  return new Request(`${request.origin}/mcp`, { method, headers: new Headers(headers), signal, ...body });
}
