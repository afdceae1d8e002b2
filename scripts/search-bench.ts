/**
 * `node scripts/search-bench.ts [--size 50000] [--seconds 30] [--keep] [--json]`: search over simulated documents on the server of
 * ELASTICSEARCH_URL, in an index of its own that is dropped at the end. With --keep it stays, and is used again when it has
 * that many documents. A million take ten minutes of two cores.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { type BulkOperation, countDocuments, createSearchClient, deleteIndex, FACET_NAMES, searchRecords, suggest } from '@thresher/search';
import { simulatedOperations } from './search-bench/documents.ts';
import { cpuMillis, makeIndex } from './search-bench/make-index.ts';
import { type LoadTimes, openLoad } from './search-bench/open-load.ts';
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
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Words, names and beginnings out of the documents themselves. */
function termsOf(operations: readonly BulkOperation[]): { words: string[]; names: string[] } {
  const documents = operations.flatMap((operation) => ('index' in operation ? operation.index : []));
  return {
    words: documents.flatMap((document) => document.title?.match(/\p{L}{4,}/gu) ?? []),
    names: documents.flatMap((document) => document.creators?.[0]?.name ?? []),
  };
}

const [first] = [...simulatedOperations(1_000)];
const { words, names } = termsOf(first!);
const pick = (list: readonly string[], n: number): string => list[(n * 7_919) % list.length]!;

/** What people ask: mostly words, some with a filter, some names, some nothing at all. */
function searchOf(n: number): Parameters<typeof searchRecords>[2] {
  const kind = n % 10;
  if (kind === 0) return { facets: FACET_NAMES };
  if (kind === 1) return { q: `creators.name:"${pick(names, n)}"`, facets: FACET_NAMES };
  if (kind < 4) return { q: pick(words, n), filters: { resource_type: ['dataset'], access_status: ['open'] }, facets: FACET_NAMES };
  if (kind < 7) return { q: `${pick(words, n)} ${pick(words, n + 1)}`, facets: FACET_NAMES };
  return { q: pick(words, n), facets: FACET_NAMES };
}

const typedOf = (n: number): string => pick(n % 3 === 0 ? names : words, n).slice(0, 1 + (n % 7));

/** With the CPU time of Elasticsearch for each request, which other processes hardly touch. */
async function measured(load: () => Promise<LoadTimes>): Promise<LoadTimes & { cpuMs: number }> {
  const before = await cpuMillis(client);
  const times = await load();
  return { ...times, cpuMs: Math.round((((await cpuMillis(client)) - before) / times.requests) * 10) / 10 };
}

const existing = await countDocuments(client, alias).catch(() => 0);
const made =
  values.keep && existing >= size ? null : await makeIndex(client, alias, size, (done) => done % 20_000 === 0 && say(`${done} documents`));
for (let n = 0; n < 40; n += 1) await Promise.all([searchRecords(client, alias, searchOf(n)), suggest(client, alias, typedOf(n))]);
say('search with all facets, 20 a second');
const search = await measured(() => openLoad(20, seconds, (n) => searchRecords(client, alias, searchOf(n + 1_000))));
say('suggest, 50 a second');
const suggestions = await measured(() => openLoad(50, seconds, (n) => suggest(client, alias, typedOf(n + 1_000))));
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
const result = { documents: size, cores: os.cpus().length, loadAverage: os.loadavg()[0], made, search, suggest: suggestions, walk };
if (values.json) console.log(JSON.stringify(result, null, 2));
else {
  if (made)
    console.log(
      `index: ${made.documents} documents in ${made.seconds} s, ${made.cpuMicrosPerDocument} µs CPU and ${made.bytesPerDocument} bytes a document`,
    );
  console.log('| what | requests | p50 ms | p90 ms | p99 ms | max ms | CPU ms | failed |\n|---|---|---|---|---|---|---|---|');
  for (const [name, t] of [
    ['search with all facets, 20/s', search],
    ['suggest, 50/s', suggestions],
  ] as const)
    console.log(`| ${name} | ${t.requests} | ${t.p50} | ${t.p90} | ${t.p99} | ${t.max} | ${t.cpuMs} | ${t.failed} |`);
  console.log(
    `walk: ${walk.different} different of ${walk.seen} seen of ${walk.total}, ${walk.changedMeanwhile} changed meanwhile, ${walk.seconds} s`,
  );
}
if (!values.keep) {
  for (const index of Object.keys(await client.indices.getAlias({ name: alias }))) await deleteIndex(client, index);
}
await client.close();
