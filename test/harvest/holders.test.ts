import { finishRun, leaseWindow } from '@thresher/store/harvest';
import type { TestDatabase } from '@thresher/store/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene, type SceneOptions } from './holders.ts';
import { createWholeDatabase } from '../harness.ts';

/** Each step of a walker ends at a gate, so what follows is in the order in which it is written, on any machine. */
describe('two holders of one window', { timeout: 60_000 }, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createWholeDatabase(process.env['DATABASE_URL']);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const open = (options: Partial<SceneOptions> = {}): Promise<Scene> =>
    openScene({ size: 45, pageSize: 5, rate: 600_000, database, ...options });
  const requests = (scene: Scene): number => scene.sim.log.counts().requests;
  const whole = (scene: Scene) => ({ states: ['walked'], identifiers: scene.ledger() });

  it.each(['ListRecords', 'ListIdentifiers'] as const)(
    '%s: one that was stopped while its token waited sends nothing afterwards',
    async (verb) => {
      await using scene = await open({ verb });
      const [a, b] = [await scene.holder(), await scene.holder()];
      const first = await scene.walker(a);
      await first.until('answer');
      await first.until('turn');
      await a.loseSession();
      const second = await scene.walker(b);
      await second.until('answer');
      const sent = requests(scene);
      // The other went on with the token: no list was begun again.
      expect(sent).toBe(2);
      expect(await first.step()).not.toBe('send');
      await scene.finish([second]);
      await scene.finish([first]);
      expect(requests(scene)).toBe(10);
      expect(await scene.outcome()).toEqual(whole(scene));
    },
  );

  it('one that was stopped just before it sent leaves a list that is begun again, and its page is refused', async () => {
    await using scene = await open();
    const [a, b] = [await scene.holder(), await scene.holder()];
    const first = await scene.walker(a);
    await first.until('answer');
    await first.until('turn');
    await first.until('send');
    await a.loseSession();
    const second = await scene.walker(b);
    await second.until('answer');
    await second.until('turn');
    await first.until('answer');
    await first.until('lease');
    await scene.finish([second]);
    await scene.finish([first]);
    expect(await scene.outcome()).toEqual(whole(scene));
    expect(
      (
        await scene.db
          .selectFrom('harvest.page')
          .select('id')
          .where('attempt', '=', 1)
          .where('source_id', '=', scene.run.source_id)
          .execute()
      ).length,
    ).toBe(1);
  });

  it('the answer to a first request that comes after the window was taken over is refused', async () => {
    await using scene = await open();
    const [a, b] = [await scene.holder(), await scene.holder()];
    const first = await scene.walker(a);
    await first.until('answer');
    await a.loseSession();
    const second = await scene.walker(b);
    await second.until('turn');
    expect(await first.step()).toBe('lease');
    await scene.finish([second]);
    await scene.finish([first]);
    expect(await scene.outcome()).toEqual(whole(scene));
  });

  it('a walker does not mistake a later lease of the same process for its own', async () => {
    await using scene = await open();
    const [a, b] = [await scene.holder(), await scene.holder()];
    const first = await scene.walker(a);
    await first.until('answer');
    await first.until('turn');
    await a.loseSession();
    const other = await scene.walker(b);
    await other.until('turn');
    await b.loseSession();
    await a.regainSession();
    const second = await scene.walker(a);
    await second.until('answer');
    expect(requests(scene)).toBe(2);
    expect(await first.step()).not.toBe('send');
    expect(await other.step()).not.toBe('send');
    await scene.finish([second]);
    await scene.finish([first, other]);
    expect(await scene.outcome()).toEqual(whole(scene));
  });

  it('nothing is sent, stored or leased any more once the run was dropped', async () => {
    await using scene = await open();
    await using fresh = await open();
    const a = await scene.holder();
    const [opening, waiting] = [await fresh.walker(await fresh.holder()), await scene.walker(a)];
    await opening.until('turn');
    await waiting.until('answer');
    await waiting.until('turn');
    for (const { db, run } of [scene, fresh]) await finishRun(db, run.id, 'cancelled', 'dropped');
    expect(await opening.step()).toBe('lease');
    expect(await waiting.step()).toBe('lease');
    expect([requests(fresh), requests(scene)]).toEqual([0, 1]);
    await a.loseSession();
    expect(await leaseWindow(scene.db, scene.run.id, 1)).toBeUndefined();
  });

  it('a page that comes after the run was dropped is refused', async () => {
    await using scene = await open({ rate: null });
    const walker = await scene.walker(await scene.holder());
    await walker.until('answer');
    await finishRun(scene.db, scene.run.id, 'cancelled', 'dropped');
    expect(await walker.step()).toBe('lease');
    const { rowCount } = await scene.db.pool.query('select from harvest.page where source_id = $1', [scene.run.source_id]);
    expect(rowCount).toBe(0);
  });

  it('where no limit is known, a list that was left in the middle is begun again', async () => {
    await using scene = await open({ rate: null });
    const [a, b] = [await scene.holder(), await scene.holder()];
    const first = await scene.walker(a);
    await first.until('answer');
    await first.until('turn');
    await a.loseSession();
    const second = await scene.walker(b);
    await second.until('answer');
    await first.step();
    await scene.finish([second]);
    await scene.finish([first]);
    expect(await scene.outcome()).toEqual(whole(scene));
  });

  /** A holder may walk two lists at once, as a harvester does; each number is a walker. */
  const command = fc.record({
    what: fc.oneof(
      { weight: 12, arbitrary: fc.constant('step') },
      { weight: 2, arbitrary: fc.constant('lose') },
      { weight: 2, arbitrary: fc.constant('regain') },
    ),
    who: fc.array(fc.nat(5), { minLength: 1, maxLength: 2 }),
  });

  it(
    'whatever the order of their steps, what is stored is what the server has, or the run is not complete',
    { timeout: 300_000 },
    async () => {
      let complete = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 90 }), fc.boolean(), async (commands, limited) => {
          await using scene = await open({ size: 23, pageSize: 4, rate: limited ? 600_000 : null });
          const holders = await Promise.all([scene.holder(), scene.holder(), scene.holder()]);
          const walkers = await Promise.all(holders.flatMap((holder) => [scene.walker(holder), scene.walker(holder)]));
          for (const { what, who } of commands) {
            const chosen = [...new Set(who)].map((number) => walkers[number]!);
            if (what === 'step') await Promise.all(chosen.map((walker) => walker.step()));
            else if (what === 'lose') await chosen[0]!.holder.loseSession();
            else await chosen[0]!.holder.regainSession();
          }
          await Promise.all(holders.map((holder) => holder.regainSession()));
          await scene.finish(walkers);
          const { states, identifiers } = await scene.outcome();
          if (!states.every((state) => state === 'walked' || state === 'split')) return;
          complete++;
          expect(identifiers).toEqual(scene.ledger());
        }),
        { numRuns: 20, endOnFailure: true },
      );
      expect(complete).toBeGreaterThan(0);
    },
  );
});
