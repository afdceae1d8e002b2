import { connect } from 'node:net';
import type { ClientBase } from 'pg';

/** Fields of a pg connection that its types leave out. */
interface Backend {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: number;
}

const cancelRequestCode = 80877102;

/**
 * Asks the server to cancel what this connection is at, over another connection that needs neither login nor a free place
 * in a pool (CancelRequest of the PostgreSQL protocol). Whether it helped shows on the connection itself; never throws.
 */
export function cancelRequest(client: ClientBase): void {
  const { host, port, processID, secretKey } = client as unknown as Backend;
  const message = Buffer.alloc(16);
  [16, cancelRequestCode, processID, secretKey].forEach((number, index) => message.writeInt32BE(number, index * 4));
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.on('error', () => socket.destroy());
  socket.setTimeout(5_000, () => socket.destroy());
  socket.end(message);
}
