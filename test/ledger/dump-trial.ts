/**
 * Imports the simulator's JSON dump with kill -9 on the way, twice, and a third time after some statistics have changed; compares every record,
 * file, statistic, reference, award and custom field with the ledger, in SQL and in the index. See USAGE. Ends with 0 if all is equal.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRepository, startServer } from '@thresher/oai-sim';
import { createSearchClient, DEFAULT_ALIAS, deleteIndex, indexName } from '@thresher/search';
import { installationId } from '@thresher/store/harvest';
import { createTestDatabase } from '@thresher/store/testing';
import { compareDocuments, compareRows, type Comparison } from './dump-trial/compare-facts.ts';
import { followSource } from './dump-trial/follow-source.ts';
import { countWrites, type Writes, writesBetween } from './dump-trial/count-writes.ts';

const USAGE = `Usage: node test/ledger/dump-trial.ts [options]
Imports the simulator's JSON dump, killed on the way, and compares SQL and search with the ledger.

  --records N    records in the dump (100000)
  --kills N      kills of the importing process, spread evenly over the records (10)
  --seed N       seed of the records (1)
  --sync         in the end: one record in a hundred changes at the source, some are deleted and added, and a sync brings that
  --help

DATABASE_URL: a server; a database is made on it and dropped. ELASTICSEARCH_URL, if there is to be an index: a server that nobody else
uses (npm run services), as the trial takes the alias ${DEFAULT_ALIAS}.`;

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    sync: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [records, kills, seed] = [Number(values.records), Number(values.kills), Number(values.seed)];
const { DATABASE_URL: databaseUrl, ELASTICSEARCH_URL: elasticsearchUrl } = process.env;

const repository = createRepository({ seed, size: records, deletedRecord: 'persistent' });
await using stack = new AsyncDisposableStack();
const server = stack.use(await startServer({ repository }));
const { db, url } = stack.use(await createTestDatabase(databaseUrl));
const search = elasticsearchUrl === undefined ? null : await createSearchClient(elasticsearchUrl);
const index = indexName(DEFAULT_ALIAS, await installationId(db));
if (search !== null) stack.defer(() => deleteIndex(search, index));
const started = Date.now();
const say = (text: string): void => console.error(`${Math.round((Date.now() - started) / 1_000)} s  ${text}`);

await server.sim.exporter.ready(Date.now());
say(`the dump is written: ${server.sim.exporter.find('records-json.tar.gz')!.size} bytes`);

const cli = path.join(import.meta.dirname, '../../packages/cli/bin/cli.ts');
const importing = () => thresher('harvest', server.url, '--from-dump', '--no-catch-up', '--json');
const thresher = (...args: string[]) =>
  spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
const count = async (what: string): Promise<number> =>
  Number((await db.pool.query<{ n: string }>(`select count(*) as n from ${what}`)).rows[0]!.n);

const first = await importKilled();
const whole = await compared();
const second = await importAgain('the same again');
// Every tenth record is viewed; nothing else changes.
const viewed = repository.view(
  [...repository.ledger()].filter((_, n) => n % 10 === 0).map(({ identifier }) => identifier),
  3,
);
await server.sim.exporter.run(Date.now());
const third = await importAgain(`a newer dump in which ${viewed} records have other statistics`);
const last = await compared();

const followed = values.sync ? await followSource(db, repository, syncing) : null;
if (followed !== null) say(`after a sync: ${followed.faults.length} differences; ${JSON.stringify(followed.counts)}`);

const faults = [...whole.faults, ...last.faults, ...(followed?.faults ?? [])];
const codes = [first.code, second.code, third.code];
const isRight =
  faults.length === 0 &&
  codes.every((code) => code === 0) &&
  Object.keys(second.writes).length === 0 &&
  Object.keys(third.writes).join() === 'record_stats' &&
  third.writes['record_stats'] === viewed;
console.log(
  JSON.stringify({
    records,
    kills,
    amidst: first.amidst,
    compared: whole.counts,
    followed: followed?.counts,
    faults: faults.length,
    codes,
    second: second.writes,
    viewed,
    third: third.writes,
    isRight,
  }),
);
for (const fault of faults.slice(0, 20)) console.log(fault);
process.exitCode = isRight ? 0 : 1;

/** Imports the dump to its end in one process after the other. */
async function importKilled(): Promise<{ readonly amidst: number; readonly code: number | null }> {
  let [amidst, writing] = [0, 0];
  const begun = Date.now();
  for (let kill = 1; kill <= kills; kill++) {
    const child = importing();
    const ended = once(child, 'exit');
    const due = Math.round((records * (kill - 0.5)) / kills);
    // Each process gets to work, even if the one before came further than wanted.
    const [from, start] = [await count('record'), Date.now()];
    let [firstWrite, stored]: [number | null, number] = [null, from];
    while (child.exitCode === null && (stored < due || stored === from)) {
      await sleep(100);
      stored = await count('record');
      if (firstWrite === null && stored > from) firstWrite = Date.now();
    }
    await sleep(Math.random() * 500);
    const isAmidst = child.exitCode === null && (await count('record')) < records;
    child.kill('SIGKILL');
    await ended;
    const inHand = await count('harvest.page where begun > 0');
    if (isAmidst) amidst++;
    if (firstWrite !== null) writing += Date.now() - firstWrite;
    say(
      `${isAmidst ? 'killed' : 'ended'} at ${await count('record')} records in SQL, ${await count('harvest.page')} pages, ${inHand} of them in hand, after ${Date.now() - start} ms`,
    );
  }
  const [there, lastStart] = [await count('record'), Date.now()];
  const [code] = (await once(importing(), 'exit')) as [number | null];
  const after = await count('record');
  const seconds = (Date.now() - begun) / 1_000;
  say(`ended with ${code}: ${after - there} records in ${Math.round((Date.now() - lastStart) / 1_000)} s`);
  say(`${Math.round(after / seconds)} records per second in ${Math.round(seconds)} s, starts of ${kills + 1} processes included`);
  if (writing > 0) say(`${Math.round((there * 1_000) / writing)} records per second while records were written`);
  return { amidst, code };
}

/** Imports the newest dump; says which rows of records were written. */
async function importAgain(what: string): Promise<{ readonly code: number | null; readonly writes: Record<string, number> }> {
  const before: Writes = await countWrites(db);
  const begun = Date.now();
  const [code] = (await once(importing(), 'exit')) as [number | null];
  const seconds = Math.round((Date.now() - begun) / 1_000);
  const writes = writesBetween(before, await countWrites(db));
  say(`${what}: ended with ${code} in ${seconds} s; rows written: ${JSON.stringify(writes)}`);
  return { code, writes };
}

async function compared(): Promise<Comparison> {
  const rows = await compareRows(db, repository);
  const documents = search === null ? { counts: {}, faults: [] } : await compareDocuments(search, index, repository);
  const found = { counts: { ...rows.counts, ...documents.counts }, faults: [...rows.faults, ...documents.faults] };
  say(`${found.faults.length} differences from the ledger: ${JSON.stringify(found.counts)}`);
  return found;
}

/** Brings over OAI-PMH what changed since the dump. */
async function syncing(): Promise<void> {
  const [code] = (await once(thresher('sync', server.url, '--json'), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`sync ended with ${code}`);
}
