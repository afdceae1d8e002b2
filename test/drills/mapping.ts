import { createSearchClient, DEFAULT_ALIAS, indexName, type SearchClient } from '@thresher/search';
import { INDEX_SETTINGS, MAPPING, MAPPING_VERSION } from '@thresher/search/testing';
import { installationId } from '@thresher/store/harvest';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFleet } from '../fleet/fleet.ts';
import { openObserver } from '../fleet/outcome.ts';
import { queryLine, startQueries, usualQueries } from '../fleet/queries.ts';
import type { SimulatorProcess } from '../harvest/programs.ts';
import { type Drill, STEP_MS } from './drill.ts';

/**
 * An index with a mapping of an older version, which lacks a field, is replaced by `thresher reindex` while records change, are harvested
 * and are searched. No request fails, no answer lacks a record or shows an older revision than one before it, and afterwards the new
 * field is searched.
 */
export const mapping: Drill = async ({ place, sim, notes, records, signal }) => {
  await using fleet = openFleet({ place, signal, env: place.env });
  await fleet.must('migrate');
  await using observer = await openObserver(place.env, signal);
  await createOlderIndex(observer.search, await installationId(observer.db));
  const apis = [await fleet.start('api', 'api-1'), await fleet.start('api', 'api-2')];
  await fleet.start('transformer', 'transformer');
  await fleet.must('harvest', sim.url);
  const byLanguage = async (): Promise<number> => Number(await countOf(observer.search, { exists: { field: 'language' } }));
  const check = await fleet.command('upgrade', '--check');
  if (check.code !== 4 || !/run thresher reindex/.test(check.stdout)) notes.violated(`upgrade --check: ${check.code}, ${check.stdout}`);
  notes.note(`${await observer.records()} records, ${await byLanguage()} of them found by the field that the old mapping lacks`);
  if ((await byLanguage()) !== 0) notes.violated('the old mapping has the field');

  const urls = apis.map(({ url }) => url);
  const queries = startQueries(urls, usualQueries, records);
  const newest = watchNewest(place.env['ELASTICSEARCH_URL']!);
  const changes = changeUntilEnd(fleet, sim);
  const begun = Date.now();
  await fleet.must('reindex');
  const seconds = (Date.now() - begun) / 1_000;
  notes.note(`thresher reindex took ${Math.round(seconds)} s with the start of the command`);
  const syncs = await changes.end();
  const counts = await queries.end();
  notes.note(queryLine(counts));
  const watched = await newest.end();
  notes.note(`${watched.looks} looks at the alias itself, ${syncs} syncs of changed records during the reindex`);
  if (counts.failed + counts.short > 0) notes.violated(...counts.examples);
  notes.violated(...watched.backward);
  await observer.untilQuiet(STEP_MS);
  notes.violated(...(await observer.differences(sim)));
  if ((await byLanguage()) === 0) notes.violated('the new field is not searched');
  notes.note(`${await byLanguage()} records are found by the new field`);
  const mine = indexName(DEFAULT_ALIAS, await installationId(observer.db)).replace(/-v\d+$/, '');
  const indices = Object.keys(await observer.search.indices.get({ index: `${mine}-*` }));
  if (indices.length !== 1) notes.violated(`indices are left: ${indices.join(', ')}`);
  const after = await fleet.command('upgrade', '--check');
  if (after.code !== 0) notes.violated(`upgrade --check afterwards: ${after.code}, ${after.stdout}`);
  signal.throwIfAborted();
};

/** As a version before this one would have left it. */
async function createOlderIndex(search: SearchClient, storeId: string): Promise<void> {
  const { language: _, ...properties } = MAPPING.properties;
  const version = MAPPING_VERSION - 1;
  await search.indices.create({
    index: indexName(DEFAULT_ALIAS, storeId, version),
    aliases: { [DEFAULT_ALIAS]: {} },
    settings: { ...INDEX_SETTINGS, number_of_shards: 1, number_of_replicas: 0 },
    mappings: { ...MAPPING, properties, _meta: { store_id: storeId, mapping_version: version } },
  });
}

async function countOf(search: SearchClient, query: object): Promise<number> {
  await search.indices.refresh({ index: DEFAULT_ALIAS });
  return (await search.count({ index: DEFAULT_ALIAS, query })).count;
}

/** Changes a few records at the source and syncs them, again and again, while the reindex goes on. */
function changeUntilEnd(fleet: { must(...args: string[]): Promise<string> }, sim: SimulatorProcess): { end(): Promise<number> } {
  let [over, syncs] = [false, 0];
  const work = (async () => {
    while (!over) {
      await sim.post('touch', { fraction: 0.02 });
      await fleet.must('sync', sim.url);
      syncs++;
    }
  })();
  return {
    async end() {
      over = true;
      await work;
      return syncs;
    },
  };
}

const LOOK_MS = 50;

/** Looks at all documents behind the alias: their number, and the sum of their revisions, which only grow. */
function watchNewest(url: string): { end(): Promise<{ looks: number; backward: string[] }> } {
  let over = false;
  const result = { looks: 0, backward: [] as string[] };
  const work = (async () => {
    const client = await createSearchClient(url);
    let before = { documents: 0, revisions: 0 };
    while (!over) {
      const { hits, aggregations } = await client.search<unknown, { revisions: { value: number } }>({
        index: DEFAULT_ALIAS,
        size: 0,
        track_total_hits: true,
        aggs: { revisions: { sum: { field: 'revision' } } },
      });
      const total = hits.total as { value: number };
      const now = { documents: total.value, revisions: aggregations!.revisions.value };
      if (now.documents < before.documents || now.revisions < before.revisions)
        result.backward.push(
          `searches went back from ${before.documents} documents with revisions ${before.revisions} to ${now.documents} with ${now.revisions}`,
        );
      before = now;
      result.looks++;
      await sleep(LOOK_MS);
    }
    await client.close();
  })();
  return {
    async end() {
      over = true;
      await work;
      return result;
    },
  };
}
