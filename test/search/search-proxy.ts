import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a proxy does with one write; null: passes it on. */
export type Refusal = { readonly status: number; readonly type: string; readonly reason: string } | null;

/** Stands before the real Elasticsearch; what it does wrong may be changed at any time. */
export interface SearchProxy extends AsyncDisposable {
  readonly url: string;
  /** For single documents of bulk requests, by their `_id`. */
  refuse: (id: string) => Refusal;
  /** Answers bulk requests as a whole with this HTTP status. */
  answerBulk: number | null;
  /** Bulk requests so far. */
  bulks: number;
  /** Bulk requests wait for this before they are passed on. */
  hold: Promise<void> | null;
}

/** Passes everything on to the server at `target`. */
export async function startSearchProxy(target: string): Promise<SearchProxy> {
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The client sends its name and password, which `fetch` takes in no URL.
  const [address, own] = [new URL(target), new URL(target)];
  own.port = String((server.address() as AddressInfo).port);
  address.username = address.password = '';
  const proxy: SearchProxy = {
    url: own.href.replace(/\/$/, ''),
    refuse: () => null,
    answerBulk: null,
    bulks: 0,
    hold: null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    response.setHeader('x-elastic-product', 'Elasticsearch');
    response.setHeader('content-type', request.headers.accept ?? 'application/json');
    if (!request.url!.includes('/_bulk')) {
      const passed = await forward(request, body);
      response.writeHead(passed.status).end(Buffer.from(await passed.arrayBuffer()));
      return;
    }
    proxy.bulks++;
    await proxy.hold;
    if (proxy.answerBulk !== null) {
      response.writeHead(proxy.answerBulk).end(JSON.stringify({ error: { type: 'proxy', reason: 'this gateway permits no writes' } }));
      return;
    }
    const actions = operations(body.toString());
    const kept = actions.filter(({ id }) => proxy.refuse(id) === null);
    const text = kept.map(({ lines }) => lines).join('');
    const passed = text === '' ? [] : ((await (await forward(request, Buffer.from(text))).json()) as { items: unknown[] }).items;
    const items = actions.map(({ id, kind }) => {
      const refusal = proxy.refuse(id);
      return refusal === null ? passed.shift() : { [kind]: { _id: id, status: refusal.status, error: refusal } };
    });
    response.end(JSON.stringify({ took: 1, errors: items.length > kept.length, items }));
  }

  const forward = (request: IncomingMessage, body: Buffer): Promise<Response> =>
    fetch(new URL(request.url!, address), {
      method: request.method!,
      headers: {
        'content-type': request.headers['content-type'] ?? 'application/json',
        accept: request.headers.accept ?? '*/*',
        ...(request.headers.authorization !== undefined && { authorization: request.headers.authorization }),
      },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
  return proxy;
}

function operations(body: string): { readonly id: string; readonly kind: string; readonly lines: string }[] {
  const lines = body.split('\n').slice(0, -1);
  const found = [];
  for (let at = 0; at < lines.length;) {
    const [[kind, { _id: id }]] = Object.entries(JSON.parse(lines[at]!) as Record<string, { _id: string }>) as [[string, { _id: string }]];
    const end = at + (kind === 'delete' ? 1 : 2);
    found.push({ id, kind, lines: `${lines.slice(at, end).join('\n')}\n` });
    at = end;
  }
  return found;
}
