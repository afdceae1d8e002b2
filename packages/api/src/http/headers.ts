import type { FastifyReply } from 'fastify';
import type { Api } from './instance.ts';

/** Everything comes from this origin, and nothing runs that is not a file of it. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Headers of every answer. */
export function addHeaders(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': DATA_POLICY,
      // To be kept, and asked for each time whether it is still the same.
      'cache-control': 'no-cache',
      vary: 'accept-encoding',
    });
  });
}

/** What a page needs instead of what data needs. */
export function allowPage(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'content-security-policy': PAGE_POLICY,
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  });
}
