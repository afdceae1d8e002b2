import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { VARIABLES } from './variables.ts';

function faultsOf(read: () => unknown): Record<string, string> {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return Object.fromEntries(error.faults.map((f) => [f.variable, f.problem]));
  }
  return {};
}

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'secret'), text);
  return join(folder, 'secret');
}

test('defaults fill what the environment leaves out', () => {
  const config = readConfig({ DATABASE_URL: 'postgres://a:b@localhost/c' }, ['database', 'redis', 'http', 'log', 'home', 'contact']);
  expect(config.database.url).toBe('postgres://a:b@localhost/c');
  expect(config.redis.url).toBeUndefined();
  expect(config.http).toEqual({ host: '127.0.0.1', port: 8080, publicUrl: undefined, proxies: undefined });
  expect(config.log.level).toBe('info');
  expect(config.home.path).toBe('.thresher');
});

test('an empty value is an unset one', () => {
  expect(readConfig({ PORT: '', REDIS_URL: '' }, ['http', 'redis'])).toEqual({
    http: { host: '127.0.0.1', port: 8080, publicUrl: undefined, proxies: undefined },
    redis: { url: undefined },
  });
});

test('all faults come at once, and only those of the asked sections', () => {
  const env = { DATABASE_URL: 'mysql://x', PORT: '80a', LOG_LEVEL: 'loud', THRESHER_CONTACT: 'me' };
  expect(Object.keys(faultsOf(() => readConfig(env, ['database', 'http', 'log'])))).toEqual(['DATABASE_URL', 'PORT', 'LOG_LEVEL']);
});

test('a missing required variable says what it is for', () => {
  expect(faultsOf(() => readConfig({}, ['database']))['DATABASE_URL']).toContain('postgres://user:password@host');
});

test('a fault names the value it found, unless that may hold a password', () => {
  const faults = faultsOf(() => readConfig({ PORT: '70000', DATABASE_URL: 'http://u:hunter2@h' }, ['http', 'database']));
  expect(faults['PORT']).toContain('"70000"');
  expect(faults['DATABASE_URL']).not.toContain('hunter2');
});

test('a port is a whole number from 0 to 65535', () => {
  expect(readConfig({ PORT: '0' }, ['http']).http.port).toBe(0);
  for (const PORT of ['-1', '65536', '1.5', ' 80', '0x50']) expect(faultsOf(() => readConfig({ PORT }, ['http']))).toHaveProperty('PORT');
});

test('ELASTICSEARCH_URL names one server or the nodes of a cluster', () => {
  const ELASTICSEARCH_URL = 'https://u:p@es1:9200, https://u:p@es2:9200';
  expect(
    readConfig({ ELASTICSEARCH_URL, ELASTICSEARCH_SHARDS: '3', ELASTICSEARCH_REPLICAS: '1' }, ['elasticsearch']).elasticsearch,
  ).toEqual({
    url: 'https://u:p@es1:9200,https://u:p@es2:9200',
    fault: undefined,
    shards: 3,
    replicas: 1,
  });
  for (const wrong of ['https://es1,es2:9200', 'https://es1,', 'redis://es1']) {
    const fault = faultsOf(() => readConfig({ ELASTICSEARCH_URL: wrong }, ['elasticsearch']));
    expect(fault, wrong).toHaveProperty('ELASTICSEARCH_URL');
  }
});

test('PUBLIC_URL is a scheme and a host, and nothing after it', () => {
  expect(readConfig({ PUBLIC_URL: 'HTTPS://Mirror.Example.org:8443/' }, ['http']).http.publicUrl).toBe('https://mirror.example.org:8443');
  for (const PUBLIC_URL of ['mirror.example.org', 'javascript:alert(1)', 'https://a/b', 'https://a?b', 'https://u:p@a', 'ftp://a'])
    expect(faultsOf(() => readConfig({ PUBLIC_URL }, ['http']))).toHaveProperty('PUBLIC_URL');
});

test('TRUSTED_PROXIES is a list of addresses and networks', () => {
  expect(readConfig({ TRUSTED_PROXIES: '127.0.0.1, 10.1.0.0/16,fd00::/8' }, ['http']).http.proxies).toEqual([
    '127.0.0.1',
    '10.1.0.0/16',
    'fd00::/8',
  ]);
  for (const TRUSTED_PROXIES of ['*', 'true', 'proxy.example.org', '10.0.0.0/33', '10.0.0.1,', '10.0.0.0/8/8', '0.0.0.0/'])
    expect(faultsOf(() => readConfig({ TRUSTED_PROXIES }, ['http']))).toHaveProperty('TRUSTED_PROXIES');
});

test('a contact that would break out of the header is refused', () => {
  for (const THRESHER_CONTACT of ['a@b\r\nX: y', 'a b@c', '<a@b>']) {
    expect(faultsOf(() => readConfig({ THRESHER_CONTACT }, ['contact']))).toHaveProperty('THRESHER_CONTACT');
  }
});

test('keys of the API have a name and perhaps a limit', () => {
  const { access } = readConfig({ API_KEYS: 'lab:0123456789abcdef, bot:fedcba9876543210-x:600', API_RATE_LIMIT: '0' }, ['access']);
  expect(access).toEqual({
    keys: [
      { name: 'lab', key: '0123456789abcdef', perMinute: null },
      { name: 'bot', key: 'fedcba9876543210-x', perMinute: 600 },
    ],
    perMinute: 0,
  });
  const faults = faultsOf(() => readConfig({ API_KEYS: 'lab:short-secret', API_RATE_LIMIT: 'many' }, ['access']));
  expect(Object.keys(faults)).toEqual(['API_KEYS', 'API_RATE_LIMIT']);
  expect(faults['API_KEYS']).not.toContain('short-secret');
});

test('NAME_FILE gives a secret from a file, without its line end', () => {
  const path = fileWith('postgres://a:b@localhost/c\n');
  expect(readConfig({ DATABASE_URL_FILE: path }, ['database']).database.url).toBe('postgres://a:b@localhost/c');
});

test('NAME and NAME_FILE together, or an unreadable file, are faults', () => {
  const both = { REDIS_URL: 'redis://h', REDIS_URL_FILE: fileWith('redis://h') };
  expect(faultsOf(() => readConfig(both, ['redis']))['REDIS_URL']).toContain('both set');
  expect(faultsOf(() => readConfig({ REDIS_URL_FILE: '/no/such' }, ['redis']))['REDIS_URL']).toContain('/no/such');
});

test('.env.example lists every variable and no other', () => {
  const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
  const listed = [...example.matchAll(/^# ?([A-Z_]+)=/gm)].map((match) => match[1]);
  const known = Object.values(VARIABLES).flatMap((fields: Record<string, { name: string }>) =>
    Object.values(fields).map(({ name }) => name),
  );
  expect(new Set(listed)).toEqual(new Set(known));
  expect(listed).toHaveLength(known.length);
});

test('OUTBOUND_ALLOW is a list of hosts, addresses and networks', () => {
  const OUTBOUND_ALLOW = 'hooks.internal, Sim:8085,127.0.0.1,127.0.0.1:9000,[::1]:9000,[::1],fd00::/8,10.1.0.0/16';
  expect(readConfig({ OUTBOUND_ALLOW }, ['outbound']).outbound.allowed).toEqual(OUTBOUND_ALLOW.split(',').map((one) => one.trim()));
  for (const wrong of ['*', 'http://hooks.internal', 'a b', 'me@hooks', '10.0.0.0/33', 'hooks:99999', '2130706433', 'hooks/path', 'a,'])
    expect(
      faultsOf(() => readConfig({ OUTBOUND_ALLOW: wrong }, ['outbound'])),
      wrong,
    ).toHaveProperty('OUTBOUND_ALLOW');
});
