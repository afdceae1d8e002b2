import { readFile } from 'node:fs/promises';
import { exit } from '@thresher/cli';
import { factsLedger } from '@thresher/oai-sim';
import {
  chooseDump,
  type DumpRequest,
  DumpChecksumError,
  DumpReplacedError,
  importDump,
  listDumps,
  parseChecksum,
} from '@thresher/pipeline';
import { changesOf, listSteps, placeBefore } from '@thresher/store/changes';
import { findRunningRun, listRuns } from '@thresher/store/harvest';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness, simulate, type Simulated } from '../harness.ts';
import { md5, temporaryFile } from './dump-file.ts';
import { thresher } from './thresher.ts';

const timeout = 240_000;
const never = new AbortController().signal;

describe('a dump that the exporter of a source offers', { timeout }, () => {
  let harness: Harness;
  let sim: Simulated;
  const stack = new AsyncDisposableStack();
  const rowsOf = async (text: string): Promise<Record<string, unknown>[]> =>
    (await harness.db.pool.query<Record<string, unknown>>(text)).rows;

  beforeAll(async () => {
    harness = stack.use(await openHarness());
    return () => stack.disposeAsync();
  }, timeout);
  beforeEach(async () => {
    await using old = sim;
    sim = await simulate({ seed: 9, size: 160, communities: ['tides', 'moths', 'none'] });
    void old;
    return () => sim[Symbol.asyncDispose]();
  });

  const nowMicros = async (): Promise<number> =>
    Number((await rowsOf('select (extract(epoch from clock_timestamp()) * 1000000)::bigint as at'))[0]!['at']);

  async function wanted(community: string | null = null): Promise<DumpRequest> {
    const offered = await listDumps({ db: harness.db, userAgent: 'test' }, { baseURL: sim.url, ratePerMinute: null }, never);
    const { url, checksum } = chooseDump(offered, { format: 'json', community });
    return { location: url, checksum: parseChecksum(checksum), madeAt: null };
  }
  async function read(request: DumpRequest) {
    const { source, ...deps } = await harness.deps(sim.url);
    const limits = { documentsPerPage: 20, documentsPerWindow: 100, mostPending: 4 };
    const reading = importDump(deps, source, request, { userAgent: 'test' }, () => {}, never, limits);
    return { source, reading };
  }

  it('is downloaded across broken connections, and every record, file and statistic is that of the source', async () => {
    sim.server.sim.faults.add([{ fault: 'cut-body', at: { verb: 'DUMP' }, times: 2 }]);
    const { source, reading } = await read(await wanted());
    const { state, totals, run } = await reading;
    expect({ state, ...totals }).toMatchObject({ state: 'complete', received: 160, stored: 160, indexed: 160, quarantined: 0 });
    expect(run.until_datestamp!.getTime()).toBe(Math.floor(sim.server.sim.exporter.files()[0]!.created / 1_000) * 1_000);
    const facts = [...factsLedger(sim.repository)].toSorted((a, b) => (a.identifier < b.identifier ? -1 : 1));
    expect(facts.some(({ awards }) => awards.length > 0) && facts.some(({ creatorRoles }) => creatorRoles.length > 0)).toBe(true);
    const stored = await rowsOf(`
      select oai_identifier as identifier, version_index, swhid, embargo_until::text,
        (select json_agg(json_build_array(key, size, checksum, mimetype) order by position) from record_file f where f.record_id = r.id) as files,
        (select json_agg(reference order by position) from record_reference f where f.record_id = r.id) as refs,
        (select json_agg(json_build_array(award_number, acronym, program) order by position) from record_award f where f.record_id = r.id) as awards,
        (select json_agg(json_build_array(f.position, f.role, c.name is not null) order by f.position) from record_creator_role f
          left join record_creator c on c.record_id = f.record_id and c.position = f.position and c.name = f.name where f.record_id = r.id) as roles,
        (select json_object_agg(field, n) from (select field, count(*) as n from record_custom_field f where f.record_id = r.id group by 1) as t) as fields,
        (select json_build_array(views, unique_views, downloads, unique_downloads, volume, version_views, version_volume) from record_stats s where s.record_id = r.id) as stats
      from record r where source_id = ${source.id} order by oai_identifier collate "C"`);
    expect(stored).toEqual(
      facts.map(({ identifier, files, references, customFields, stats: { all_versions: all, this_version: own }, ...more }) => ({
        identifier,
        version_index: more.versionIndex,
        swhid: more.swhid,
        embargo_until: more.embargoUntil,
        files:
          files === null || files.length === 0 ? null : files.map(({ key, size, checksum, mimetype }) => [key, size, checksum, mimetype]),
        refs: references.length === 0 ? null : references.map(({ reference }) => reference),
        awards: more.awards.length === 0 ? null : more.awards.map(({ number, acronym, program }) => [number, acronym, program]),
        roles: more.creatorRoles.length === 0 ? null : more.creatorRoles.map(({ position, role }) => [position, role, true]),
        fields:
          Object.keys(customFields).length === 0
            ? null
            : Object.fromEntries(Object.entries(customFields).map(([field, value]) => [field, Array.isArray(value) ? value.length : 1])),
        stats: [all.views, all.unique_views, all.downloads, all.unique_downloads, all.data_volume, own.views, own.data_volume],
      })),
    );
  });

  it('adds to what OAI-PMH brought without changing it, and later records of OAI-PMH keep what only JSON says', async () => {
    const { repository } = sim;
    await harness.harvest(sim.url);
    const start = placeBefore(await nowMicros());
    const { source, reading } = await read(await wanted());
    expect((await reading).totals).toMatchObject({ received: 160, stored: 160, indexed: 160 });
    const history = `select count(*)::int as n from record_history h join record r on r.id = record_id where source_id = ${source.id}`;
    expect(await rowsOf(history)).toEqual([{ n: 0 }]);
    expect((await listSteps(harness.db, { after: start, limit: 1_000 })).steps).toEqual([]);
    const all = `select r.id, revision, facts_at, title, datestamp_text, (select array_agg(set_spec order by set_spec collate "C") from record_set s where s.record_id = r.id) as sets,
      (select count(*)::int from record_file f where f.record_id = r.id) as files, (select count(*)::int from record_custom_field f where f.record_id = r.id) as fields,
      (select count(*)::int from record_reference f where f.record_id = r.id) as refs, (select sum(views + version_views)::int from record_stats f where f.record_id = r.id) as views
      from record r where source_id = ${source.id} order by oai_identifier collate "C"`;
    const before = await rowsOf(all);
    const ledger = new Map([...repository.ledger()].map((entry) => [entry.identifier, entry]));
    expect(before.map(({ sets }) => sets ?? [])).toEqual(
      [...ledger].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { setSpecs }]) => setSpecs.toSorted()),
    );
    expect(before.every(({ facts_at }) => facts_at !== null)).toBe(true);

    // What changes at the source is seen by OAI-PMH first.
    const touched = [...ledger.keys()].slice(0, 8).map((identifier) => identifier.split(':')[2]!);
    repository.touch(touched, Date.now());
    const changed = await harness.harvest(sim.url, { kind: 'incremental', from: new Date(Date.now() - 60_000) });
    expect(changed.totals.distinctReceived).toBe(8);
    const after = await rowsOf(all);
    const differing = after.filter((row, n) => row['revision'] !== before[n]!['revision']);
    expect(differing).toHaveLength(8);
    for (const [n, row] of after.entries()) {
      const { files, fields, refs, views, facts_at, sets } = before[n]!;
      expect(row).toMatchObject({ files, fields, refs, views, facts_at, sets });
    }
    const paths =
      await rowsOf(`select distinct split_part(unnest(changed_paths), '/', 1) as path from record_history h join record r on r.id = record_id
      where source_id = ${source.id} order by 1`);
    expect(paths.map(({ path }) => path)).toEqual(['dates', 'description', 'descriptions', 'title', 'titles']);
    const { steps } = await listSteps(harness.db, { after: start, limit: 1_000 });
    expect(steps.flatMap((step) => changesOf(step).map(({ type, community }) => [type, community]))).toEqual(
      Array.from({ length: 8 }, () => ['updated', null]),
    );

    // A later dump: the changed ones whole, of some others the statistics alone.
    repository.view([...ledger.keys()].slice(20, 25), 7);
    await sim.server.sim.exporter.run(Date.now() + 5_000);
    const rows = `select r.id, r.xmin::text as record, s.xmin::text as stats from record r join record_stats s on s.record_id = r.id where source_id = ${source.id} order by oai_identifier collate "C"`;
    const untouched = await rowsOf(rows);
    expect((await (await read(await wanted())).reading).totals).toMatchObject({ received: 160, stored: 160 });
    const written = (await rowsOf(rows)).filter(
      (row, n) => row['record'] !== untouched[n]!['record'] || row['stats'] !== untouched[n]!['stats'],
    );
    expect(written).toHaveLength(13);
    expect(await rowsOf(history)).toEqual([{ n: 8 }]);
    const last = await rowsOf(rows);
    await (
      await read(await wanted())
    ).reading;
    expect(await rowsOf(rows)).toEqual(last);
  });

  it('is not complete with another checksum than the exporter lists', async () => {
    sim.server.sim.faults.add([{ fault: 'dump-wrong-checksum' }]);
    const { source, reading } = await read(await wanted());
    await expect(reading).rejects.toThrow(DumpChecksumError);
    expect((await listRuns(harness.db, source.id, 1))[0]).toMatchObject({
      state: 'failed',
      failure: expect.stringContaining('it is another file, or damaged'),
    });
  });

  it('is refused when it was replaced between two attempts; --restart reads what is there now', async () => {
    sim.server.sim.faults.add([{ fault: 'dump-replaced' }]);
    const { source, reading } = await read(await wanted());
    await expect(reading).rejects.toThrow(DumpReplacedError);
    const running = (await findRunningRun(harness.db, source.id))!;
    expect(running.failure).toMatch(
      /does not offer this version of the file any more; thresher dumps shows what it offers, and --restart begins with that$/,
    );
    const again = await thresher(harness, 'harvest', source.name, '--from-dump', '--no-catch-up', '--workers', '1');
    expect([again.code, again.err]).toEqual([exit.failed, expect.stringContaining('does not offer this version of the file any more')]);
    const restarted = await thresher(harness, 'harvest', source.name, '--from-dump', '--no-catch-up', '--restart', '--workers', '1');
    expect([restarted.code, restarted.err]).toEqual([
      exit.done,
      expect.stringMatching(/records-json\.tar\.gz of \d{4}-\d\d-\d\d: [\d.]+ kB to download, about \d+ records; about .* on disk/),
    ]);
    expect(await rowsOf(`select count(*)::int as n from record where source_id = ${source.id}`)).toEqual([{ n: 160 }]);
  });

  it('may be the slice of a community, is stored on the way, and only its members are followed', async () => {
    await using file = await temporaryFile('none', '');
    const path = file.path.replace(/none$/, 'tides.tar.gz');
    const harvestSlice = (flag: string) =>
      thresher(harness, 'harvest', sim.url, '--from-dump', '--community', 'tides', '--keep', path, '--workers', '1', flag);
    const said = await harvestSlice('--json');
    const members = [...sim.repository.ledger()].filter(({ setSpecs }) => setSpecs.includes('user-tides'));
    expect(said.code).toBe(exit.done);
    expect(JSON.parse(said.out)).toMatchObject({
      dump: { received: members.length, stored: members.length },
      catchUp: { state: 'complete' },
    });
    const { md5: right } = sim.server.sim.exporter.find('tides/records-json.tar.gz')!;
    expect(md5(await readFile(path))).toBe(`md5:${right}`);
    const runs = await rowsOf(
      `select kind, r.set_specs from harvest.run r join harvest.source s on s.id = source_id where base_url = '${sim.url}' order by r.id`,
    );
    expect(runs).toEqual([
      { kind: 'dump', set_specs: ['user-tides'] },
      { kind: 'incremental', set_specs: ['user-tides'] },
    ]);
    const dumpsBefore = sim.server.sim.log.counts().verbs['DUMP'];
    const again = await harvestSlice('--no-catch-up');
    expect([again.code, sim.server.sim.log.counts().verbs['DUMP']]).toEqual([exit.done, dumpsBefore]);
  });

  it('is listed and planned before anything is downloaded; a dump that is not offered is an error with the remedy', async () => {
    const listed = await thresher(harness, 'dumps', sim.url);
    expect(listed.out).toMatch(
      /^key +created +size +newest +checksum +version\nrecords-deleted\.csv\.gz .*\nrecords-json\.tar\.gz +20\d\d-.*kB +yes +md5:[0-9a-f]{32} /,
    );
    const json = JSON.parse((await thresher(harness, 'dumps', sim.url, '--json')).out) as { key: string; community: string | null }[];
    expect(json.map(({ key, community }) => [key, community])).toContainEqual(['tides/records-json.tar.gz', 'tides']);
    const planned = await thresher(harness, 'plan', sim.url, '--from-dump', '--dump-format', 'xml');
    expect(planned.out).toMatch(
      /: records-xml\.tar\.gz of .*\n {2}size .* kB to download.*\n {2}records +about \d+\n {2}takes .*\n {2}PostgreSQL +about /,
    );
    const dry = await thresher(harness, 'harvest', sim.url, '--from-dump', '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({
      key: 'records-json.tar.gz',
      records: expect.any(Number),
      disk: { postgres: expect.any(Number) },
    });
    expect(sim.server.sim.log.counts().verbs['DUMP']).toBeUndefined();
    const answers = [
      [
        ['harvest', sim.url, '--from-dump', '--community', 'none'],
        exit.failed,
        /no dump of the community none \(it has them for tides\): leave out --community, or harvest it over OAI-PMH with --set user-none/,
      ],
      [
        ['harvest', sim.url, '--from-dump', '--community', 'tides', '--dump-format', 'xml'],
        exit.failed,
        /no xml dump of tides, but one with --dump-format json/,
      ],
      [['dumps', `${sim.url.replace(/\d+\/oai2d$/, '1/oai2d')}`], exit.failed, /nothing listens/],
      [['harvest', sim.url, '--community', 'tides'], exit.usage, /--community belongs to --from-dump: add that, or say --set user-SLUG/],
      [
        ['harvest', sim.url, '--from-dump', 'x.tar.gz', '--dump-format', 'xml'],
        exit.usage,
        /--dump-format chooses among the dumps of the exporter/,
      ],
      [
        ['harvest', sim.url, '--from-dump', 'x.tar.gz', '--keep', 'y'],
        exit.usage,
        /--keep stores a download, and x\.tar\.gz is a local file/,
      ],
      [['harvest', sim.url, '--from-dump', '--set', 'user-tides'], exit.usage, /--from-dump reads the whole file/],
    ] as const;
    for (const [argv, code, sentence] of answers) {
      const said = await thresher(harness, ...argv);
      expect([argv.slice(1), said.code, said.err]).toEqual([argv.slice(1), code, expect.stringMatching(sentence)]);
    }
  });
});
