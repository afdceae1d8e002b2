import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { freePort } from '../../scripts/services/ports.ts';
import { findRedis } from '../../scripts/services/redis.ts';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly certFile: string;
}

/** A certificate for names of this machine, from an unknown authority. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const [keyFile, certFile] = [join(folder, 'server.key'), join(folder, 'server.pem')];
  writeFileSync(keyFile, key, { mode: 0o600 });
  writeFileSync(certFile, cert);
  return { key, cert, keyFile, certFile };
}

/** A Redis that listens with TLS only; null if there is none on this machine. */
export async function tlsRedis(folder: string, { keyFile, certFile }: Certificate, stack: AsyncDisposableStack): Promise<string | null> {
  const program = findRedis();
  if (program === undefined) return null;
  const port = await freePort(0);
  const tls = ['--tls-port', String(port), '--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-auth-clients', 'no'];
  const server = spawn(
    program.file,
    ['--port', '0', '--bind', '127.0.0.1', '--requirepass', 'secret', '--dir', folder, '--save', '', ...tls],
    {
      argv0: program.argv0,
      stdio: 'ignore',
    },
  );
  stack.defer(async () => {
    server.kill();
    if (server.exitCode === null) await once(server, 'exit');
  });
  return `rediss://:secret@localhost:${port}`;
}
