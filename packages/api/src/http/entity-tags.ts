import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './instance.ts';

/**
 * Answers to GET and HEAD that may be kept carry a strong entity tag of their bytes, and 304 when the client has them. A compressed body
 * is another representation: its tag ends in `-br` or `-gzip`. Register it before and `tagEncodings` after compression.
 */
export function addEntityTags(app: Api): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode !== 200 || !isRead(request) || !isBytes(payload) || reply.getHeader('cache-control') === 'no-store')
      return payload;
    const tag = (reply.getHeader('etag') as string | undefined) ?? `"${hash('sha1', payload, 'base64url')}"`;
    reply.header('etag', tag);
    if (!isKnown(request.headers['if-none-match'], tag)) return payload;
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}

/** Compression is a hook of each route, which runs after those of the server; so is this one. */
export function tagEncodings(app: Api): void {
  app.addHook('onRoute', (route) => {
    route.onSend = [route.onSend ?? []].flat().concat(tagEncoding);
  });
}

async function tagEncoding(_: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const encoding = reply.getHeader('content-encoding');
  const tag = reply.getHeader('etag');
  if (typeof encoding === 'string' && typeof tag === 'string') reply.header('etag', tag.replace(/"$/, `-${encoding}"`));
  return payload;
}

/** If-None-Match compares weakly (RFC 9110 13.1.2), so the encoding and `W/` do not matter. */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const known = ifNoneMatch.split(',').map((one) =>
    one
      .trim()
      .replace(/^W\//, '')
      .replace(/-(?:br|gzip)"$/, '"'),
  );
  return known.includes('*') || known.includes(tag);
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isBytes(payload: unknown): payload is string | Buffer {
  return typeof payload === 'string' || Buffer.isBuffer(payload);
}
