import { createHash, timingSafeEqual } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { ApiKey } from '@thresher/runtime';
import type { FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problems/problem.ts';
import type { Api } from './instance.ts';

/** For those who run it: never limited. */
const OPERATION = new Set(['/healthz', '/readyz', '/metrics']);
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * Keys and limits, where there are any. A key comes as `Authorization: Bearer`, `X-API-Key` or `access_token`, as programs
 * written for Zenodo send theirs. Where counts are shared and cannot be had, nobody is turned away.
 */
export function addAccess(app: Api, access: ApiDeps['access']): void {
  const keys = access?.keys ?? [];
  const perMinute = access?.perMinute ?? null;
  if (keys.length === 0 && perMinute === null) return;
  const known = new WeakMap<FastifyRequest, ApiKey>();
  app.addHook('onRequest', async (request) => {
    if (OPERATION.has(request.routeOptions.url ?? '')) return;
    const key = keyOf(request, keys);
    if (key !== null) known.set(request, key);
    else if (perMinute === 0) throw new ApiProblem(401, 'unknown-key', 'a key is needed here: send it as Authorization: Bearer KEY');
  });
  const limitOf = (request: FastifyRequest): number => {
    const key = known.get(request);
    return (key === undefined ? perMinute : key.perMinute) ?? NO_LIMIT;
  };
  void app.register(rateLimit, {
    timeWindow: 60_000,
    ...(access?.shared && { redis: access.shared.redis, nameSpace: access.shared.prefix, skipOnError: true }),
    max: limitOf,
    keyGenerator: (request) => known.get(request)?.name ?? request.ip,
    allowList: (request) => OPERATION.has(request.routeOptions.url ?? '') || limitOf(request) === NO_LIMIT,
    errorResponseBuilder: (_, { max, ttl }) =>
      new ApiProblem(429, 'too-many-requests', `more than ${max} requests in a minute: go on in ${Math.ceil(ttl / 1000)} seconds`),
  });
}

/** Null where none is shown. Throws for one that is not known. */
function keyOf(request: FastifyRequest, keys: readonly ApiKey[]): ApiKey | null {
  const shown = shownKey(request);
  if (shown === null || keys.length === 0) return null;
  const digest = digestOf(shown);
  const found = keys.find((one) => timingSafeEqual(digestOf(one.key), digest));
  if (found !== undefined) return found;
  throw new ApiProblem(401, 'unknown-key', 'this key is not known here: leave it out, or ask whoever runs this for one');
}

function shownKey({ headers, query }: FastifyRequest): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const named = headers['x-api-key'];
  const token = (query as Readonly<Record<string, unknown>> | undefined)?.['access_token'];
  return bearer ?? [named, token].find((one) => typeof one === 'string' && one !== '')?.toString() ?? null;
}

/** Digests are equally long, as the comparison wants them. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
