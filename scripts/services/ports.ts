import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** The usual port when it is free on loopback, otherwise one that the system picks. */
export async function freePort(usual: number): Promise<number> {
  return (await tryPort(usual)) ?? (await tryPort(0)) ?? usual;
}

const mostTries = 4;

/**
 * Starts a server on a free port. Between the look at a port and the server's own use of it another program may take
 * it: then the server is started on another port.
 *
 * @param usual preferred for the first try
 * @param start throws if the server does not come up
 * @param signal no further try after it aborts
 * @throws what `start` throws while its port is free: then the port was not the cause
 */
export async function startOnFreePort<T>(usual: number, start: (port: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    const port = await freePort(tries === 1 ? usual : 0);
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
