import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnrichCounts } from '@thresher/pipeline';
import { createDb, type Db } from '@thresher/store/database';
import { countPendingPages } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { type Ended, type RunningProgram, startProgram, startSimulator } from '../harvest/programs.ts';
import { plantRun } from '../harvest/plant-run.ts';
import { createWholeDatabase, simulate } from '../harness.ts';
import { documentsOf, gzipAt, tar, temporaryFile } from '../ledger/dump-file.ts';
import { thresher } from '../ledger/thresher.ts';

const { DATABASE_URL = '', REDIS_URL = '' } = process.env;

/** A stack trace is for faults of ours. */
const stack = /^ +at /m;

/** Ends every session that a database's owner may end (not those of the role that only reads), again and again, while a program is at work: each time some are there, as often as given. */
async function harass(server: Db, name: string, program: Pick<RunningProgram, 'ended'>, times: number): Promise<number> {
  let [ended, killed] = [false, 0];
  void program.ended.then(() => (ended = true));
  const sessions = `select count(pg_terminate_backend(pid))::int as n from pg_stat_activity where datname = $1 and usename = current_user`;
  while (!ended && killed < times) {
    const { rows } = await server.pool.query<{ n: number }>(sessions, [name]);
    if (rows[0]!.n > 0) killed++;
    await sleep(300);
  }
  return killed;
}

/** Every third time that a statement writes into a table its session ends, so that each succeeds when it is repeated often enough. */
async function endSessionsThatWrite(db: Db, table: string, when: string): Promise<void> {
  const name = `ends_${table.replace('.', '_')}`;
  await db.pool.query(`
    create sequence ${name};
    create function ${name}_f() returns trigger language plpgsql as $$ begin
      if nextval('public.${name}') % 3 = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
      return null;
    end $$;
    create trigger end_session after ${when} on ${table} for each statement execute function ${name}_f()`);
}

async function sessionsEnded(db: Db): Promise<number> {
  const { rows } = await db.pool.query<{ n: number }>(
    `select sum(last_value / 3)::int as n from pg_sequences where sequencename like 'ends\\_%'`,
  );
  return rows[0]!.n;
}

describe('every PostgreSQL session is ended again and again', () => {
  const records = 600;

  async function open(stackOf: AsyncDisposableStack) {
    const database = stackOf.use(await createWholeDatabase(DATABASE_URL));
    const server = stackOf.use(createDb(DATABASE_URL));
    const name = new URL(database.url).pathname.slice(1);
    const sim = stackOf.use(await startSimulator(['--size', String(records), '--latency', '100']));
    const env = { DATABASE_URL: database.url };
    const stored = async (): Promise<number> =>
      (
        await database.db
          .selectFrom('record')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n;
    return { database, server, name, sim, env, stored };
  }

  it('a harvest goes on and ends complete', { timeout: 240_000 }, async () => {
    await using stackOf = new AsyncDisposableStack();
    const { server, name, sim, env, stored } = await open(stackOf);
    await using harvest = startProgram('cli', ['harvest', sim.url, '--json', '--workers', '1'], env);
    const killed = await harass(server, name, harvest, 12);
    const { code, stdout, stderr } = await harvest.ended;
    expect(stderr).not.toMatch(stack);
    expect({ code, killed }).toEqual({ code: 0, killed: 12 });
    expect(JSON.parse(stdout)).toMatchObject({ state: 'complete', stored: records });
    expect(await stored()).toBe(records);
  });

  it('the daemons outlive it, and what they work on gets done', { timeout: 240_000 }, async () => {
    await using stackOf = new AsyncDisposableStack();
    const { database, server, name, sim, env, stored } = await open(stackOf);
    await plantRun(database.db, sim.url);
    const programs = [startProgram('harvester', [], env), startProgram('transformer', [], env)].map((program) => stackOf.use(program));
    const ended: Ended[] = [];
    for (const program of programs) void program.ended.then((how) => ended.push(how));
    await harass(server, name, { ended: Promise.race(programs.map((program) => program.ended)) }, 10);
    while (ended.length === 0 && ((await stored()) < records || (await countPendingPages(database.db, false)).count > 0)) await sleep(200);
    expect(ended).toEqual([]);
    for (const { pid } of programs) process.kill(pid, 'SIGTERM');
    for (const { ended: ending } of programs) expect(await ending).toMatchObject({ code: 130, stderr: expect.not.stringMatching(stack) });
  });

  it('a dump and enrich go on and end well, whatever they write', { timeout: 240_000 }, async () => {
    await using stackOf = new AsyncDisposableStack();
    const database = stackOf.use(await createWholeDatabase(DATABASE_URL));
    const sim = stackOf.use(await simulate({ seed: 14, size: 150 }));
    const file = stackOf.use(await temporaryFile('records-xml.tar.gz', gzipAt(tar(documentsOf(sim.repository)), new Date())));
    for (const [table, when] of [
      ['harvest.page', 'insert'],
      ['harvest.window', 'update'],
      ['harvest.host_rate_limit', 'insert or update'],
      ['record_stats', 'insert or update'],
    ] as const)
      await endSessionsThatWrite(database.db, table, when);
    const say = (...args: string[]) => thresher({ databaseUrl: database.url }, ...args);
    const dump = await say('harvest', sim.url, '--from-dump', file.path, '--json');
    expect([dump.code, dump.err.match(stack)], dump.err).toEqual([0, null]);
    expect(dump.out).toContain('"state": "complete"');
    const fetched = await say('enrich', sim.url, '--rate', '6000', '--json');
    expect([fetched.code, fetched.err.match(stack)], fetched.err).toEqual([0, null]);
    expect(JSON.parse(fetched.out)).toMatchObject({ asked: 150, new: 150, unclear: 0 } satisfies Partial<EnrichCounts>);
    expect(await sessionsEnded(database.db)).toBeGreaterThan(30);
  });

  it('sql, export and replay go on, or end with one sentence; the same command then ends well', { timeout: 240_000 }, async () => {
    await using stackOf = new AsyncDisposableStack();
    const { server, name, sim, env } = await open(stackOf);
    await using first = startProgram('cli', ['harvest', sim.url, '--workers', '1'], env);
    expect((await first.ended).code).toBe(0);
    const out = await mkdtemp(join(tmpdir(), 'export-'));
    stackOf.defer(() => rm(out, { recursive: true }));
    for (const args of [
      ['sql', 'select count(*) from record, pg_sleep(2)'],
      ['export', 'jsonl', '--out', out],
      ['replay', '--workers', '1'],
    ]) {
      await using program = startProgram('cli', args, env);
      await harass(server, name, program, 3);
      const { code, stderr } = await program.ended;
      expect(stderr).not.toMatch(stack);
      const sentence = /the connection to PostgreSQL was lost \(.+\): .* the same command continues from here/;
      expect(code === 0 || sentence.test(stderr)).toBe(true);
      await using again = startProgram('cli', args, env);
      expect(await again.ended).toMatchObject({ code: 0 });
    }
  });
});

describe('a server that is not there yet', () => {
  it('a transformer waits for PostgreSQL and says so', { timeout: 60_000 }, async () => {
    await using transformer = startProgram('transformer', [], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    await transformer.says('waiting for PostgreSQL');
    process.kill(transformer.pid, 'SIGTERM');
    expect((await transformer.ended).code).toBe(130);
  });
});

describe('a Redis that lets nobody in', () => {
  const wrong = new URL(REDIS_URL || 'redis://127.0.0.1');
  wrong.password = 'wrong';
  const none = new URL(wrong);
  none.password = '';

  it.skipIf(REDIS_URL === '').each([
    ['none', none.href, 'Redis asks for a password: put it into REDIS_URL'],
    ['a wrong one', wrong.href, 'Redis refuses the user or the password in REDIS_URL'],
  ])('with %s as password a harvest ends before its first request, with a sentence', { timeout: 60_000 }, async (_, url, sentence) => {
    await using database = await createWholeDatabase(DATABASE_URL);
    await using sim = await startSimulator(['--size', '10']);
    await using harvest = startProgram('cli', ['harvest', sim.url], { DATABASE_URL: database.url, REDIS_URL: url });
    const { code, stderr } = await harvest.ended;
    expect(code).toBe(1);
    expect(stderr.split('\n').filter((line) => line.startsWith('thresher: '))).toEqual([expect.stringContaining(sentence)]);
    // A full address would be shown without what stands before the @.
    expect(stderr).toContain(':PASSWORD@HOST:6379');
    expect(stderr.split('\n').length).toBeLessThan(5);
    expect((await sim.requests()).requests).toBe(0);
  });
});
