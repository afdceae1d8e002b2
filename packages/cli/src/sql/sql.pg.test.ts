import { execFileSync } from 'node:child_process';
import { PassThrough, Readable } from 'node:stream';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Io } from '../io.ts';
import { run } from '../program.ts';
import { isComplete } from './interactive.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(process.env['DATABASE_URL']);
});
afterAll(() => database[Symbol.asyncDispose]());

async function thresher(argv: string[], overlay: Partial<Io> = {}) {
  let out = '';
  let err = '';
  const io: Io = {
    env: { DATABASE_URL: database.url },
    stdin: Readable.from([]),
    stdout: { write: (text) => (out += text.toString()) },
    stderr: { write: (text) => (err += text) },
    signal: new AbortController().signal,
    ...overlay,
  };
  const code = await run(argv, io);
  return { code, out, err };
}

const query = `select n as number, case n when 2 then null else 'a "b", ' || n end as text from generate_series(1, 2) n`;

test('a table, its numbers to the right', async () => {
  expect(await thresher(['sql', `${query};`])).toEqual({
    code: 0,
    err: '',
    out: 'number  text\n──────  ────────\n     1  a "b", 1\n     2  –\n',
  });
});

test('CSV tells null from empty', async () => {
  expect((await thresher(['sql', '--csv', query])).out).toBe('number,text\n1,"a ""b"", 1"\n2,\n');
  expect((await thresher(['sql', '--csv', `select '' as a, null as b`])).out).toBe('a,b\n"",\n');
  expect((await thresher(['sql', '--csv', `select 1 as a where false`])).out).toBe('a\n');
});

test('CSV holds no text that a spreadsheet runs, and its numbers are numbers', async () => {
  const formulas = `select '=1+1' as a, -5 as b, '-5' as c, -46.25 as d, E'\\t=1' as e, 'a;=1' as f`;
  expect((await thresher(['sql', '--csv', formulas])).out).toBe(`a,b,c,d,e,f\n'=1+1,-5,-5,-46.25,"'\t=1","a;=1"\n`);
});

test('JSON is a line per row, with values as they are', async () => {
  const { out } = await thresher([
    'sql',
    '--json',
    `select 1.5::numeric as n, true as b, array['x'] as list, '{"a":[1]}'::jsonb as j, date '2024-05-01' as day, null as nothing`,
  ]);
  expect(JSON.parse(out)).toEqual({ n: 1.5, b: true, list: ['x'], j: { a: [1] }, day: '2024-05-01', nothing: null });
});

test('a reader that stops early is no failure', () => {
  const command = `"${process.execPath}" "${join(import.meta.dirname, '../../bin/cli.ts')}" sql --csv "select repeat('x', 1000) from generate_series(1, 5000)" | head -c 1`;
  const shown = execFileSync('sh', ['-c', `(${command}) 2>&1`], { env: { ...process.env, DATABASE_URL: database.url }, encoding: 'utf8' });
  expect(shown).toBe('r');
});

test('a query may come on standard input, and there has to be one', async () => {
  expect((await thresher(['sql', '--csv'], { stdin: Readable.from(['select 1\n', 'as a;\n']) })).out).toBe('a\n1\n');
  expect(await thresher(['sql'])).toMatchObject({ code: 2, err: expect.stringContaining('there is no query') });
});

test.each([
  [
    'select titel from record',
    'thresher: column "titel" does not exist (column 8): Perhaps you meant to reference the column "record.title".\n',
  ],
  ['select 1\nfrom nowhere', 'thresher: relation "nowhere" does not exist (line 2, column 6)\n'],
  [
    'delete from record',
    'thresher: only queries are run here: a text that begins with select, with, values, table, explain, show, not delete\n',
  ],
  ['with x as (delete from record returning 1) select 1', 'thresher: cannot execute SELECT in a read-only transaction\n'],
  [
    `do $$ begin execute 'reset role'; execute 'copy (select 1) to program ''id'''; end $$`,
    'thresher: only queries are run here: a text that begins with select, with, values, table, explain, show, not do\n',
  ],
])('%j is explained in one sentence', async (text, sentence) => {
  expect(await thresher(['sql', text])).toEqual({ code: 1, out: '', err: sentence });
});

test('a query that takes too long is ended', async () => {
  expect(await thresher(['sql', '--timeout', '0.1', 'select pg_sleep(9)'])).toMatchObject({
    code: 1,
    err: 'thresher: the query was ended after 0.1 s: --timeout raises the limit\n',
  });
});

test(String.raw`\d explains tables in the words of their comments`, async () => {
  const all = await thresher(['sql', String.raw`\d`]);
  expect(all.out).toMatch(/^analytics\.concept +computed +One row a concept: a work with all its versions\.$/m);
  expect(all.out).toMatch(/^analytics\.record_as_of\(at timestamp with time zone\) +function +Every record/m);
  expect((await thresher(['sql', String.raw`\d record_title`])).out).toMatch(/^title_type +text +titleType: AlternativeTitle/m);
  expect(await thresher(['sql', String.raw`\d titles`])).toMatchObject({
    code: 2,
    err: expect.stringContaining('there is no table or view titles'),
  });
});

test('on a terminal statements are asked for one after the other, and remembered', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sql-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  let out = '';
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
  stderr.resume();
  const done = thresher(['sql', '--csv'], {
    env: { DATABASE_URL: database.url, THRESHER_HOME: home },
    stdin,
    stderr,
    stdout: { write: (text) => (out += text.toString()) },
  });
  stdin.write('select 1\nas a;\nselect nonsense;\nselect 2 as b;\n\\q\n');
  expect((await done).code).toBe(0);
  expect(out).toBe('a\n1\nb\n2\n');
  expect(readFileSync(join(home, 'sql_history'), 'utf8').split('\n')).toContain('select 2 as b;');
});

test('a semicolon in quotes or a comment ends nothing', () => {
  expect([`select ';'`, `select 'a;`, 'select 1 -- ;', 'select $$;$$', `select ''';`].map(isComplete)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(['select 1;', `select ';';`, String.raw`\d record`, `select 1; `].map(isComplete)).toEqual([true, true, true, true]);
});
