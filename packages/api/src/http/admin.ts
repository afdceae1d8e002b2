import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblem } from '../problems/problem.ts';
import { createKeyReader, WRONG_KEYS_LIMIT } from './access.ts';
import { createFailureLimit } from './failure-limit.ts';
import { isLoopback } from './origin.ts';

/** Refuses a request that may not do what only the operator may: run SQL, act on harvests. */
export type AdminCheck = (request: FastifyRequest, reply: FastifyReply) => void;

const NEEDED = 'this needs the admin key (ADMIN_KEY): send it as Authorization: Bearer KEY';

/**
 * With an admin key, a client that shows it is the operator. Without one, the operator is a person or a program on this machine: a
 * connection from a loopback address to a loopback name (a page whose name leads to this machine has another name), through no proxy.
 * A page of another site never is. Make one check for all routes, as it counts wrong keys.
 *
 * The check throws an `ApiProblem`: 401 for a wrong or missing key, 403 for a request that comes from elsewhere, 429 after too many
 * wrong keys.
 */
export function createAdminCheck(adminKey: string | undefined): AdminCheck {
  if (adminKey === undefined) return assertFromThisMachine;
  const keys = [{ name: 'admin', key: adminKey, perMinute: null }];
  const readKey = createKeyReader(keys, createFailureLimit(WRONG_KEYS_LIMIT), NEEDED);
  return (request, reply) => {
    assertSameSite(request);
    if (readKey(request, reply) === null) throw new ApiProblem(401, 'unknown-key', NEEDED);
  };
}

/** What a browser or a proxy adds to a request that does not begin on this machine, or not on our own page. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

function assertFromThisMachine(request: FastifyRequest): void {
  const { headers, socket } = request;
  const here = isLoopbackAddress(socket.remoteAddress) && isLoopback(hostnameOf(`http://${headers.host ?? ''}`));
  if (!here || FORWARDED.some((name) => name in headers))
    throw new ApiProblem(403, 'admin-only', 'this works only from the machine of the API, or with an admin key: set ADMIN_KEY');
  assertSameSite(request);
}

/** Throws an `ApiProblem` if a page of another site sends the request. A program sends neither of these headers. */
export function assertSameSite({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const site = headers['sec-fetch-site'];
  const { origin, host } = headers;
  const foreign = origin !== undefined && URL.parse(origin)?.host !== host;
  if (foreign || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    throw new ApiProblem(403, 'admin-only', 'a page of another site may not do this');
}

const hostnameOf = (url: string): string => URL.parse(url)?.hostname ?? '';

const isLoopbackAddress = (address: string | undefined): boolean =>
  address !== undefined && (address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address));
