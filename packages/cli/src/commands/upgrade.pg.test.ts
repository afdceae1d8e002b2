import { createTestDatabase, migrateTo } from '@thresher/store/testing';
import { expect, onTestFinished, test } from 'vitest';
import type { UpgradePlan } from '@thresher/pipeline';
import { run } from '../program.ts';
import { upgradeLines } from './upgrade.ts';

const { ELASTICSEARCH_URL = '' } = process.env;

async function check(url: string, env: Readonly<Record<string, string>>, ...flags: string[]) {
  let [out, err] = ['', ''];
  const code = await run(['upgrade', ...flags], {
    env: { DATABASE_URL: url, ...env },
    stdout: { write: (text) => (out += String(text)) },
    stderr: { write: (text) => (err += text) },
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test(
  'upgrade --check names each migration with what it locks, and says whether old processes may go on',
  { timeout: 120_000 },
  async () => {
    const test1 = await createTestDatabase(process.env['DATABASE_URL']);
    onTestFinished(() => test1[Symbol.asyncDispose]());
    const without = { REDIS_URL: '', ELASTICSEARCH_URL: '' };
    expect(await check(test1.url, without)).toMatchObject({ code: 2, err: expect.stringContaining('say --check') as string });
    expect(await check(test1.url, without, '--check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/no migration is pending\nnothing to do\n$/) as string,
    });

    const older = async (name: string): Promise<void> => {
      await test1.db.pool.query(`drop schema if exists public, harvest, analytics, migration cascade; create schema public`);
      await migrateTo(test1.db, name);
    };
    await test1.db.pool.query(`drop schema if exists public, harvest, analytics, migration cascade; create schema public`);
    expect(await check(test1.url, without, '--check')).toMatchObject({
      code: 4,
      out: expect.stringContaining('the database is empty') as string,
    });

    await older('20261201T132000-names-by-content');
    await test1.db.pool.query(`insert into record_description (record_id, position, description)
    select n, 0, 'text' from generate_series(1, 1000) n; analyze record_description`);
    const mild = await check(test1.url, without, '--check');
    expect(mild.code).toBe(4);
    expect(mild.out).toMatch(/\d+ migrations in one transaction, about \d+ s or less; thresher migrate applies them/);
    expect(mild.out).toMatch(
      /20261201T170000-descriptions-once\n +cannot be read or written until the end: record_description \(1,000 rows, \d/,
    );

    await older('20261201T124000-sets-of-tombstones');
    const strict = await check(test1.url, without, '--check', '--json');
    expect(strict.code).toBe(4);
    const plan = JSON.parse(strict.out) as UpgradePlan;
    expect(plan.stops).toContainEqual(expect.stringMatching(/^20261201T132000-names-by-content: they name harvest\.budget/));
    expect(upgradeLines(plan).join('\n')).toMatch(
      /stop the harvesters and transformers of the old version before the migration:\n {2}20261201T132000/,
    );
    expect(upgradeLines({ ...plan, stops: [] }).join('\n')).toContain('of the old version may go on during the migration');
    // Nothing was changed.
    expect(JSON.parse((await check(test1.url, without, '--check', '--json')).out)).toMatchObject({ migrations: plan.migrations });

    // A server that is away is part of the answer, and not an error.
    const away = await check(test1.url, { REDIS_URL: '', ELASTICSEARCH_URL: 'http://127.0.0.1:9' }, '--check');
    expect(away).toMatchObject({
      code: 4,
      out: expect.stringMatching(/^Elasticsearch: it does not answer \(.+\): see that it runs/m) as string,
    });
    const there = await check(test1.url, { REDIS_URL: '', ELASTICSEARCH_URL }, '--check');
    expect(there.out).toMatch(/^Elasticsearch [89]\.\d+\.\d+$/m);
  },
);
