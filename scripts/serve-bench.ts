/**
 * `node scripts/serve-bench.ts [--seconds 60] [--json]`: asks its own API process over what was harvested into DATABASE_URL and
 * ELASTICSEARCH_URL: searches, suggestions, lookups, a walk by cursor, exports. Reads only, so it may be run on any store. Requests are an
 * open load: they are sent when they are due, so that waiting for the others counts.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { createDb } from '@thresher/store/database';
import { type ProcessFigure, watch } from './bench/processes.ts';
import { type LoadFigure, loadTable, openLoad } from './search-bench/open-load.ts';
import { requestsFrom, shareRepeated, toParameters } from './search-bench/searches.ts';
import { startApiProcess } from './serve-bench/api-process.ts';
import { exportSome, type Exported } from './serve-bench/export-some.ts';
import { type StoredRecord, someRecords } from './serve-bench/stored-records.ts';
import { walkByCursor } from './serve-bench/walk-by-cursor.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, json: { type: 'boolean', default: false } } });
// Who measures pauses must not pause.
setFlagsFromString('--heap-growing-percent=800');
const seconds = Number(values.seconds);
/** Servers that have just started compile their code for longer than a minute of this load; that is not measured. */
const WARM_UP_SECONDS = 120;
const FORMATS = ['jsonl', 'csv', 'bibtex'];
const [databaseUrl, searchUrl] = [process.env['DATABASE_URL'], process.env['ELASTICSEARCH_URL']];
if (databaseUrl === undefined || searchUrl === undefined)
  throw new Error('DATABASE_URL and ELASTICSEARCH_URL are needed: those of a store into which was harvested');
const say = (text: string): void => void process.stderr.write(`${text}\n`);
print(await measure(databaseUrl));

async function measure(database: string) {
  await using db = createDb(database);
  const known = await someRecords(db);
  if (known.length === 0) throw new Error('nothing was harvested into this database: harvest first');
  const requests = requestsFrom(known);
  await using api = await startApiProcess(process.env);
  const get = async (path: string): Promise<void> => {
    const reply = await fetch(api.url + path, { redirect: 'manual' });
    await reply.arrayBuffer();
    if (reply.status !== 200 && reply.status !== 302) throw new Error(`${path}: ${reply.status}`);
  };
  const watched = async <T>(work: () => Promise<T>): Promise<{ done: T; api: ProcessFigure }> => {
    const watching = watch([{ name: 'API', pid: api.pid }]);
    const done = await work();
    return { done, api: watching.figures()[0]! };
  };
  const load = async (what: string, perSecond: number, path: (n: number) => string): Promise<LoadFigure> => {
    say(`${what}, ${perSecond} a second`);
    const { done: times, api: process } = await watched(() => openLoad(perSecond, seconds, (n) => get(path(n))));
    return { ...times, cpuMs: Math.round((process.cpuSeconds / times.requests) * 100_000) / 100 };
  };
  const at = (n: number): StoredRecord => known[(n * 7_919) % known.length]!;
  const search = (n: number): string => `/api/records?${toParameters(requests.search(n)).toString()}`;
  const suggest = (n: number): string => `/api/suggest?${new URLSearchParams({ q: requests.typed(n) }).toString()}`;
  say('warming up');
  const warmUp = (perSecond: number, path: (n: number) => string) => openLoad(perSecond, WARM_UP_SECONDS, (n) => get(path(n)));
  await Promise.all([warmUp(20, search), warmUp(10, suggest), warmUp(50, (n) => single(at(n), n))]);
  const [searched, lookedUp] = [20 * WARM_UP_SECONDS, 50 * WARM_UP_SECONDS];
  const loads = {
    search: await load('search with all facets', 20, (n) => search(n + searched)),
    suggest: await load('suggest', 50, suggest),
    lookup: await load('one record, by number, DOI, OAI identifier and concept', 200, (n) => single(at(n + lookedUp), n)),
    hundred: await load('a hundred records at once', 5, (n) => hundred(Array.from({ length: 100 }, (_, i) => at(n * 100 + i)))),
  };
  say('a walk by cursor');
  const { done: walk, api: walking } = await watched(() => walkByCursor(api.url));
  const exported: (Exported & { readonly peakMegabytes: number })[] = [];
  for (const format of FORMATS) {
    say(`export as ${format}`);
    const { done, api: process } = await watched(() => exportSome(api.url, format));
    exported.push({ ...done, peakMegabytes: process.peakMegabytes });
  }
  const repeated = shareRepeated(Array.from({ length: 20 * seconds }, (_, n) => requests.search(searched + n)));
  const conditions = { cores: os.cpus().length, loadAverage: os.loadavg()[0]!, repeated };
  return { ...conditions, loads, walk: { ...walk, peakMegabytes: walking.peakMegabytes }, exported };
}

function single({ recid, doi, oaiIdentifier, conceptDoi }: StoredRecord, n: number): string {
  const names = [
    recid ?? oaiIdentifier,
    doi ?? oaiIdentifier,
    oaiIdentifier,
    conceptDoi ?? (doi && `https://doi.org/${doi}`) ?? oaiIdentifier,
  ];
  return `/api/records/${encodeURIComponent(names[n % 4]!)}`;
}

function hundred(records: readonly StoredRecord[]): string {
  return `/api/lookup?${new URLSearchParams({ ids: records.map(({ recid, oaiIdentifier }) => recid ?? oaiIdentifier).join() }).toString()}`;
}

function print(result: Awaited<ReturnType<typeof measure>>): void {
  if (values.json) return console.log(JSON.stringify(result, null, 2));
  const { cores, loadAverage, repeated, loads, walk, exported } = result;
  console.log(
    `${cores} cores, load ${loadAverage.toFixed(1)}; ${Math.round(repeated * 100)} % of the searches ask for counts that one before them asked for`,
  );
  console.log(
    loadTable('CPU ms of the API', [
      ['search with all facets, 20/s', loads.search],
      ['suggest, 50/s', loads.suggest],
      ['one record, 200/s', loads.lookup],
      ['a hundred records, 5/s', loads.hundred],
    ]),
  );
  console.log(
    `\nwalk by cursor: ${walk.different} different of ${walk.seen} seen of ${walk.total}, ${walk.seconds} s, ${walk.peakMegabytes} MB`,
  );
  for (const { format, records, bytes, seconds: taken, peakMegabytes } of exported)
    console.log(`export as ${format}: ${records} records, ${Math.round(bytes / 1e6)} MB in ${taken} s, ${peakMegabytes} MB`);
}
