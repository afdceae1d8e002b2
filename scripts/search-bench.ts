/**
 * `node scripts/search-bench.ts [--size 50000] [--seconds 60] [--keep] [--json]`: search over simulated documents on the server of
 * ELASTICSEARCH_URL, in its own index that is dropped at the end. With --keep it stays, and is used again when it has
 * that many documents. A million take ten minutes of two cores.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { type BulkOperation, countDocuments, createSearchClient, deleteIndex, searchRecords, suggest } from '@thresher/search';
import { simulatedOperations } from './search-bench/documents.ts';
import { cpuMillis, makeIndex, segmentCount } from './search-bench/make-index.ts';
import { type LoadFigure, loadTable, type LoadTimes, openLoad } from './search-bench/open-load.ts';
import { requestsFrom, shareRepeated } from './search-bench/searches.ts';
import { walkAll } from './search-bench/walk.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '60' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const url = process.env['ELASTICSEARCH_URL'];
if (url === undefined) throw new Error('ELASTICSEARCH_URL is not set: run it within npm run services');
const [size, seconds] = [Number(values.size), Number(values.seconds)];
const alias = 'thresher-search-bench';
const client = await createSearchClient(url);
/** A server that has just started compiles its code for longer than a minute of this load; that is not measured. */
const WARM_UP_SECONDS = 120;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const requests = requestsFrom(
  [...simulatedOperations(20_000)]
    .flat()
    .flatMap((operation) => ('index' in operation ? operation.index : []))
    .map(({ title, creators }) => ({ title: title ?? null, creator: creators?.[0]?.name ?? null })),
);
let asked = 0;
/** Always other searches, so that the server has only those counts that searches of the same load asked for. */
const searching = async (perSecond: number, during: number): Promise<LoadTimes> => {
  await client.indices.clearCache({ index: alias, request: true });
  const from = asked;
  asked += perSecond * during;
  return openLoad(perSecond, during, (n) => searchRecords(client, alias, requests.search(from + n)));
};
const suggesting = (perSecond: number, during: number): Promise<LoadTimes> =>
  openLoad(perSecond, during, (n) => suggest(client, alias, requests.typed(n)));

/** With the CPU time of Elasticsearch for each request, which other processes hardly touch. */
async function measured(load: () => Promise<LoadTimes>): Promise<LoadFigure> {
  const before = await cpuMillis(client);
  const times = await load();
  return { ...times, cpuMs: Math.round((((await cpuMillis(client)) - before) / times.requests) * 10) / 10 };
}

const existing = await countDocuments(client, alias).catch(() => 0);
const made =
  values.keep && existing >= size ? null : await makeIndex(client, alias, size, (done) => done % 20_000 === 0 && say(`${done} documents`));
const segments = await segmentCount(client, alias);
say('warming up');
await Promise.all([searching(20, WARM_UP_SECONDS), suggesting(10, WARM_UP_SECONDS)]);
say('search with all facets, 20 a second');
const repeated = shareRepeated(Array.from({ length: 20 * seconds }, (_, n) => requests.search(asked + n)));
const search = await measured(() => searching(20, seconds));
say('the same without counts from the cache');
await client.indices.putSettings({ index: alias, settings: { 'requests.cache.enable': false } });
const uncached = await measured(() => searching(20, seconds));
await client.indices.putSettings({ index: alias, settings: { 'requests.cache.enable': true } });
say('suggest, 50 a second');
const suggestions = await measured(() => suggesting(50, seconds));
say('a walk through everything while one in a hundred changes');
/** One record in a hundred, ten at a time, so that the changes last for the whole walk. */
const hundredth = (function* (): Generator<BulkOperation[], undefined> {
  let left = size / 100;
  for (const operations of simulatedOperations(size))
    for (let from = 0; from < operations.length; from += 10) {
      if (left <= 0) return undefined;
      left -= 10;
      yield operations.slice(from, from + 10).map((operation) => ({ ...operation, version: operation.version + 1 }));
    }
  return undefined;
})();
const walk = await walkAll(client, alias, hundredth);
const result = {
  documents: size,
  segments,
  repeated,
  cores: os.cpus().length,
  loadAverage: os.loadavg()[0],
  made,
  search,
  uncached,
  suggest: suggestions,
  walk,
};
if (values.json) console.log(JSON.stringify(result, null, 2));
else {
  if (made)
    console.log(
      `index: ${made.documents} documents in ${made.seconds} s, ${made.cpuMicrosPerDocument} µs CPU and ${made.bytesPerDocument} bytes a document; merged in ${made.mergeSeconds} s`,
    );
  console.log(`${segments} segments; ${Math.round(repeated * 100)} % of the searches ask for counts that one before them asked for`);
  console.log(
    loadTable('CPU ms', [
      ['search with all facets, 20/s', search],
      ['the same without the cache of counts', uncached],
      ['suggest, 50/s', suggestions],
    ]),
  );
  console.log(
    `walk: ${walk.different} different of ${walk.seen} seen of ${walk.total}, ${walk.changedMeanwhile} changed meanwhile, ${walk.seconds} s`,
  );
}
if (!values.keep) {
  for (const index of Object.keys(await client.indices.getAlias({ name: alias }))) await deleteIndex(client, index);
}
await client.close();
