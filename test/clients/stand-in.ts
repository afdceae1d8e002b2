import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where zenodo.org and doi.org seem to be, for programs that accept no other address. */
export interface StandIn extends AsyncDisposable {
  /** Environment that leads a program here and makes it trust the certificate. */
  readonly env: Readonly<Record<string, string>>;
  /** What was asked, in order: `GET zenodo.org/api/records`. */
  readonly asked: readonly string[];
}

/**
 * A proxy on the loopback address that ends TLS for zenodo.org and doi.org. What is asked of zenodo.org goes to the API at
 * `apiOrigin`, as through any reverse proxy; the contents of files, by their key, come from here, since a mirror of metadata
 * has none; doi.org redirects as it does. All other hosts are refused. `folder` keeps the certificate.
 */
export async function startStandIn(apiOrigin: string, contents: Readonly<Record<string, string>>, folder: string): Promise<StandIn> {
  const { key, cert } = await makeCertificate(folder);
  const asked: string[] = [];
  const inner = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, (request, reply) => {
    asked.push(`${request.method} ${request.headers.host}${request.url}`);
    void answer(request, reply, apiOrigin, contents);
  });
  const outer = createServer((_, reply) => reply.writeHead(502).end());
  outer.on('connect', (request: IncomingMessage, socket: Duplex) => {
    if (!/^(?:zenodo|doi)\.org:443$/.test(request.url ?? '')) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inner.emit('connection', socket);
  });
  const proxy = `http://127.0.0.1:${await listen(outer)}`;
  const env = {
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: cert,
    REQUESTS_CA_BUNDLE: cert,
    SSL_CERT_FILE: cert,
    CURL_CA_BUNDLE: cert,
  };
  return { env, asked, [Symbol.asyncDispose]: async () => void (inner.closeAllConnections(), outer.closeAllConnections(), outer.close()) };
}

async function makeCertificate(folder: string): Promise<{ key: string; cert: string }> {
  await mkdir(folder, { recursive: true });
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const names = ['-subj', '/CN=zenodo.org', '-addext', 'subjectAltName=DNS:zenodo.org,DNS:doi.org'];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', ...names]);
  return { key, cert };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

async function answer(
  request: IncomingMessage,
  reply: ServerResponse,
  apiOrigin: string,
  contents: Readonly<Record<string, string>>,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'https://zenodo.org');
  if (request.headers.host === 'doi.org') return void reply.writeHead(302, { location: `https://zenodo.org/doi${request.url}` }).end();
  const file = /^\/(?:api\/)?records\/\d+\/files\/([^/]+)(?:\/content)?$/.exec(pathname)?.[1];
  const content = file === undefined ? undefined : contents[decodeURIComponent(file)];
  if (content !== undefined) return void reply.writeHead(200, { 'content-length': Buffer.byteLength(content) }).end(content);
  await passOn(request, reply, apiOrigin);
}

async function passOn(request: IncomingMessage, reply: ServerResponse, apiOrigin: string): Promise<void> {
  const { host = '', connection: _, ...sent } = request.headers;
  const headers = {
    ...(sent as Record<string, string>),
    'x-forwarded-host': host,
    'x-forwarded-proto': 'https',
    'accept-encoding': 'identity',
  };
  try {
    const answered = await fetch(`${apiOrigin}${request.url}`, { method: request.method ?? 'GET', headers, redirect: 'manual' });
    reply.writeHead(answered.status, Object.fromEntries(answered.headers)).end(Buffer.from(await answered.arrayBuffer()));
  } catch (error) {
    reply.writeHead(502).end(String(error));
  }
}
