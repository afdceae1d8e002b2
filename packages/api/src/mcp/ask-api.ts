import type { Api } from '../http/instance.ts';

/** What the API answered. */
export interface ApiReply {
  readonly status: number;
  readonly body: string;
}

/** Asks this API for a path, as an HTTP client does, so that its checks and limits hold for tools, too. */
export type AskApi = (path: string, accept?: string) => Promise<ApiReply>;

/** @param client the address that requests are counted for, and headers that say who it is */
export function createAskApi(
  app: Pick<Api, 'inject'>,
  client: { readonly remoteAddress?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): AskApi {
  return async (path, accept = 'application/json') => {
    const reply = await app.inject({
      method: 'GET',
      url: path,
      headers: { ...client.headers, accept },
      ...(client.remoteAddress !== undefined && { remoteAddress: client.remoteAddress }),
    });
    return { status: reply.statusCode, body: reply.body };
  };
}
