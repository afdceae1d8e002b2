/**
 * `node scripts/lookup-bench.ts [--size 50000] [--seconds 30] [--database thresher_lookup_bench] [--keep] [--json]`: looks records up
 * through an API process of its own, over a database on the server of DATABASE_URL that is dropped at the end. With --keep it stays, and is
 * used again when it has that many records. A million take ten minutes of two cores and 8 GB.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { createDb, tableSizes } from '@thresher/store';
import { watch } from './bench/processes.ts';
import { startApiProcess } from './lookup-bench/api-process.ts';
import { fill, type Names, someNames } from './lookup-bench/fill.ts';
import { type LoadFigure, loadTable, openLoad } from './search-bench/open-load.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '30' },
    database: { type: 'string', default: 'thresher_lookup_bench' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
// Who measures pauses must not pause.
setFlagsFromString('--heap-growing-percent=800');
const server = process.env['DATABASE_URL'];
if (server === undefined) throw new Error('DATABASE_URL is not set: run it within npm run services');
const [size, seconds, name] = [Number(values.size), Number(values.seconds), values.database];
const url = new URL(server);
url.pathname = `/${name}`;
const WARM_UP_SECONDS = 20;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

await using admin = createDb(server);
const { rowCount } = await admin.pool.query('select from pg_database where datname = $1', [name]);
if (!rowCount) await admin.pool.query(`create database "${name}"`);
const result = await measure();
if (!values.keep) await admin.pool.query(`drop database "${name}"`);
print(result);

async function measure() {
  await using db = createDb(url.href);
  await fill(db, size, (records) => say(`${records} records`));
  const [names, sizes] = [await someNames(db, size), await tableSizes(db)];
  const bytes = sizes.reduce((sum, one) => sum + one.bytes + one.indexBytes, 0);
  await using api = await startApiProcess(url.href);
  const get = async (path: string): Promise<void> => {
    const reply = await fetch(api.url + path, { redirect: 'manual' });
    await reply.arrayBuffer();
    if (reply.status !== 200 && reply.status !== 302) throw new Error(`${path}: ${reply.status}`);
  };
  const measured = async (perSecond: number, path: (n: number) => string): Promise<LoadFigure> => {
    const watching = watch([{ name: 'API', pid: api.pid }]);
    const times = await openLoad(perSecond, seconds, (n) => get(path(n)));
    return { ...times, cpuMs: Math.round((watching.figures()[0]!.cpuSeconds / times.requests) * 100_000) / 100 };
  };
  const at = (n: number): Names => names[(n * 7_919) % names.length]!;
  // An API has been running for long when people ask it: its code is compiled and its connections are open.
  await openLoad(200, WARM_UP_SECONDS, (n) => get(single(at(n), n)));
  say('one record, by number, DOI, OAI identifier and concept, 200 a second');
  const one = await measured(200, (n) => single(at(n + 200 * WARM_UP_SECONDS), n));
  say('a hundred records at once, 5 a second');
  const hundred = await measured(5, (n) => `/api/lookup?ids=${Array.from({ length: 100 }, (_, i) => at(n * 100 + i).recid).join()}`);
  return { records: size, bytes, cores: os.cpus().length, loadAverage: os.loadavg()[0], one, hundred };
}

function single({ recid, doi, oaiIdentifier, conceptDoi }: Names, n: number): string {
  return `/api/records/${[recid, doi, oaiIdentifier, conceptDoi ?? `https://doi.org/${doi}`][n % 4]}`;
}

function print({ one, hundred, ...facts }: Awaited<ReturnType<typeof measure>>): void {
  if (values.json) return console.log(JSON.stringify({ ...facts, one, hundred }, null, 2));
  console.log(
    `${facts.records} records, ${(facts.bytes / 1e9).toFixed(1)} GB, ${facts.cores} cores, load ${facts.loadAverage!.toFixed(1)}`,
  );
  console.log(
    loadTable('CPU ms of the API', [
      ['one record, 200/s', one],
      ['a hundred records, 5/s', hundred],
    ]),
  );
}
