import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { run as runCommand } from '@thresher/cli';
import { expect, it, onTestFinished } from 'vitest';
import { createWholeDatabase } from '../harness.ts';

const cli = join(import.meta.dirname, '../../packages/cli/bin/cli.ts');
const run = promisify(execFile);

async function thresher(env: Record<string, string>, ...argv: string[]) {
  let [out, err] = ['', ''];
  const io = {
    env,
    stdout: { write: (text: string | Uint8Array) => (out += String(text)) },
    stderr: { write: (text: string) => (err += text) },
    signal: new AbortController().signal,
  };
  return { code: await runCommand(argv, io), out, err };
}

/** The reason in the title of a skipped test. */
const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
const without = (program: string): string => (has(program) ? '' : ` (skipped: ${program} is not installed)`);

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('--help lists the verbs in groups, each once', async () => {
  const { out } = await thresher({}, '--help');
  const groups = [...out.matchAll(/^(\S.*):\n((?: {2}.*\n)+)/gm)].map(([, title, lines]) => [
    title,
    lines!.split('\n').flatMap((line) => /^ {2}([a-z][\w-]*) /.exec(line)?.[1] ?? []),
  ]);
  expect(groups.map(([title]) => title)).toEqual([
    'Options',
    'Harvest',
    'Check and repair',
    'Query and export',
    'Serve and notify',
    'Look at a repository',
    'Operate',
    'This command',
  ]);
  const verbs = groups.flatMap(([, names]) => names as string[]);
  expect(verbs).toEqual(expect.arrayContaining(['harvest', 'check', 'sql', 'webhook', 'probe', 'doctor', 'completion', 'help']));
  expect(new Set(verbs).size).toBe(verbs.length);
});

it.each([
  [['harvset', 'zenodo'], 'Did you mean harvest?'],
  [['source', 'ad', 'x'], 'Did you mean add?'],
  [['harvest', '--incremetal', 'zenodo'], 'Did you mean --incremental?'],
  [['identify', 'zenod'], 'there is no source "zenod": did you mean zenodo? If not, give the base URL'],
])('%j: %s', async (argv, sentence) => {
  const { code, err } = await thresher({}, ...argv);
  expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
});

it('names of sources, tables and columns that are nearly right are asked for', { timeout: 60_000 }, async () => {
  await using database = await createWholeDatabase(process.env['DATABASE_URL'] ?? '');
  const env = { DATABASE_URL: database.url };
  expect((await thresher(env, 'source', 'add', 'reef-lab', 'https://reef.example.org/oai')).code).toBe(0);
  const errorOf = async (...argv: string[]) => {
    const { code, err } = await thresher(env, ...argv);
    expect(code).not.toBe(0);
    return err;
  };
  expect(await errorOf('coverage', 'reeflab')).toMatch(/"reeflab" yet: did you mean reef-lab\? If not, thresher status lists/);
  expect(await errorOf('harvest', 'ref-lab')).toMatch(/there is no source "ref-lab": did you mean reef-lab\? If not, .*reef-lab, .*zenodo/);
  expect(await errorOf('coverage', 'something-else')).not.toMatch(/did you mean/);
  expect(await errorOf('sql', 'select * from recrod')).toMatch(/relation "recrod" does not exist \(column 15\): did you mean record\?/);
  expect(await errorOf('sql', 'select * from funding')).toMatch(/: did you mean analytics\.funding\?/);
  expect(await errorOf('sql', 'select * from analytics.groth')).toMatch(/: did you mean analytics\.growth\?/);
  expect(await errorOf('sql', 'select * from creators')).toMatch(/: did you mean record_creator\?/);
  expect(await errorOf('sql', 'select titel from record')).toMatch(/meant to reference the column "record\.title"/);
  expect(await errorOf('sql', 'select r.orcid from record r')).toMatch(
    /does not exist \(column 8\): it is a column of record_contributor, record_creator, /,
  );
  expect(await errorOf('sql', 'select fundr_name from record')).toMatch(
    /: did you mean funder_name, a column of record_award, record_funding, /,
  );
  expect(await errorOf('sql', 'select qqqqqqqqqq from record')).toMatch(/column "qqqqqqqqqq" does not exist \(column 8\)\n$/);
  expect(await errorOf('sql', String.raw`\d recrod`)).toMatch(/there is no table or view recrod; there is record/);
  const out = join(temporaryFolder(), 'out');
  expect(await errorOf('export', 'csv', '--out', out, '--query', 'select * from recrod')).toMatch(/did you mean record\?/);
});

it('the man page has each verb, argument, option and variable of --help', async () => {
  const { out } = await thresher({}, 'man');
  const { out: help } = await thresher({}, 'harvest', '--help');
  const options = [...help.matchAll(/^ {2}(-.*?) {2,}/gm)].map(([, term]) => term!);
  expect(options.length).toBeGreaterThan(20);
  const plain = out.replaceAll('\\-', '-').replaceAll('\\(aq', "'");
  for (const term of options) expect(plain).toContain(`\n.B ${term}\n`);
  expect(plain).toContain('\n.SS "thresher source rename ');
  expect(plain).toContain('\n.SS "thresher sql [options] [query]"\n');
  expect(plain).toContain('\n.B DATABASE_URL\n');
  expect(plain).toContain('thresher harvest zenodo --set user-biosyslit');
});

it.skipIf(!has('groff'))(`groff reads the man page without a warning, and shows what --help says${without('groff')}`, async () => {
  const { out } = await thresher({}, 'man');
  const { stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-P-cbou'], { input: out, encoding: 'utf8' });
  expect(stderr).toBe('');
  const words = stdout.replace(/[\u2010\u2011]/g, '-').replace(/\s+/g, ' ');
  expect(words).toContain(String.raw`\d lists tables and views, \d NAME explains one`);
  expect(words).toContain('--checksum <algorithm:hex> checksum of the dump: md5:…, sha256:…');
  expect(words).toContain('Exit codes: 0 done and complete, 1 failed');
});

it.skipIf(!has('mandoc'))(`mandoc finds no fault in the man page but that it has no date${without('mandoc')}`, async () => {
  const { out } = await thresher({}, 'man');
  const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: out, encoding: 'utf8' });
  expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
});

it('thresher completion makes a shell complete commands and options', { timeout: 60_000 }, async () => {
  const { stdout: script } = await run(process.execPath, [cli, 'completion', 'bash']);
  await run('bash', ['-n', '-c', script]);
  expect(script).toContain('complete -- ');
  const complete = async (...words: string[]) => (await run(process.execPath, [cli, 'complete', '--', ...words])).stdout;
  expect(await complete('har')).toMatch(/^harvest\t/m);
  expect(await complete('harvest', 'x', '--from-d')).toMatch(/^--from-dump\t/m);
  expect(await complete('comp')).toMatch(/^completion\t/m);
  expect(await complete('source', 're')).toMatch(/^rename\t[^]*^remove\t|^remove\t[^]*^rename\t/m);
});

it.skipIf(!has('zsh'))(`zsh reads its script${without('zsh')}`, async () => {
  const { stdout: script } = await run(process.execPath, [cli, 'completion', 'zsh']);
  expect(script).toContain('#compdef thresher');
  expect(spawnSync('zsh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

it.skipIf(!has('fish'))(`fish completes with its script${without('fish')}`, { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'thresher'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  chmodSync(join(folder, 'thresher'), 0o755);
  writeFileSync(join(folder, 'thresher.fish'), (await run(process.execPath, [cli, 'completion', 'fish'])).stdout);
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder };
  const complete = (line: string) =>
    execFileSync('fish', ['-c', `source ${join(folder, 'thresher.fish')}; complete -C '${line}'`], { env, encoding: 'utf8' });
  expect(complete('thresher harv')).toMatch(/^harvest\t/m);
  expect(complete('thresher harvest x --from-d')).toMatch(/^--from-dump\t/m);
});
