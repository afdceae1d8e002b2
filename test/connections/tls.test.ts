import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSearchClient, DEFAULT_ALIAS, deleteIndex, indexName } from '@thresher/search';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, it } from 'vitest';
import { startServices } from '../../scripts/services/start-services.ts';
import { startProgram, startSimulator } from '../harvest/programs.ts';
import { type Certificate, makeCertificate, tlsRedis } from './tls-servers.ts';

const { ELASTICSEARCH_URL = '' } = process.env;

/** The Elasticsearch of the tests behind a proxy that ends TLS, as a managed cluster is. */
async function tlsProxy(target: string, { key, cert }: Certificate, stack: AsyncDisposableStack): Promise<string> {
  const { hostname, port, username, password } = new URL(target);
  const proxy = createServer({ key, cert }, (asked, answer) => {
    const { url, method, headers } = asked;
    const forwarded = request({ hostname, port, path: url, method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    asked.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  stack.defer(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `https://${username}:${password}@localhost:${(proxy.address() as AddressInfo).port}`;
}

async function keysIn(url: string, ca: string): Promise<string[]> {
  const redis = new Redis(url, { tls: { ca } });
  try {
    return await redis.keys('bull:*');
  } finally {
    redis.disconnect();
  }
}

it(
  'harvests with PostgreSQL, Redis and Elasticsearch behind TLS, and refuses certificates of an unknown authority',
  { timeout: 180_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const certificate = await makeCertificate(folder);
    const services = stack.use(
      await startServices({
        home: join(folder, 'home'),
        env: {
          PATH: '/usr/bin:/bin',
          HOME: process.env['HOME'],
          REDIS_URL: 'redis://127.0.0.1:1',
          ELASTICSEARCH_URL: 'http://127.0.0.1:1',
        },
        postgresSettings: { ssl: 'on', ssl_cert_file: certificate.certFile, ssl_key_file: certificate.keyFile, fsync: 'off' },
        log: () => {},
      }),
    );
    const plain = services.env['DATABASE_URL']!;
    const databaseUrl = `${plain.replace('127.0.0.1', 'localhost')}?sslmode=verify-full`;
    const redisUrl = await tlsRedis(folder, certificate, stack);
    const elasticsearchUrl = await tlsProxy(ELASTICSEARCH_URL, certificate, stack);
    const env = {
      DATABASE_URL: databaseUrl,
      ELASTICSEARCH_URL: elasticsearchUrl,
      ...(redisUrl !== null && { REDIS_URL: redisUrl }),
      HOME: folder,
    };
    const trusting = { ...env, NODE_EXTRA_CA_CERTS: certificate.certFile };
    const sim = stack.use(await startSimulator(['--size', '300']));

    const refuses = async (server: string, own: Readonly<Record<string, string>>, ...args: string[]): Promise<void> => {
      await using program = startProgram('cli', args, { HOME: folder, ...own });
      const { code, stderr } = await program.ended;
      expect(code, `${server}: ${stderr}`).toBe(1);
      expect(stderr).toMatch(new RegExp(`${server}.*self-signed certificate.*NODE_EXTRA_CA_CERTS`, 's'));
      expect(stderr).not.toMatch(/^ +at /m);
    };
    await refuses('', env, 'migrate');
    const run = async (...args: string[]): Promise<string> => {
      await using program = startProgram('cli', args, trusting);
      const { code, stdout, stderr } = await program.ended;
      expect(code, stderr).toBe(0);
      return stdout;
    };
    await run('migrate');
    const client = new pg.Client({ connectionString: plain });
    await client.connect();
    stack.defer(() => client.end());
    const { rows: installations } = await client.query<{ id: string }>('select id from harvest.installation');
    stack.defer(async () => {
      await deleteIndex(await createSearchClient(ELASTICSEARCH_URL), indexName(DEFAULT_ALIAS, installations[0]!.id));
    });
    await client.query(`create table public.sessions (ssl boolean);
    create function note() returns trigger language plpgsql as $$ begin
      insert into public.sessions select ssl from pg_stat_ssl where pid = pg_backend_pid(); return null; end $$;
    create trigger note after insert on public.record for each statement execute function note()`);
    if (redisUrl !== null) await refuses('Redis', { DATABASE_URL: plain, REDIS_URL: redisUrl }, 'harvest', sim.url);
    await refuses('Elasticsearch', { DATABASE_URL: plain, ELASTICSEARCH_URL: elasticsearchUrl }, 'harvest', sim.url);
    await run('harvest', sim.url);
    const { rows } = await client.query(`select (select count(*)::int from record) as records, (select bool_and(ssl) from sessions) as ssl,
    (select count(*)::int from harvest.page where state <> 'done') as waiting`);
    expect(rows).toEqual([{ records: 300, ssl: true, waiting: 0 }]);
    const keys = redisUrl === null ? ['no Redis here'] : await keysIn(redisUrl, certificate.cert);
    expect(keys).not.toEqual([]);
  },
);
