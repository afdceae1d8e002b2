import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** How many ports after the usual one are tried before the system picks one. */
const neighbours = 9;

/**
 * The usual port if it is free on loopback, otherwise one of the next nine, otherwise one that the system picks.
 *
 * @param before a port that is tried first: the one of the last start
 */
export async function freePort(usual: number, before?: number): Promise<number> {
  const next = usual === 0 ? [] : Array.from({ length: neighbours + 1 }, (_, n) => usual + n);
  for (const port of [...(before === undefined ? [] : [before]), ...next, 0]) {
    const free = await tryPort(port);
    if (free !== undefined) return free;
  }
  return usual;
}

/** The port in a file that `keepPort` wrote; undefined without one. */
export function keptPort(file: string): number | undefined {
  const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : Number.NaN;
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** Notes a port, so that the next start takes the same one. */
export const keepPort = (file: string, port: number): void => writeFileSync(file, String(port));

const mostTries = 4;

/**
 * Starts a server on a free port. Between the look at a port and the server's own use of it another program may take
 * it: then the server is started on another port.
 *
 * @param usual preferred for the first try
 * @param start throws if the server does not come up
 * @param options `signal`: no further try after it aborts; `before`: tried before the usual one
 * @throws what `start` throws while its port is free: then the port was not the cause
 */
export async function startOnFreePort<T>(
  usual: number,
  start: (port: number) => Promise<T>,
  { signal, before }: { readonly signal?: AbortSignal; readonly before?: number | undefined } = {},
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const port = tries === 1 ? await freePort(usual, before) : await freePort(0);
    try {
      return await start(port);
    } catch (cause) {
      if (tries === mostTries || signal?.aborted === true || (await tryPort(port)) !== undefined) throw cause;
    }
  }
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
