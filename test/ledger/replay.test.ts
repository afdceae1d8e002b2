import { exit } from '@thresher/cli';
import { dryReplay, replay, type ReplayDeps } from '@thresher/pipeline';
import { countDocuments, documentVersion, refresh } from '@thresher/search';
import { deleteRecords, writeHeaders } from '@thresher/store/write';
import { expect, it } from 'vitest';
import { type Harness, openHarness, simulate } from '../harness.ts';
import { thresher } from './thresher.ts';

const timeout = 120_000;
const never = new AbortController().signal;
const quiet = (): void => {};
const deps = ({ db, queue }: Harness): ReplayDeps => ({ db, queue, searchable: true });

/** Every row of a table with the transaction that wrote it: equal means that nothing was written. */
async function versions(harness: Harness, ...tables: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const { rows } = await harness.db.pool.query<{ at: string }>(`select ctid || ' ' || xmin as at from ${table} order by ctid`);
    found.push(...rows.map(({ at }) => `${table} ${at}`));
  }
  return found;
}
const written = (harness: Harness) =>
  versions(
    harness,
    'public.record',
    'public.record_history',
    'public.record_creator',
    'public.record_set',
    'public.record_issue',
    'harvest.unindexed',
  );

/** As if an older mapping had written these records: their titles end in " (old)" and they have no publisher. */
async function age(harness: Harness, where: string): Promise<number> {
  const { rowCount } = await harness.db.pool.query(`
    update public.record set metadata = metadata::jsonb || jsonb_build_object('title', (metadata->>'title') || ' (old)', 'publisher', null),
           metadata_hash = sha256(convert_to(id::text, 'UTF8')), title = title || ' (old)', publisher = null
    where ${where}`);
  return rowCount ?? 0;
}

const column = async (harness: Harness, expression: string): Promise<unknown[]> =>
  (await harness.db.pool.query<{ v: unknown }>(`select ${expression} as v from public.record order by id`)).rows.map((row) => row.v);

it('writes nothing where the mapping makes the same', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 21, size: 290 });
  await harness.harvest(sim.url);
  await harness.harvest(sim.url);
  const before = await written(harness);
  expect(await dryReplay(harness.db, {}, 2, quiet, never)).toEqual({ pages: 12, pagesDone: 12, recordsDone: 580, changed: 0, fields: [] });
  const result = await replay(deps(harness), {}, quiet, never);
  expect(result).toEqual({ pages: 12, pagesDone: 12, recordsDone: 580, changed: 0, failed: [] });
  expect(await written(harness)).toEqual(before);
  expect(
    await harness.db
      .selectFrom('harvest.page')
      .select('id')
      .where((eb) => eb.or([eb('state', '!=', 'done'), eb('remap', '=', true)]))
      .execute(),
  ).toEqual([]);
});

it('says which fields would change, then changes them in SQL and search, whichever page came last', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 22, size: 130 });
  const { run } = await harness.harvest(sim.url);
  // Pages of a second harvest that changed nothing, and of one that saw some newer.
  await harness.harvest(sim.url);
  sim.repository.touch({ fraction: 0.2 }, Date.parse('2026-09-01T00:00:00Z'));
  await harness.harvest(sim.url);
  const titles = await column(harness, 'title');
  const aged = await age(harness, 'id % 3 = 0');

  const dry = await dryReplay(harness.db, {}, 2, quiet, never);
  const fields = new Map(dry.fields.map((field) => [field.field, field]));
  expect([...fields.keys()].sort()).toEqual(['publisher', 'title']);
  // Two harvests brought every record, under one datestamp, so each of its pages would change it.
  expect(fields.get('title')!.records).toBeGreaterThanOrEqual(aged);
  expect(fields.get('publisher')!.examples[0]).toMatchObject({ path: 'publisher', before: null, after: { name: expect.any(String) } });
  expect(fields.get('title')!.examples).toHaveLength(3);
  expect((await column(harness, "title like '% (old)'")).filter(Boolean)).toHaveLength(aged);

  const result = await replay(deps(harness), { sourceId: run.source_id }, quiet, never);
  expect(result).toMatchObject({ changed: aged, failed: [], pages: 9 });
  expect(await column(harness, 'title')).toEqual(titles);
  expect((await column(harness, 'publisher is null')).some(Boolean)).toBe(false);
  const history = await harness.db.pool.query<{ paths: string[] }>(
    "select changed_paths as paths from public.record_history where 'publisher' = any(changed_paths)",
  );
  expect(history.rows).toEqual(Array.from({ length: aged }, () => ({ paths: ['publisher', 'title'] })));
  await refresh(harness.search.client, harness.search.alias);
  expect(await countDocuments(harness.search.client, harness.search.alias)).toBe(130);
  const versionsThere = await harness.search.client.search({
    index: harness.search.alias,
    version: true,
    size: 200,
    query: { match_all: {} },
  });
  const revisions = await harness.db.pool.query<{ id: string; revision: number }>(
    'select oai_identifier as id, revision from public.record',
  );
  expect(new Map(versionsThere.hits.hits.map((hit) => [(hit._source as { oai_identifier: string }).oai_identifier, hit._version]))).toEqual(
    new Map(revisions.rows.map((row) => [row.id, documentVersion(row.revision, 0)])),
  );
  expect(await harness.db.selectFrom('harvest.unindexed').selectAll().execute()).toEqual([]);
});

it('leaves tombstones and newer sets alone', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 23, size: 90 });
  const { run } = await harness.harvest(sim.url);
  const { rows } = await harness.db.pool.query<{ id: number; identifier: string; sets: string[] }>(`
    select r.id, oai_identifier as identifier, array(select set_spec from public.record_set s where s.record_id = r.id) as sets from public.record r order by r.id`);
  const [gone, moved] = [rows[0]!, rows.slice(1).find((row) => row.sets.length > 0)!];
  await deleteRecords(
    harness.db,
    run.source_id,
    rows.filter((row) => row === gone).map((row) => ({ recordId: row.id, reason: 'test' })),
  );
  const [last] = await harness.db.selectFrom('harvest.page').selectAll().orderBy('id', 'desc').limit(1).execute();
  const { id: _, ...copy } = last!;
  const page = await harness.db
    .insertInto('harvest.page')
    .values({ ...copy, number: copy.number + 1, verb: 'ListIdentifiers', content: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  await writeHeaders(harness.db, {
    sourceId: run.source_id,
    pageId: page.id,
    setSpec: null,
    headers: [{ identifier: moved.identifier, setSpecs: ['user-elsewhere'], deleted: false }],
  });
  await age(harness, `id = ${moved.id}`);

  const result = await replay(deps(harness), {}, quiet, never);
  expect(result).toMatchObject({ changed: 1, failed: [] });
  const after = await harness.db.pool.query<{ id: number; deleted: boolean; title: string; sets: string[]; communities: string[] }>(
    `
    select id, deleted, title, array(select set_spec from public.record_set s where s.record_id = r.id) as sets,
           array(select community from public.record_community s where s.record_id = r.id) as communities
    from public.record r where id = any($1) order by deleted desc`,
    [[gone.id, moved.id]],
  );
  expect(after.rows).toMatchObject([
    { id: gone.id, deleted: true },
    {
      id: moved.id,
      deleted: false,
      title: expect.not.stringContaining('(old)'),
      sets: ['user-elsewhere'],
      communities: expect.arrayContaining(['elsewhere']),
    },
  ]);
});

it('brings back records that were lost from SQL, and tries failed pages again', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 24, size: 90 });
  await harness.harvest(sim.url);
  await harness.db.pool.query('delete from public.record where id % 2 = 0');
  await harness.db.updateTable('harvest.page').set({ state: 'fetched', tries: 8, failure: 'it failed' }).where('number', '=', 0).execute();
  expect(await replay(deps(harness), { failed: true }, quiet, never)).toMatchObject({ pages: 1, pagesDone: 1, failed: [] });
  expect((await harness.stored()).size).toBeGreaterThan(45);
  expect(await replay(deps(harness), {}, quiet, never)).toMatchObject({ pages: 2, failed: [] });
  expect(await harness.stored()).toEqual(sim.ledger());
});

it('is a command', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 25, size: 90 });
  await thresher(harness, 'harvest', sim.url);
  await age(harness, 'id % 10 = 0');
  const dry = await thresher(harness, 'replay', sim.url, '--dry-run');
  expect(dry.code).toBe(exit.done);
  expect(dry.out).toMatch(/2 pages with 90 records read in .*: 9 records would change, nothing was written/);
  expect(dry.out).toMatch(/^publisher +9 +oai:zenodo/m);
  const told = JSON.parse((await thresher(harness, 'replay', '--run', '1', '--json')).out) as object;
  expect(told).toMatchObject({ pages: 2, pagesDone: 2, recordsDone: 90, changed: 9, failed: [] });
  expect(await thresher(harness, 'replay', 'nowhere')).toMatchObject({ code: exit.usage });
});
