import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildApi } from '../api.ts';
import { readWebPage } from './assets.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
});
afterAll(() => database[Symbol.asyncDispose]());

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'web-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return folder;
}

const FILES = {
  'index.html': '<link href="{{assets}}/a.css">{{preload}}',
  'a.css': 'p {}',
  'b.ts': 'export const b: number = 1;\n',
  'b.test.ts': 'test',
  'notes.md': 'x',
};

function api(webRoot: string | null) {
  const app = buildApi({
    db: database.db,
    search: null,
    log: createLogger({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
    version: '1',
    webRoot,
  });
  onTestFinished(() => app.close());
  return app;
}

test('types are blanked out, tests and other files stay at home', async () => {
  const { html, digest, assets } = await readWebPage(await folderWith(FILES));
  expect([...assets.keys()]).toEqual(['a.css', 'b.ts']);
  expect(assets.get('b.ts')?.content.toString()).toBe('export const b         = 1;\n');
  expect(html).toBe(`<link href="/assets/${digest}/a.css"><link rel="modulepreload" href="/assets/${digest}/b.ts">`);
});

test('the path of the files changes with any of them', async () => {
  const digestOf = async (change: object): Promise<string> => (await readWebPage(await folderWith({ ...FILES, ...change }))).digest;
  const digest = await digestOf({});
  expect(await digestOf({})).toBe(digest);
  expect(await digestOf({ 'a.css': 'p { }' })).not.toBe(digest);
});

test('the document is checked each time, its files are kept for good', async () => {
  const app = api(await folderWith(FILES));
  const page = await app.inject('/');
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'referrer-policy': 'same-origin',
  });
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect((await app.inject({ url: '/', headers: { 'if-none-match': String(page.headers['etag']) } })).statusCode).toBe(304);
  const path = /href="(.+?)\/a\.css"/.exec(page.body)?.[1] ?? '';
  const script = await app.inject(`${path}/b.ts`);
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  for (const gone of ['/assets/0000000000000000/b.ts', `${path}/b.test.ts`, `${path}/..%2fpackage.json`])
    expect([gone, (await app.inject(gone)).statusCode]).toEqual([gone, 404]);
});

test('a lost person gets a page, a lost program a problem', async () => {
  const app = api(await folderWith(FILES));
  const person = await app.inject({ url: '/nowhere', headers: { accept: 'text/html,*/*;q=0.8' } });
  expect([person.statusCode, person.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  for (const reply of [await app.inject('/nowhere'), await app.inject({ url: '/api/nowhere', headers: { accept: 'text/html' } })])
    expect(reply.json()).toMatchObject({ status: 404 });
  expect((await app.inject({ method: 'POST', url: '/nowhere' })).statusCode).toBe(405);
});

test('without a folder there is no page', async () => {
  expect((await api(null).inject('/')).json()).toMatchObject({ status: 404 });
});

test('the page of package web is whole', async () => {
  const app = buildApi({
    db: database.db,
    search: null,
    log: createLogger({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
    version: '1',
  });
  onTestFinished(() => app.close());
  const { body } = await app.inject('/records/1');
  const paths = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(10);
  for (const path of paths) expect([path, (await app.inject(path)).statusCode]).toEqual([path, 200]);
});
