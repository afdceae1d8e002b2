import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { SimAnswer, SimRequest, Transport } from '../answer.ts';
import { createSim, handle, PATH, prepare } from './sim.ts';
import type { Sim, SimOptions } from './sim.ts';

export interface ServerOptions extends SimOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** gzip for clients that ask for it; off by default, as it costs more than making the page. */
  readonly gzip?: boolean;
  /** Milliseconds since 1970; default the real clock. */
  readonly clock?: () => number;
}

export interface RunningServer {
  /** The OAI-PMH base URL. */
  readonly url: string;
  /** The server's root, for `/_sim/…`. */
  readonly origin: string;
  readonly sim: Sim;
  /** Stops listening and closes every connection. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves a simulator over HTTP with keep-alive until it is closed. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const sim = createSim(options);
  const clock = options.clock ?? Date.now;
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    respond(sim, clock, options.gzip === true, incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const host = options.host ?? '127.0.0.1';
  await listen(server, options.port ?? 0, host);
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await sim.exporter.close();
  };
  return { url: origin + PATH, origin, sim, close, [Symbol.asyncDispose]: close };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function respond(sim: Sim, clock: () => number, gzip: boolean, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await readRequest(incoming);
  await prepare(request, sim, clock());
  const answer = handle(request, sim, clock());
  if (answer.delayMs !== undefined) await wait(answer.delayMs);
  if (answer.stream !== undefined) return sendStream(answer, answer.stream, incoming.method === 'HEAD', response);
  const zipped = gzip && answer.transport === undefined && /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''));
  const body = zipped ? gzipSync(answer.body, { level: 1 }) : answer.body;
  const headers = { ...answer.headers, 'content-length': String(body.length), ...(zipped ? { 'content-encoding': 'gzip' } : {}) };
  if (answer.transport === undefined) {
    response.writeHead(answer.status, headers);
    response.end(incoming.method === 'HEAD' ? undefined : body);
  } else await sendBadly(answer, answer.transport, headers, response);
}

async function readRequest(incoming: IncomingMessage): Promise<SimRequest> {
  const { method = 'GET', url = '/' } = incoming;
  const request = {
    method,
    url,
    headers: incoming.headers as Record<string, string | undefined>,
    address: incoming.socket.remoteAddress ?? '',
  };
  if (method !== 'POST' || !url.startsWith('/_sim/')) {
    incoming.resume();
    return request;
  }
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return { ...request, body: Buffer.concat(parts).toString() };
}

async function sendBadly(
  answer: SimAnswer,
  transport: Transport,
  headers: Record<string, string>,
  response: ServerResponse,
): Promise<void> {
  if (transport.kind === 'cut-before-headers') return void response.destroy();
  response.writeHead(answer.status, headers);
  if (transport.kind === 'slow-body') return sendSlowly(answer.body, transport.ms, response);
  if (transport.kind === 'stall') {
    response.flushHeaders();
    await Promise.race([wait(transport.ms, undefined, { ref: false }), new Promise((resolve) => response.once('close', resolve))]);
  } else await new Promise((resolve) => response.write(answer.body.subarray(0, Math.floor(answer.body.length * transport.share)), resolve));
  response.destroy();
}

/** A large body; where no length is announced it is sent in chunks. */
async function sendStream(
  answer: SimAnswer,
  { length, bytes }: NonNullable<SimAnswer['stream']>,
  isHead: boolean,
  response: ServerResponse,
): Promise<void> {
  const { transport, headers } = answer;
  if (transport?.kind === 'cut-before-headers') return void response.destroy();
  response.writeHead(answer.status, headers['accept-ranges'] === undefined ? headers : { ...headers, 'content-length': String(length) });
  if (isHead) return void response.end();
  const share = transport?.kind === 'cut-body' ? transport.share : transport?.kind === 'stall' ? 0 : 1;
  response.flushHeaders();
  let sent = 0;
  for await (const chunk of bytes(Math.floor(length * share))) {
    if (response.destroyed) return;
    await new Promise((resolve) => response.write(chunk, resolve));
    sent += chunk.length;
    if (transport?.kind === 'slow-body') await wait((transport.ms * chunk.length) / length);
  }
  if (transport?.kind === 'stall')
    await Promise.race([wait(transport.ms, undefined, { ref: false }), new Promise((resolve) => response.once('close', resolve))]);
  if (sent < length) response.destroy();
  else response.end();
}

const PIECES = 20;

async function sendSlowly(body: Uint8Array, ms: number, response: ServerResponse): Promise<void> {
  for (let piece = 0; piece < PIECES && !response.destroyed; piece++) {
    response.write(body.subarray(Math.floor((body.length * piece) / PIECES), Math.floor((body.length * (piece + 1)) / PIECES)));
    await wait(ms / PIECES);
  }
  response.end();
}
