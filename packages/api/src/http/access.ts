import { createHash, timingSafeEqual } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { ApiKey } from '@thresher/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problems/problem.ts';
import { clientOf } from './client.ts';
import { createFailureLimit, type FailureLimit } from './failure-limit.ts';
import type { Api } from './instance.ts';
import { isOperation } from './operation-paths.ts';

const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const MINUTE_MS = 60_000;
/** Unknown keys that a client may send. */
export const WRONG_KEYS_LIMIT = { most: 10, windowMs: MINUTE_MS };

/**
 * Keys and limits, if there are any. A key comes as `Authorization: Bearer`, `X-API-Key` or `access_token`, as programs
 * written for Zenodo send theirs. While Redis does not answer, requests are not counted and none is refused.
 */
export function addAccess(app: Api, { access, adminKey }: Pick<ApiDeps, 'access' | 'adminKey'>): void {
  const named = access?.keys ?? [];
  // The operator's key is known wherever keys are looked at.
  const keys = named.length > 0 && adminKey !== undefined ? [...named, { name: 'admin', key: adminKey, perMinute: null }] : named;
  const perMinute = access?.perMinute ?? null;
  addRateHeaders(app);
  if (keys.length === 0 && perMinute === null) return;
  const known = new WeakMap<FastifyRequest, ApiKey>();
  const readKey = createKeyReader(keys, createFailureLimit(WRONG_KEYS_LIMIT));
  app.addHook('onRequest', async (request, reply) => {
    if (isOperation(request)) return;
    const key = readKey(request, reply);
    if (key !== null) known.set(request, key);
    else if (perMinute === 0) throw new ApiProblem(401, 'unknown-key', 'a key is needed here: send it as Authorization: Bearer KEY');
  });
  const limitOf = (request: FastifyRequest): number => {
    const key = known.get(request);
    return (key === undefined ? perMinute : key.perMinute) ?? NO_LIMIT;
  };
  void app.register(rateLimit, {
    timeWindow: MINUTE_MS,
    ...(access?.shared && { redis: access.shared.redis, nameSpace: access.shared.prefix, skipOnError: true }),
    max: limitOf,
    // A key may be called like an address.
    keyGenerator: (request) => {
      const key = known.get(request);
      return key === undefined ? `client:${clientOf(request.ip)}` : `key:${key.name}`;
    },
    allowList: (request) => isOperation(request) || limitOf(request) === NO_LIMIT,
    errorResponseBuilder: (_, { max, ttl }) =>
      new ApiProblem(429, 'too-many-requests', `more than ${max} requests in a minute: go on in ${Math.ceil(ttl / 1000)} seconds`),
  });
}

/** What a reply says if there is no limit: programs that wait for a rest of zero go on. */
const UNLIMITED = 1_000_000;

/** Zenodo's replies always have these headers, the time of the reset in seconds since 1970. */
function addRateHeaders(app: Api): void {
  app.addHook('onSend', async (_, reply) => {
    const now = Math.floor(Date.now() / 1000);
    const left = reply.getHeader('x-ratelimit-reset');
    if (left !== undefined) return void reply.header('x-ratelimit-reset', String(now + Number(left)));
    reply.headers({
      'x-ratelimit-limit': String(UNLIMITED),
      'x-ratelimit-remaining': String(UNLIMITED),
      'x-ratelimit-reset': String((Math.floor(now / 60) + 1) * 60),
    });
  });
}

/**
 * Reads the key of a request: null if it has none. Throws an `ApiProblem` for an unknown key, with `unknown` as its sentence, and for a
 * client with too many of them.
 */
export function createKeyReader(
  keys: readonly ApiKey[],
  wrongKeys: FailureLimit,
  unknown = 'this key is not known here: leave it out, or ask the operator for one',
): (request: FastifyRequest, reply: FastifyReply) => ApiKey | null {
  const digests = keys.map((key) => [key, digestOf(key.key)] as const);
  return (request, reply) => {
    const shown = keys.length === 0 ? null : shownKey(request);
    if (shown === null) return null;
    const client = clientOf(request.ip);
    // A right key is refused too: else a client could go on guessing and see which one is let in.
    const waitMs = wrongKeys.waitMs(client, Date.now());
    if (waitMs > 0) throw tooManyWrongKeys(reply, waitMs);
    const digest = digestOf(shown);
    // Every key is compared, so that the time does not reveal which one is near.
    const [found] = digests.filter(([, one]) => timingSafeEqual(one, digest)).map(([key]) => key);
    if (found !== undefined) return found;
    wrongKeys.count(client, Date.now());
    throw new ApiProblem(401, 'unknown-key', unknown);
  };
}

function tooManyWrongKeys(reply: FastifyReply, waitMs: number): ApiProblem {
  const seconds = Math.ceil(waitMs / 1000);
  reply.header('retry-after', String(seconds));
  return new ApiProblem(
    429,
    'too-many-requests',
    `more than ${WRONG_KEYS_LIMIT.most} unknown keys in a minute: send no key, or go on in ${seconds} seconds`,
  );
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
