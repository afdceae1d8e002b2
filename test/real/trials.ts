import { setTimeout as sleep } from 'node:timers/promises';
import { type Comparison, finish, type Trial } from './trial.ts';
import type { HeldRecord } from './zenodo-server.ts';

const inSet = (held: readonly HeldRecord[], set: string): HeldRecord[] => held.filter((record) => record.sets.includes(set));
const numbersOf = (held: readonly HeldRecord[]): string[] => held.map((record) => record.identifier.replace(/.*:/, ''));

/** Every nth of them, so that they are spread over the list. */
const some = (held: readonly HeldRecord[], count: number, offset: number): HeldRecord[] =>
  Array.from({ length: count }, (_, i) => held[Math.floor((i * held.length) / count) + offset]!);

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await sleep(50);
}

/** Each trial leaves the server as it found it, except records that it changed. */
export const trials: Readonly<Record<string, (trial: Trial) => Promise<Comparison[]>>> = {
  async full({ server, run, compare }) {
    const finished = await run('harvest');
    const found = await compare('all records', finished, await server.held());
    const again = await run('sync', '--overlap', '0s');
    return [found, await compare('and nothing new after that', again, await server.held())];
  },

  /** Lists that end on an exact multiple of the page size, with an empty page. */
  async sets({ server, run, compare }) {
    const [two, one] = ['user-two-pages', 'user-one-page'];
    const first = await compare('a set of 100', await run('harvest', '--set', two), inSet(await server.held(), two), two);
    return [first, await compare('a set of 50', await run('harvest', '--set', one), inSet(await server.held(), one), one)];
  },

  /** A set that is empty, and one that is not there: both noRecordsMatch on Zenodo. */
  async nothing({ run, compare }) {
    const empty = await compare('an empty set', await run('harvest', '--set', 'user-empty-1'), [], 'user-empty-1');
    const unknown = await run('harvest', '--set', 'user-no-such-set');
    const found = await compare('a set that is not there', unknown, [], 'user-no-such-set');
    return [empty, { ...found, differs: unknown.code !== 1 }];
  },

  /** Changes that come while the lists are open show only afterwards. */
  async changes({ server, db, start, run, compare }) {
    const before = await server.held();
    const started = Date.now();
    const harvest = start('harvest', '--rate', '240');
    await until(async () => (await db.selectFrom('harvest.page').select('id').where('number', '>=', 5).execute()).length > 0);
    await server.change('touch', numbersOf(some(before, 20, 1)));
    await server.change('hide', numbersOf(some(before, 5, 2)));
    const hidden = new Set(some(before, 5, 2).map((record) => record.identifier));
    const full = await compare('full harvest, changes under way (older rows stay)', finish(await harvest.ended, started), before);
    await server.change('touch', numbersOf(some(before, 20, 3)));
    const synced = await run('sync');
    // Nobody announced that they are hidden: those whose window had been walked before are still there.
    const stored = new Set((await db.selectFrom('record').select('oai_identifier').execute()).map((row) => row.oai_identifier));
    const left = before.filter(({ identifier }) => hidden.has(identifier) && stored.has(identifier));
    const after = [...(await server.held()), ...left];
    return [{ ...full, differs: full.exit !== '0 complete' }, await compare(`sync; ${left.length} of the hidden 5 stay`, synced, after)];
  },

  /**
   * A second full harvest suspects what vanished; GetRecord answers 500 to what was dropped, which is no witness; a third
   * harvest is one.
   */
  async vanished({ server, db, run, compare }) {
    await run('harvest');
    const before = await server.held();
    const gone = some(before, 10, 4);
    await server.change('drop', numbersOf(gone));
    const again = await run('harvest');
    const suspects = await db.selectFrom('harvest.suspect').select('state').execute();
    const found = await compare(`second harvest; ${suspects.length} suspects`, again, before);
    await run('check-suspects');
    const third = await run('harvest');
    return [
      { ...found, differs: found.differs || suspects.length !== gone.length },
      await compare('after check-suspects and a third harvest', third, await server.held()),
    ];
  },

  /** Membership changes no datestamp: only a comparison of members shows it. */
  async members({ server, run, compare }) {
    const set = 'user-b';
    const finished = await run('harvest', '--set', set);
    const before = await server.held();
    const first = await compare('members of a set', finished, inSet(before, set), set);
    await server.setMember('b', numbersOf(inSet(before, set).slice(0, 7)), false);
    await server.setMember('b', numbersOf(before.filter((record) => !record.sets.includes(set)).slice(0, 9)), true);
    const synced = await run('sync', '--set', set, '--membership');
    return [first, await compare('7 taken out, 9 put in, sync --membership', synced, inSet(await server.held(), set), set)];
  },

  /** Tokens that live five seconds. */
  async shortLived({ server, run, compare }) {
    await server.restart({ TTL: '5' });
    const found = await compare('all records', await run('harvest'), await server.held());
    await server.restart();
    return [found];
  },

  /** The limit of Zenodo, which only the headers report, for three minutes. */
  async limited({ server, run, compare, start }) {
    await server.restart({ RATE: '30 per minute' });
    const [before, started] = [server.requests(), Date.now()];
    const harvest = start('harvest');
    await until(() => server.requests().all > before.all);
    await sleep(180_000);
    harvest.kill();
    const ended = finish(await harvest.ended, started);
    const after = server.requests();
    const [asked, refused] = [after.all - before.all, after.refused - before.refused];
    await server.restart();
    const rest = await run('harvest');
    const found = await compare(`30 a minute for 3 minutes: ${asked} list requests, ${refused} refused`, ended, []);
    return [
      { ...found, held: 0, missing: 0, extra: 0, otherDatestamp: 0, differs: refused > 0 || asked < 86 },
      await compare('gone on with without a limit', rest, await server.held()),
    ];
  },

  /** The web part is killed with -9 in the middle and comes back after half a minute. */
  async restarted({ server, db, start, compare }) {
    const started = Date.now();
    const harvest = start('harvest', '--rate', '600');
    await until(async () => (await db.selectFrom('harvest.page').select('id').execute()).length >= 20);
    server.kill();
    await sleep(30_000);
    await server.restart();
    return [await compare('server away for 30 s', finish(await harvest.ended, started), await server.held())];
  },

  /** Everything it forgets at once: every open list is gone. */
  async killed({ server, db, start, run, compare }) {
    for (const pages of [10, 25, 40]) {
      const harvest = start('harvest', '--rate', '900');
      await until(async () => (await db.selectFrom('harvest.page').select('id').execute()).length >= pages);
      harvest.kill();
      await harvest.ended;
    }
    return [await compare('harvester killed with -9 three times', await run('harvest'), await server.held())];
  },
};
