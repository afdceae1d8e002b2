import { applySchedulesOfSources, openResources, startHarvester, startTransformer, type Resources } from '@thresher/pipeline';
import { addWebhook, listDeliveries } from '@thresher/store/changes';
import { lastPruning, listRuns, listSources, changeSettings, saveSource } from '@thresher/store/harvest';
import { countRecords } from '@thresher/store/read';
import { describe, expect, it } from 'vitest';
import { log, simulate, createWholeDatabase } from '../harness.ts';

/** A harvester and a transformer as their processes run them, on their own database, without Redis and Elasticsearch. */
async function startProcesses(databaseUrl: string): Promise<AsyncDisposable & { readonly resources: Resources }> {
  const stop = new AbortController();
  const resources = openResources({ DATABASE_URL: databaseUrl }, log);
  const working = [startHarvester(resources, stop.signal), startTransformer(resources, 2, stop.signal)];
  return {
    resources,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the test is over'));
      await Promise.allSettled(working);
      await resources[Symbol.asyncDispose]();
    },
  };
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Oftener than a person may write it: every second. */
const always = { cron: '* * * * * *', timeZone: 'UTC' };

describe('schedules', { timeout: 120_000 }, () => {
  it('begin runs that never overlap, and pass over what is not ready', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    const { db } = database;
    await using sim = await simulate({ seed: 41, size: 100, pageSize: 20 }, { latencyMs: { min: 250, max: 300 } });
    const source = await saveSource(db, {
      name: 'sim',
      base_url: sim.url,
      metadata_prefix: 'oai_datacite',
      settings: { schedules: { incremental: always } },
    });
    await using _ = await startProcesses(database.url);
    // Nothing to continue from yet: no run, and no failed one either.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await listRuns(db, source.id, 9)).toEqual([]);
    await changeSettings(db, source.id, { schedules: { full: always, incremental: always } });
    const complete = async () => (await listRuns(db, source.id, 99)).filter((run) => run.state === 'complete');
    await until(async () => (await complete()).length >= 4);
    await changeSettings(db, source.id, { schedules: null });
    const runs = (await complete()).toReversed();
    expect(runs[0]).toMatchObject({ kind: 'full', set_specs: [] });
    for (const [i, run] of runs.slice(1).entries())
      expect(run.started_at.getTime()).toBeGreaterThanOrEqual(runs[i]!.finished_at!.getTime());
    expect(await countRecords(db, source.id)).toEqual({ live: 100, deleted: 0 });
  });

  it('let a full harvest wait for a sync that goes on, as it comes seldom', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    const { db } = database;
    await using sim = await simulate({ seed: 43, size: 80, pageSize: 10 }, { latencyMs: { min: 150, max: 200 } });
    const source = await saveSource(db, { name: 'sim', base_url: sim.url, metadata_prefix: 'oai_datacite' });
    await using processes = await startProcesses(database.url);
    await (await processes.resources.schedules()).tick({ sourceId: source.id, kind: 'full' });
    await until(async () => (await listRuns(db, source.id, 1))[0]?.state === 'complete');
    sim.repository.touch({ fraction: 1 }, Date.now());
    await (await processes.resources.schedules()).tick({ sourceId: source.id, kind: 'incremental' });
    await until(async () => (await listRuns(db, source.id, 1))[0]?.kind === 'incremental');
    await (await processes.resources.schedules()).tick({ sourceId: source.id, kind: 'full' });
    await until(
      async () => (await listRuns(db, source.id, 9)).filter((run) => run.kind === 'full' && run.state === 'complete').length === 2,
    );
    const [full, incremental] = await listRuns(db, source.id, 2);
    expect([full!.kind, incremental!.kind, incremental!.state]).toEqual(['full', 'incremental', 'complete']);
    expect(full!.started_at.getTime()).toBeGreaterThanOrEqual(incremental!.finished_at!.getTime());
  });

  it('come once after downtime, even where the queue has forgotten everything', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    const { db } = database;
    await using sim = await simulate({ seed: 42, size: 60 });
    const yearly = { cron: '0 3 1 1 *', timeZone: 'UTC' };
    const source = await saveSource(db, {
      name: 'sim',
      base_url: sim.url,
      metadata_prefix: 'oai_datacite',
      settings: { schedules: { full: yearly } },
    });
    const old = {
      source_id: source.id,
      kind: 'full' as const,
      metadata_prefix: 'oai_datacite',
      state: 'complete' as const,
      until_datestamp: new Date('2020-06-01T00:00:00Z'),
    };
    await db
      .insertInto('harvest.run')
      .values({ ...old, started_at: new Date('2020-06-01T00:00:00Z'), finished_at: new Date('2020-06-02T00:00:00Z') })
      .execute();
    await using processes = await startProcesses(database.url);
    await until(async () => (await listRuns(db, source.id, 9))[0]?.state === 'complete' && (await listRuns(db, source.id, 9)).length === 2);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect((await listRuns(db, source.id, 9)).map((run) => run.kind)).toEqual(['full', 'full']);
    const kept = (await (await processes.resources.schedules()).kept()).toSorted((a, b) => a.id.localeCompare(b.id));
    expect(kept).toMatchObject([
      { id: 'installation-prune', cron: '47 3 * * *' },
      { id: `source-${source.id}-full`, cron: yearly.cron },
    ]);
    expect(await listSources(db)).toHaveLength(1);
  });

  it('delete what is older than the policy allows; a command that sets schedules leaves theirs alone', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    const { db } = database;
    const after = { at: 0, recordId: 0, revision: 0 };
    const { id } = await addWebhook(db, { url: 'https://hook.example', secret: 's', types: null, communities: null, after });
    await db.pool.query(
      `insert into harvest.webhook_delivery (webhook_id, body, changes, state, ended_at)
       select $1, '{}', 1, 'delivered', now() - days * interval '1 day' from unnest(array[31, 29]) days`,
      [id],
    );
    await using processes = await startProcesses(database.url);
    const schedules = await processes.resources.schedules();
    await until(async () => (await schedules.kept()).length === 1);
    const before = await schedules.kept();
    await applySchedulesOfSources(db, schedules, log);
    expect(await schedules.kept()).toEqual(before);
    await schedules.tick({ sourceId: null, kind: 'prune' });
    await until(async () => (await lastPruning(db))?.ended_at instanceof Date);
    expect(await lastPruning(db)).toMatchObject({ deliveries: 1, policy: { pages: null, history: null, deliveries: 30 } });
    expect(await listDeliveries(db, id, 9)).toHaveLength(1);
  });

  it('a schedule of deletions that is wrong ends the process at once, with its variable', async () => {
    await using database = await createWholeDatabase(process.env['DATABASE_URL']);
    await using resources = openResources({ DATABASE_URL: database.url, PRUNE_SCHEDULE: '61 3 * * *' }, log);
    await expect(startHarvester(resources, AbortSignal.timeout(20_000))).rejects.toThrow(/PRUNE_SCHEDULE is wrong: .*no cron expression/);
  });
});
