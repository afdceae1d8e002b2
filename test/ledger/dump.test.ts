import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { exit } from '@thresher/cli';
import {
  applyDeletedRecords,
  DumpChecksumError,
  type DumpLimits,
  DumpTakenError,
  DumpReplacedError,
  DumpUnreadableError,
  importDump,
  openResources,
  OtherRunError,
  parseChecksum,
  startHarvester,
  startTransformer,
} from '@thresher/pipeline';
import { addCoverage, findRunningRun, listRuns, quarantinedFailures, windowCoverage } from '@thresher/store/harvest';
import { expect, it } from 'vitest';
import { type Harness, log, openHarness, simulate } from '../harness.ts';
import { documentsOf, gzipAt, md5, tar, temporaryFile } from './dump-file.ts';
import { thresher } from './thresher.ts';

const timeout = 240_000;
const never = new AbortController().signal;
const packedAt = new Date('2026-09-05T03:00:00Z');
const small: Partial<DumpLimits> = { documentsPerPage: 50, documentsPerWindow: 200, bytesPerPage: 1_000_000, mostPending: 4 };

async function read(harness: Harness, url: string, location: string, checksum: string | null = null, madeAt: Date | null = null) {
  const { source, ...deps } = await harness.deps(url);
  return importDump(
    deps,
    source,
    { location, checksum: checksum === null ? null : parseChecksum(checksum)!, madeAt },
    { userAgent: 'test' },
    () => {},
    never,
    small,
  );
}

const identifiers = async (harness: Harness): Promise<string[]> => [...(await harness.stored()).keys()].sort();

it('reads a dump into pages, stores and indexes every document', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 51, size: 700 });
  const packed = gzipAt(tar(documentsOf(sim.repository)), packedAt);
  await using file = await temporaryFile('records-xml.tar.gz', packed);
  const { run, state, failure, totals } = await read(harness, sim.url, file.path, md5(packed));
  expect({ state, failure, until: run.until_datestamp, kind: run.kind }).toEqual({
    state: 'complete',
    failure: null,
    until: packedAt,
    kind: 'dump',
  });
  expect(totals).toMatchObject({ windows: 4, declared: 700, received: 700, distinctReceived: 700, stored: 700, indexed: 700, requests: 0 });
  expect(await identifiers(harness)).toEqual([...sim.ledger().keys()].sort());
  // Days, so that whatever OAI-PMH says of the same day is newer.
  for (const [identifier, datestamp] of await harness.stored()) expect(datestamp).toBe(sim.ledger().get(identifier)!.slice(0, 10));
  const { rows } = await harness.db.pool.query<{ id: string; sets: string[] }>(
    'select oai_identifier as id, array(select set_spec from record_set s where s.record_id = r.id order by 1) as sets from record r',
  );
  const communities = new Map(
    [...sim.repository.ledger()].map((entry) => [entry.identifier, entry.setSpecs.filter((set) => set.startsWith('user-')).sort()]),
  );
  for (const { id, sets } of rows) expect(sets).toEqual(communities.get(id));

  const again = await read(harness, sim.url, file.path);
  expect(again).toMatchObject({ state: 'complete', totals: { stored: 700, indexed: 700 } });
  expect((await harness.db.pool.query<{ n: number }>('select count(*)::int as n from record_history')).rows[0]!.n).toBe(0);
});

it('goes on where a file broke off', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 52, size: 700 });
  const packed = gzipAt(tar(documentsOf(sim.repository)), packedAt);
  await using file = await temporaryFile('records-xml.tar.gz', packed.subarray(0, Math.floor(packed.length * 0.6)));
  await expect(read(harness, sim.url, file.path)).rejects.toThrow(DumpUnreadableError);
  const { source } = await harness.deps(sim.url);
  const broken = await findRunningRun(harness.db, source.id);
  expect(broken).toMatchObject({ kind: 'dump', failure: expect.stringContaining('breaks off') });
  const pages = (await harness.db.selectFrom('harvest.page').select(['id', 'record_count']).orderBy('id').execute()).map(
    (page) => page.record_count,
  );
  expect(pages.length).toBeGreaterThan(3);
  await expect(harness.harvest(sim.url)).rejects.toThrow(OtherRunError);
  expect(await thresher(harness, 'harvest', sim.url, '--only-short')).toMatchObject({
    code: exit.usage,
    err: expect.stringContaining('--from-dump'),
  });

  await file.write(packed);
  const { run, totals } = await read(harness, sim.url, file.path, md5(packed));
  expect(run.id).toBe(broken!.id);
  expect(totals).toMatchObject({ received: 700, distinctReceived: 700, stored: 700, indexed: 700 });
  const after = await harness.db.selectFrom('harvest.page').select(['id', 'record_count']).orderBy('id').execute();
  expect(after.slice(0, pages.length).map((page) => page.record_count)).toEqual(pages);
  expect(after.reduce((sum, page) => sum + page.record_count, 0)).toBe(700);
  expect(await identifiers(harness)).toEqual([...sim.ledger().keys()].sort());
});

it('is not gone on with where another file lies in its place', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 52, size: 700 });
  const documents = documentsOf(sim.repository);
  const packed = gzipAt(tar(documents), packedAt);
  await using file = await temporaryFile('records-xml.tar.gz', packed.subarray(0, Math.floor(packed.length * 0.6)));
  await expect(read(harness, sim.url, file.path)).rejects.toThrow(DumpUnreadableError);
  const { source } = await harness.deps(sim.url);
  const { id } = (await findRunningRun(harness.db, source.id))!;
  const countPages = async () => (await harness.db.selectFrom('harvest.page').select('id').execute()).length;
  const pages = await countPages();
  // In another order, and with fewer documents than were read.
  for (const others of [documents.toReversed(), documents.slice(0, 2)]) {
    await file.write(gzipAt(tar(others), packedAt));
    await expect(read(harness, sim.url, file.path)).rejects.toThrow(DumpReplacedError);
  }
  expect(await countPages()).toBe(pages);
  expect(await findRunningRun(harness.db, source.id)).toMatchObject({ id, failure: expect.stringContaining('--restart') });
});

it('is read by one process at a time, and the harvester continues with it', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 57, size: 700 });
  const packed = gzipAt(tar(documentsOf(sim.repository)), packedAt);
  await using file = await temporaryFile('records-xml.tar.gz', packed.subarray(0, Math.floor(packed.length * 0.8)));
  const first = read(harness, sim.url, file.path).catch((error: unknown) => error);
  const { source } = await harness.deps(sim.url);
  while ((await harness.db.selectFrom('harvest.page').select('id').execute()).length === 0) await sleep(20);
  await expect(read(harness, sim.url, file.path)).rejects.toThrow(DumpTakenError);
  expect(await first).toBeInstanceOf(DumpUnreadableError);
  const broken = await findRunningRun(harness.db, source.id);
  expect(broken).toBeDefined();
  await file.write(packed);
  const stop = new AbortController();
  await using resources = openResources({ DATABASE_URL: harness.databaseUrl }, log);
  const working = Promise.all([startHarvester(resources, stop.signal), startTransformer(resources, 2, stop.signal)]);
  while ((await findRunningRun(harness.db, source.id)) !== undefined) await sleep(100);
  stop.abort();
  await working;
  expect(await listRuns(harness.db, source.id, 5)).toMatchObject([{ id: broken!.id, kind: 'dump', state: 'complete', failure: null }]);
  expect(await identifiers(harness)).toEqual([...sim.ledger().keys()].sort());
});

it('fails on a wrong checksum, on what is no archive, and on no file', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 53, size: 60 });
  const packed = gzipAt(tar(documentsOf(sim.repository)), null);
  await using file = await temporaryFile('records-xml.tar.gz', packed);
  await expect(read(harness, sim.url, file.path, `md5:${'0'.repeat(32)}`)).rejects.toThrow(DumpChecksumError);
  const { source } = await harness.deps(sim.url);
  expect(await listRuns(harness.db, source.id, 5)).toMatchObject([
    { kind: 'dump', state: 'failed', failure: expect.stringContaining('checksum') },
  ]);
  await file.write('no archive at all, but long enough to be looked at as a header. '.repeat(20));
  await expect(read(harness, sim.url, file.path)).rejects.toThrow(/archive/);
  await harness.db.updateTable('harvest.run').set({ state: 'cancelled' }).where('state', '=', 'running').execute();
  await expect(read(harness, sim.url, '/nowhere/records.tar.gz')).rejects.toThrow(/cannot be read/);
});

it('keeps the neighbours of a document that cannot be read', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 54, size: 120 });
  const documents = documentsOf(sim.repository);
  const [cut, other, nameless] = [documents[10]!, documents[20]!, documents[30]!];
  const spoilt = documents.map((document) => {
    if (document === cut) return { ...cut, bytes: cut.bytes.subarray(0, 300) };
    if (document === other) return { ...other, bytes: Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>') };
    return document === nameless ? { name: 'notes.xml', bytes: Buffer.from('<a/>') } : document;
  });
  await using file = await temporaryFile('dump.tar', tar([{ name: 'README.txt', bytes: Buffer.from('passed over') }, ...spoilt]));
  const { run, state, totals, failure } = await read(harness, sim.url, file.path, null, packedAt);
  expect({ state, failure }).toEqual({ state: 'complete', failure: '3 records could not be read or stored and are in quarantine' });
  expect(totals).toMatchObject({ received: 120, distinctReceived: 120, quarantined: 3, stored: 117, indexed: 117 });
  expect(addCoverage(await windowCoverage(harness.db, run.id))).toMatchObject({
    declared: 120,
    distinct: 120,
    quarantined: 3,
    stored: 117,
    short: 0,
  });
  const { shown } = await quarantinedFailures(harness.db, run.source_id, 10);
  expect(new Map(shown.map(({ position, identifier }) => [position, identifier]))).toEqual(
    new Map([
      [10, `oai:zenodo.org:${cut.name.slice(0, -4)}`],
      [20, `oai:zenodo.org:${other.name.slice(0, -4)}`],
      [30, null],
    ]),
  );
});

it('marks what the list of deleted records names', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 55, size: 60 });
  const packed = gzipAt(tar(documentsOf(sim.repository)), packedAt);
  await using file = await temporaryFile('records-xml.tar.gz', packed);
  const { run } = await read(harness, sim.url, file.path);
  const { rows } = await harness.db.pool.query<{ recid: number; doi: string }>('select recid, doi from record order by id limit 3');
  const head = 'record_id,doi,parent_id,parent_doi,removal_note,removal_reason,removal_date,citation_text\r\n';
  const csv = (row: { recid: number; doi: string }, date: string) =>
    `${row.recid},${row.doi},1,10.5281/zenodo.1,"asked for, by ""the owner""",take-down-request,${date},"Doe, J.\r\nTides"\r\n`;
  await using list = await temporaryFile(
    'records-deleted.csv.gz',
    gzipSync(
      `${head}${csv(rows[0]!, '2026-09-04T10:00:00.000000+00:00')}${csv(rows[1]!, '2026-09-04')}999999999999,10.1/x,,,,spam,2026-01-01,\r\n`,
    ),
  );
  const { source, ...deps } = await harness.deps(sim.url);
  expect(await applyDeletedRecords(deps, source, list.path, { userAgent: 'test' }, never)).toEqual({
    confirmed: 2,
    deleted: 0,
    newer: 0,
    unknown: 1,
  });
  expect(await applyDeletedRecords(deps, source, list.path, { userAgent: 'test' }, never)).toEqual({
    confirmed: 0,
    deleted: 2,
    newer: 0,
    unknown: 1,
  });
  const deleted = await harness.db
    .selectFrom('record')
    .select(['recid', 'deletion_reason'])
    .where('deleted', '=', true)
    .orderBy('id')
    .execute();
  expect(deleted.map((row) => row.recid)).toEqual([rows[0]!.recid, rows[1]!.recid]);
  expect(deleted[0]!.deletion_reason).toContain('asked for, by "the owner"');
  expect(run.source_id).toBe(source.id);
  await expect(applyDeletedRecords(deps, source, file.path, { userAgent: 'test' }, never)).rejects.toThrow(/no list of deleted records/);
});

it('is a command: dump, deletions and catching up, from files or the web', { timeout }, async () => {
  await using harness = await openHarness();
  await using sim = await simulate({ seed: 56, size: 300 });
  const packed = gzipAt(tar(documentsOf(sim.repository)), packedAt);
  const [gone] = sim.repository.ledger();
  const list = gzipSync(`record_id,doi,removal_reason,removal_date\r\n${gone!.identifier.split(':').at(-1)},,spam,2026-09-04\r\n`);
  sim.repository.vanish([gone!.identifier], packedAt.getTime());
  sim.repository.touch({ fraction: 0.1 }, packedAt.getTime() + 86_400_000);
  sim.repository.create(5, packedAt.getTime() + 2 * 86_400_000);
  const server = createServer((request, response) => void response.end(request.url === '/records-xml.tar.gz' ? packed : list));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const web = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const argv = [
      'harvest',
      sim.url,
      '--from-dump',
      `${web}/records-xml.tar.gz`,
      '--checksum',
      md5(packed),
      '--deleted',
      `${web}/records-deleted.csv.gz`,
    ];
    const allowing = { databaseUrl: harness.databaseUrl, env: { OUTBOUND_ALLOW: '127.0.0.1' } };
    const told = await thresher(allowing, ...argv);
    expect(told.err).toContain('1 records were marked as deleted, 0 had been before, 0 came back since, 0 are not stored');
    expect(told.code).toBe(exit.done);
    expect(await identifiers(harness)).toEqual([...sim.ledger().keys()].sort());
    const changed = [...sim.ledger()].filter(([, datestamp]) => datestamp > packedAt.toISOString()).length;
    // Identify, and pages of what changed since the dump: nothing else was asked of the server.
    expect(sim.server.sim.log.counts().requests).toBeLessThanOrEqual(1 + Math.ceil((changed + 1) / 50) + 1);
    const { source } = await harness.deps(sim.url);
    expect((await listRuns(harness.db, source.id, 5)).map((run) => [run.kind, run.state])).toEqual([
      ['incremental', 'complete'],
      ['dump', 'complete'],
    ]);
    expect((await thresher(harness, 'harvest', sim.url, '--from-dump', '/x', '--set', 'a')).code).toBe(exit.usage);
    expect((await thresher(harness, 'harvest', sim.url, '--from-dump', '/x', '--checksum', 'md5:12')).code).toBe(exit.usage);
    expect(await thresher(allowing, 'harvest', sim.url, '--from-dump', `${web.replace(/:\d+$/, ':9')}/x`)).toMatchObject({
      code: exit.failed,
      err: expect.stringContaining('nothing listens at 127.0.0.1:9'),
    });
  } finally {
    server.close();
  }
});

const genuine = path.join(process.env['THRESHER_SHARED'] ?? path.join(import.meta.dirname, '../../../shared'), 'data/zenodo/dump-2026-06');

it.skipIf(!existsSync(genuine))(
  `stores all 457 documents of a genuine dump${existsSync(genuine) ? '' : ` (skipped: there is no ${genuine})`}`,
  { timeout },
  async () => {
    await using harness = await openHarness();
    const documents = readdirSync(genuine)
      .filter((name) => name.endsWith('.xml'))
      .map((name) => ({ name, bytes: readFileSync(path.join(genuine, name)) }));
    expect(documents).toHaveLength(457);
    await using file = await temporaryFile('records-xml.tar.gz', gzipAt(tar(documents), packedAt));
    const { state, failure, totals } = await read(harness, 'http://127.0.0.1:9/oai2d', file.path);
    expect({ state, failure }).toEqual({ state: 'complete', failure: null });
    expect(totals).toMatchObject({ declared: 457, stored: 457, indexed: 457, quarantined: 0 });
    expect(await identifiers(harness)).toEqual(documents.map(({ name }) => `oai:zenodo.org:${name.slice(0, -4)}`).sort());
    const { rows } = await harness.db.pool.query<{ undated: number; titled: number; errors: number }>(`
    select count(*) filter (where datestamp is null)::int as undated, count(title)::int as titled,
           (select count(*)::int from record_issue where severity = 'error') as errors from record`);
    expect(rows[0]).toEqual({ undated: 0, titled: 457, errors: 0 });
  },
);
