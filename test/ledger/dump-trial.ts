/**
 * Imports the simulator's JSON dump with kill -9 on the way, twice, and compares every record, file, statistic, reference, award and custom field
 * with the ledger. The kills are spread evenly over the records. `node test/ledger/dump-trial.ts --records 100000 --kills 10` with DATABASE_URL (a database is made for it and dropped) and, if there is to
 * be an index, ELASTICSEARCH_URL. Ends with 0 if all is equal.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRepository, factsLedger, startServer } from '@thresher/oai-sim';
import type { Db } from '@thresher/store/database';
import { createTestDatabase } from '@thresher/store/testing';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const [records, kills, seed] = [Number(values.records), Number(values.kills), Number(values.seed)];

await using server = await startServer({ repository: createRepository({ seed, size: records }) });
await using test = await createTestDatabase(process.env['DATABASE_URL'] ?? '');
const { db } = test;
const started = Date.now();
const say = (text: string): void => console.error(`${Math.round((Date.now() - started) / 1_000)} s  ${text}`);

await server.sim.exporter.ready(Date.now());
say(`the dump is written: ${server.sim.exporter.find('records-json.tar.gz')!.size} bytes`);

const cli = path.join(import.meta.dirname, '../../packages/cli/bin/cli.ts');
const importing = () =>
  spawn(process.execPath, [cli, 'harvest', server.url, '--from-dump', '--no-catch-up', '--json'], {
    env: { ...process.env, DATABASE_URL: test.url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
const count = async (what: string): Promise<number> =>
  Number((await db.pool.query<{ n: string }>(`select count(*) as n from ${what}`)).rows[0]!.n);

let [amidst, writing] = [0, 0];
const begun = Date.now();
for (let kill = 1; kill <= kills; kill++) {
  const child = importing();
  const ended = once(child, 'exit');
  const due = Math.round((records * (kill - 0.5)) / kills);
  // Each process gets to work, even if the one before came further than wanted.
  const [from, start] = [await count('record'), Date.now()];
  let [first, stored]: [number | null, number] = [null, from];
  while (child.exitCode === null && (stored < due || stored === from)) {
    await sleep(100);
    stored = await count('record');
    if (first === null && stored > from) first = Date.now();
  }
  await sleep(Math.random() * 500);
  const isAmidst = child.exitCode === null && (await count('record')) < records;
  child.kill('SIGKILL');
  await ended;
  const to = await count('record');
  if (isAmidst) amidst++;
  if (first !== null) writing += Date.now() - first;
  say(`${isAmidst ? 'killed' : 'ended'} at ${to} records in SQL, ${await count('harvest.page')} pages, after ${Date.now() - start} ms`);
}
const [there, last] = [await count('record'), Date.now()];
const [code] = (await once(importing(), 'exit')) as [number | null];
const after = await count('record');
const seconds = (Date.now() - begun) / 1_000;
say(`ended with ${code}: ${after - there} records in ${Math.round((Date.now() - last) / 1_000)} s`);
say(`${Math.round(after / seconds)} records a second in ${Math.round(seconds)} s, starts of ${kills + 1} processes included`);
if (writing > 0) say(`${Math.round((there * 1_000) / writing)} records a second while records were written`);

const found = await differences(db);
const places = 'record r join record_stats s on s.record_id = r.id';
const rows = async () =>
  (await db.pool.query<{ place: string }>(`select md5(string_agg(r.xmin::text || s.xmin::text, '' order by r.id)) as place from ${places}`))
    .rows[0]!.place;
const written = await rows();
const again = Date.now();
const [second] = (await once(importing(), 'exit')) as [number | null];
say(
  `again ended with ${second} in ${Math.round((Date.now() - again) / 1_000)} s; ${(await rows()) === written ? 'nothing was written' : 'ROWS WERE WRITTEN'}`,
);
console.log(
  JSON.stringify({ records, kills, amidst, stored: after, faults: found.length, code, second, unchanged: (await rows()) === written }),
);
for (const fault of found.slice(0, 20)) console.log(fault);
process.exitCode = found.length === 0 && code === 0 && second === 0 && (await rows()) === written ? 0 : 1;

/** What of the ledger is not so in SQL, or the other way round. */
async function differences({ pool }: Db): Promise<string[]> {
  const stored = new Map<string, string>();
  const { rows: all } = await pool.query<{ identifier: string; facts: unknown }>(`
    select oai_identifier as identifier, json_build_array(
      (select json_agg(json_build_array(key, size, checksum, mimetype) order by position) from record_file f where f.record_id = r.id),
      (select json_build_array(views, unique_views, downloads, unique_downloads, volume, version_views, version_unique_views, version_downloads,
        version_unique_downloads, version_volume) from record_stats s where s.record_id = r.id),
      (select json_agg(json_build_array(reference, identifier, scheme) order by position) from record_reference f where f.record_id = r.id),
      (select json_agg(json_build_array(field, position, json) order by field collate "C", position) from record_custom_field f where f.record_id = r.id),
      (select json_agg(json_build_array(award_number, acronym, program) order by position) from record_award f where f.record_id = r.id),
      (select json_agg(json_build_array(position, role) order by position) from record_creator_role f where f.record_id = r.id),
      version_index, swhid, embargo_until) as facts
    from record r`);
  for (const { identifier, facts } of all) stored.set(identifier, canonical(facts));
  const faults: string[] = [];
  let expected = 0;
  for (const facts of factsLedger(server.sim.repository)) {
    expected++;
    const one = stored.get(facts.identifier);
    const wanted = canonical(expectedRow(facts));
    if (one !== wanted) faults.push(`${facts.identifier}: ${one ?? 'not stored'}\n  and not ${wanted}`);
  }
  if (stored.size !== expected) faults.push(`${stored.size} records stored, ${expected} in the ledger`);
  return faults;
}

function expectedRow({
  files,
  stats,
  references,
  customFields,
  ...more
}: ReturnType<typeof factsLedger> extends Iterable<infer T> ? T : never): unknown {
  const counts = [stats.all_versions, stats.this_version].flatMap((it) => [
    it.views,
    it.unique_views,
    it.downloads,
    it.unique_downloads,
    it.data_volume,
  ]);
  const fields = Object.keys(customFields)
    .toSorted()
    .flatMap((field) => {
      const value = customFields[field];
      return (Array.isArray(value) ? (value as unknown[]) : [value]).map((json, position) => [field, position, json]);
    });
  return [
    orNull(files?.map(({ key, size, checksum, mimetype }) => [key, size, checksum, mimetype])),
    counts,
    orNull(references.map(({ reference, identifier = null, scheme = null }) => [reference, identifier, scheme])),
    orNull(fields),
    orNull(more.awards.map(({ number, acronym, program }) => [number, acronym, program])),
    orNull(more.creatorRoles.map(({ position, role }) => [position, role])),
    more.versionIndex,
    more.swhid,
    more.embargoUntil,
  ];
}

function orNull<T>(list: readonly T[] | undefined): readonly T[] | null {
  return list === undefined || list.length === 0 ? null : list;
}

/** jsonb has its own order of members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
