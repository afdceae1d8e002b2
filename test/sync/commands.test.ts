import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScheduleQueue } from '@thresher/pipeline';
import { installationId } from '@thresher/store/harvest';
import { describe, expect, it } from 'vitest';
import { simulate, createWholeDatabase } from '../harness.ts';
import { thresher } from '../ledger/thresher.ts';

async function openDesk() {
  const database = await createWholeDatabase(process.env['DATABASE_URL']);
  const say = (...argv: string[]) => thresher({ databaseUrl: database.url }, ...argv);
  return { db: database.db, databaseUrl: database.url, say, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

async function write(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'thresher-')), 'sources.yaml');
  await writeFile(file, text);
  return file;
}

describe('commands', { timeout: 60_000 }, () => {
  it('sync: asks for a harvest first, then says nothing new, then what changed', async () => {
    await using desk = await openDesk();
    await using sim = await simulate({ seed: 51, size: 130, communities: ['corals', 'reefs', 'none'] });
    const early = await desk.say('sync', sim.url);
    expect(early).toMatchObject({ code: 2, out: '' });
    expect(early.err).toMatch(
      /^there is no ELASTICSEARCH_URL.*\nthresher: there is no complete harvest of .* to continue from: run thresher harvest .* first\n$/,
    );
    expect(await desk.say('harvest', sim.url, '--incremental')).toMatchObject({ code: 2, err: early.err });
    expect((await desk.say('harvest', sim.url)).code).toBe(0);
    const nothing = await desk.say('sync', sim.url);
    expect(nothing.code).toBe(0);
    expect(nothing.err).toContain('nothing new\n');
    sim.repository.touch([...sim.ledger().keys()].slice(0, 60), Date.now());
    const changed = await desk.say('sync', sim.url, '--json');
    expect(changed.code).toBe(0);
    expect(JSON.parse(changed.out)).toMatchObject({
      kind: 'incremental',
      state: 'complete',
      received: 60,
      stored: 60,
      check: null,
      runs: [{ kind: 'incremental' }],
    });
    expect((await desk.say('harvest', sim.url, '--incremental')).code).toBe(0);
  });

  it('sync --set: tells who joined and left, and what is not spelt right', async () => {
    await using desk = await openDesk();
    await using sim = await simulate({ seed: 52, size: 130, communities: ['corals', 'reefs', 'none'] });
    await desk.say('harvest', sim.url);
    const outside = [...sim.repository.ledger()]
      .filter((entry) => !entry.setSpecs.includes('user-reefs'))
      .slice(0, 3)
      .map((entry) => entry.identifier);
    sim.repository.addToSet(outside, 'user-reefs');
    const joined = await desk.say('sync', sim.url, '--set', 'user-reefs');
    expect(joined.code).toBe(0);
    expect(joined.out).toMatch(/membership run 3: complete[^]*joined +3\n +left +0\n/);
    const skipped = await desk.say('sync', sim.url, '--set', 'user-reefs', '--no-membership', '--json');
    expect(JSON.parse(skipped.out)).toMatchObject({ runs: [{ kind: 'incremental' }] });
    const wrong = await desk.say('sync', sim.url, '--set', 'user-reefss');
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.err).toMatch(/lists no records in user-reefss, and no such set: is it spelt right\?/);
    expect(await desk.say('sync', sim.url, '--membership')).toMatchObject({ code: 2 });
    expect(await desk.say('sync', sim.url, '--overlap', 'soon')).toMatchObject({ code: 2 });
  });

  it('suspects: held ones are shown, and deleted or kept as a person says', async () => {
    await using desk = await openDesk();
    await using sim = await simulate({ seed: 53, size: 130 });
    await desk.say('harvest', sim.url);
    sim.repository.vanish([...sim.ledger().keys()].slice(0, 25), Date.now());
    const held = await desk.say('harvest', sim.url);
    expect(held.code).toBe(3);
    expect(held.err).toMatch(
      /25 of 130 records are no longer listed, more than can be believed: nothing was deleted; thresher suspects \S+ shows them/,
    );
    const shown = await desk.say('suspects', sim.url, '--json');
    expect((JSON.parse(shown.out) as { suspects: object[] }).suspects).toHaveLength(25);
    expect((await desk.say('suspects', sim.url, '--dismiss')).err).toContain('25 suspects dismissed');
    expect((await desk.say('suspects', sim.url)).err).toContain('has no suspects');
    expect((await desk.say('harvest', sim.url)).code).toBe(3);
    expect((await desk.say('suspects', sim.url, '--confirm')).err).toContain('25 records deleted');
    expect((await desk.say('harvest', sim.url)).code).toBe(0);
    const status = await desk.say('status', '--json');
    expect(JSON.parse(status.out)).toMatchObject({ sources: [{ records: { live: 105, deleted: 25 } }] });
    expect(await desk.say('suspects', sim.url, '--confirm')).toMatchObject({ code: 2 });
    expect((await desk.say('check-suspects', sim.url)).err).toContain('has no suspects');
    expect(await desk.say('suspects', sim.url, '--confirm', '--dismiss')).toMatchObject({ code: 2 });
  });

  it('source apply: all faults or nothing; then the sources and their schedules', async () => {
    await using desk = await openDesk();
    const wrong = await write('sources:\n- name: a\n  baseURL: nowhere\n  rate: 0\n');
    const refused = await desk.say('source', 'apply', wrong);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`2 faults in ${wrong}, so nothing was changed:\n  ${wrong}:3:3 sources[0].baseURL: "nowhere" is not`);
    expect(await desk.say('source', 'apply', '/nowhere/sources.yaml')).toMatchObject({ code: 2 });
    const right = await write(
      'sources:\n- {name: a, baseURL: "https://a.org/oai", rate: 30, schedules: {full: "0 3 1 1 *"}}\n- {name: b, baseURL: "https://b.org/oai"}\n',
    );
    expect((await desk.say('source', 'apply', right)).out).toBe('a: added\nb: added\n');
    expect((await desk.say('source', 'apply', right)).out).toBe('a: unchanged\nb: unchanged\n');
    const other = await write(
      'sources:\n- {name: a, baseURL: "https://a.org/oai", schedules: {full: "0 4 1 1 *"}}\n- {name: c, baseURL: "https://c.org/oai"}\n',
    );
    const changed = await desk.say('source', 'apply', other);
    expect(changed).toMatchObject({ code: 0, out: 'a: changed\nc: added\n' });
    expect(changed.err).toContain('left as they are: b');
    const twin = await write('sources:\n- {name: z, baseURL: "https://b.org/oai"}\n');
    expect((await desk.say('source', 'apply', twin)).err).toMatch(/z: https:\/\/b\.org\/oai with oai_datacite is the source b already/);
    await using queue = createScheduleQueue({
      redisUrl: undefined,
      databaseUrl: desk.databaseUrl,
      installation: await installationId(desk.db),
      onError: () => {},
    });
    expect(await queue.kept()).toMatchObject([{ cron: '0 4 1 1 *', timeZone: 'UTC' }]);
    const listed = JSON.parse((await desk.say('source', 'list', '--json')).out) as object[];
    expect(listed).toMatchObject([{ name: 'a', settings: { schedules: { full: { cron: '0 4 1 1 *' } } } }, { name: 'b' }, { name: 'c' }]);
  });

  it('source rename: all else stays, and no name is taken twice', async () => {
    await using desk = await openDesk();
    await desk.say('source', 'add', 'a', 'https://a.org/oai');
    await desk.say('source', 'add', 'b', 'https://b.org/oai', '--rate', '30');
    expect(await desk.say('source', 'rename', 'a', 'b')).toMatchObject({ code: 2, err: expect.stringMatching(/is called b already/) });
    expect(await desk.say('source', 'rename', 'a', 'x y')).toMatchObject({ code: 2, err: expect.stringMatching(/is no name/) });
    expect(await desk.say('source', 'rename', 'c', 'd')).toMatchObject({ code: 2 });
    expect(await desk.say('source', 'rename', 'b', 'c')).toMatchObject({ code: 0, out: 'b is called c now\n' });
    const listed = JSON.parse((await desk.say('source', 'list', '--json')).out) as object[];
    expect(listed).toMatchObject([{ name: 'a' }, { name: 'c', baseURL: 'https://b.org/oai', settings: { ratePerMinute: 30 } }]);
  });

  it('source apply: webhooks by their URL, their secret shown once', async () => {
    await using desk = await openDesk();
    const hook = (rest: string) => write(`webhooks:\n- {url: "https://example.org/hook"${rest}}\n`);
    interface Applied {
      readonly webhook: number;
      readonly action: string;
      readonly secret?: string;
    }
    const apply = async (file: string) => (JSON.parse((await desk.say('source', 'apply', file, '--json')).out) as [Applied])[0];
    const added = await apply(await hook(', events: [created]'));
    expect(added).toMatchObject({ action: 'added', secret: expect.stringMatching(/^whsec_/) });
    expect(await apply(await hook(', events: [created]'))).toEqual({
      webhook: added.webhook,
      url: 'https://example.org/hook',
      action: 'unchanged',
    });
    const stored = () => desk.db.selectFrom('harvest.webhook').selectAll().orderBy('id').execute();
    const [before] = await stored();
    expect(await apply(await hook(', communities: [biosyslit]'))).toMatchObject({ webhook: added.webhook, action: 'changed' });
    expect(await stored()).toEqual([{ ...before, types: null, communities: ['biosyslit'] }]);
    const other = await write('webhooks: [{url: "https://example.org/other"}]\n');
    const said = await desk.say('source', 'apply', other);
    expect(said.out).toMatch(/^webhook \d+, https:\/\/example\.org\/other: added, whsec_\S+\n$/);
    expect(said.err).toMatch(/keep the secrets[^]*left as they are: https:\/\/example\.org\/hook/);
    await desk.say('webhook', 'add', 'https://example.org/other');
    const twice = await desk.say('source', 'apply', other);
    expect(twice).toMatchObject({ code: 2, err: expect.stringContaining('have the url https://example.org/other: remove all but one') });
  });

  it('source add and remove: with its records only if requested', async () => {
    await using desk = await openDesk();
    await using sim = await simulate({ seed: 54, size: 30 });
    expect((await desk.say('source', 'add', 'zenodo', '--set', 'user-a', '--incremental', '17 * * * *')).out).toBe('zenodo: added\n');
    expect(JSON.parse((await desk.say('source', 'list', '--json')).out)).toMatchObject([
      {
        name: 'zenodo',
        baseURL: 'https://zenodo.org/oai2d',
        sets: ['user-a'],
        settings: { ratePerMinute: 30, overlapSeconds: 7_200, schedules: { incremental: { cron: '17 * * * *', timeZone: 'UTC' } } },
      },
    ]);
    const refused = await desk.say('source', 'add', 'sim', sim.url, '--rate', 'fast', '--full', '0 3 * *');
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(
      /2 faults in source add.*\n {2}rate: "fast" is not .*\n {2}schedules\.full\.cron: a cron expression has five fields/,
    );
    await desk.say('source', 'add', 'sim', sim.url);
    await desk.say('harvest', 'sim');
    const kept = await desk.say('source', 'remove', 'sim');
    expect(kept).toMatchObject({
      code: 2,
      err: expect.stringContaining('30 records of sim would be deleted; repeat with --yes to confirm'),
    });
    expect((await desk.say('source', 'remove', 'sim', '--yes')).err).toContain('sim and 30 records were deleted');
    expect((await desk.say('source', 'remove', 'zenodo')).code).toBe(0);
    expect((await desk.say('source', 'list')).err).toContain('there are no sources yet');
    expect((await desk.say('source', 'remove', 'sim')).code).toBe(2);
  });
});
