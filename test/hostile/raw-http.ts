import { connect, type Socket } from 'node:net';

/** A request as its bytes are written, right or wrong. Every character is one byte. */
export interface RawRequest {
  readonly method: string;
  /** What stands between method and version. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
}

export interface RawReply {
  /** 0 if the server closed the connection without an answer. */
  readonly status: number;
  /** Status line and headers as they came. */
  readonly head: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Sends a request over its own connection to 127.0.0.1 and reads the answer to its end; of a stream of events the first one. */
export async function sendRaw(port: number, { method, target, headers, body }: RawRequest): Promise<RawReply> {
  const socket = connect(port, '127.0.0.1');
  // The server may close before all is written: what it answered counts.
  socket.on('error', () => {});
  const payload = body === null ? null : Buffer.from(body);
  const lines = [...headers, ['connection', 'close'], ...(payload === null ? [] : [['content-length', String(payload.length)]])];
  const head = [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  socket.write(Buffer.concat([Buffer.from(head, 'latin1'), payload ?? Buffer.alloc(0)]));
  return readReply(await readBytes(socket).catch(() => Buffer.alloc(0)));
}

async function readBytes(socket: Socket): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const piece of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, piece]);
    // Leaving the loop closes the connection.
    if (hasEvent(bytes)) break;
  }
  return bytes;
}

function hasEvent(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  return (
    end >= 0 && /^content-type: text\/event-stream/im.test(bytes.subarray(0, end).toString('latin1')) && bytes.includes('\n\n', end + 4)
  );
}

function readReply(bytes: Buffer): RawReply {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, Math.max(end, 0)).toString('latin1');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const rest = bytes.subarray(end < 0 ? bytes.length : end + 4);
  const body = headers.get('transfer-encoding') === 'chunked' ? withoutChunks(rest) : rest;
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1] ?? 0), head, headers, body };
}

function withoutChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd < 0 || Number.isNaN(length) || length === 0) break;
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return Buffer.concat(chunks);
}
