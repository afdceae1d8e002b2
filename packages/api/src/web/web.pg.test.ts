import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@thresher/runtime';
import { createMetrics } from '@thresher/runtime/metrics';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { buildApi } from '../api.ts';
import { readWebFiles } from './assets.ts';

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
  'a.css': 'p { background: url(icon.svg) }',
  'base.css': 'b {}',
  'icon.svg': '<svg/>',
  'main.ts': "import { greeting } from './part.ts';\ndocument.title = greeting;\n",
  'part.ts': "export const greeting: string = 'Good morning';\n",
  'part.test.ts': 'test',
  'notes.md': 'x',
};

/** The pages of a folder; without one, those of package web. */
function api(webRoot?: string | null) {
  const app = buildApi({
    db: database.db,
    search: null,
    log: createLogger({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
    version: '1',
    ...(webRoot !== undefined && { webRoot }),
  });
  onTestFinished(() => app.close());
  return app;
}

test('all modules are one script without types, and all style sheets are one', async () => {
  const { paths, assets } = await readWebFiles(await folderWith(FILES));
  const text = (path: string): string => assets.get(path.slice('/assets/'.length))!.content.toString();
  expect(assets.size).toBe(3);
  expect(text(paths.script)).toMatch(/Good morning/);
  expect(text(paths.script)).not.toMatch(/import|string/);
  expect(text(paths.style)).toBe(`b {}\np { background: url(${paths.icon.slice('/assets/'.length)}) }`);
});

test('the path of a file changes with its content, and only then', async () => {
  const pathsWith = async (change: object) => (await readWebFiles(await folderWith({ ...FILES, ...change }))).paths;
  const paths = await pathsWith({});
  expect(await pathsWith({ 'notes.md': 'y' })).toEqual(paths);
  const changed = await pathsWith({ 'part.ts': "export const greeting: string = 'Good evening';\n" });
  expect([changed.style, changed.script]).toEqual([paths.style, expect.not.stringMatching(paths.script)]);
});

test('a page is checked each time, its files are kept for good', async () => {
  const app = api(await folderWith(FILES));
  const page = await app.inject('/');
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'referrer-policy': 'same-origin',
  });
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect((await app.inject({ url: '/', headers: { 'if-none-match': String(page.headers['etag']) } })).statusCode).toBe(304);
  const path = /src="(\/assets\/main-[^"]+)"/.exec(page.body)?.[1] ?? '';
  expect((await app.inject(path)).headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  for (const gone of ['/assets/main-0000000000000000.js', '/assets/part.ts', '/assets/..%2fpackage.json'])
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

test('the pages of package web load three files, and the script is small', async () => {
  const app = api();
  const { body } = await app.inject('/');
  const paths = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  expect(paths).toHaveLength(3);
  for (const path of paths) {
    const reply = await app.inject({ url: path, headers: { 'accept-encoding': 'gzip' } });
    expect([path, reply.statusCode]).toEqual([path, 200]);
    expect([path, reply.rawPayload.length < 60_000]).toEqual([path, true]);
  }
});
