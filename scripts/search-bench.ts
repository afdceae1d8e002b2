/**
 * `node scripts/search-bench.ts [--size 50000] [--seconds 30] [--keep] [--json]`: search over simulated documents on the server of
 * ELASTICSEARCH_URL, in an index of its own that is dropped at the end. With --keep it stays, and is used again when it has
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
    seconds: { type: 'string', default: '30' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const url = process.env['ELASTICSEARCH_URL'];
if (url === undefined) throw new Error('ELASTICSEARCH_URL is not set: run it within npm run services');
const [size, seconds] = [Number(values.size), Number(values.seconds)];
const alias = 'thresher-search-bench';
const client = await createSearchClient(url);
/** Requests that are not measured, while the server compiles its code. */
const WARM_UP = 400;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const [first] = [...simulatedOperations(1_000)];
const requests = requestsFrom(first!);
const searchOf = (n: number): Promise<unknown> => searchRecords(client, alias, requests.search(n));
const suggestOf = (n: number): Promise<unknown> => suggest(client, alias, requests.typed(n));

/** With the CPU time of Elasticsearch for each request, which other processes hardly touch. */
async function measured(load: () => Promise<LoadTimes>): Promise<LoadFigure> {
  const before = await cpuMillis(client);
  const times = await load();
  return { ...times, cpuMs: Math.round((((await cpuMillis(client)) - before) / times.requests) * 10) / 10 };
}

const existing = await countDocuments(client, alias).catch(() => 0);
const made =
  values.keep && existing >= size ? null : await makeIndex(client, alias, size, (done) => done % 20_000 === 0 && say(`${done} documents`));
for (let n = 0; n < WARM_UP; n += 1) await Promise.all([searchOf(n), suggestOf(n)]);
const segments = await segmentCount(client, alias);
say('search with all facets, 20 a second');
const search = await measured(() => openLoad(20, seconds, (n) => searchOf(n + WARM_UP)));
say('suggest, 50 a second');
const suggestions = await measured(() => openLoad(50, seconds, (n) => suggestOf(n + WARM_UP)));
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
const repeated = shareRepeated(Array.from({ length: WARM_UP + search.requests }, (_, n) => requests.search(n)));
const result = {
  documents: size,
  segments,
  repeated,
  cores: os.cpus().length,
  loadAverage: os.loadavg()[0],
  made,
  search,
  suggest: suggestions,
  walk,
};
if (values.json) console.log(JSON.stringify(result, null, 2));
else {
  if (made)
    console.log(
      `index: ${made.documents} documents in ${made.seconds} s, ${made.cpuMicrosPerDocument} µs CPU and ${made.bytesPerDocument} bytes a document; merged in ${made.mergeSeconds} s`,
    );
  console.log(`${segments} segments; ${Math.round(repeated * 100)} % of the searches have the counts of an earlier one`);
  console.log(
    loadTable('CPU ms', [
      ['search with all facets, 20/s', search],
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
