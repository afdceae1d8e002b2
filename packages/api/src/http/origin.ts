import type { FastifyRequest } from 'fastify';

/** Where this API is reached, `https://host:port`, for the links in its answers. */
export function originOf(request: Pick<FastifyRequest, 'protocol' | 'host'>): string {
  // The client writes this header: what is no host and port is not repeated.
  const host = /^[\w.-]+(?::\d+)?$|^\[[\da-f:]+\](?::\d+)?$/i.test(request.host ?? '') ? request.host : 'localhost';
  return (URL.parse(`${request.protocol}://${host}`) ?? new URL(`${request.protocol}://localhost`)).origin;
}
