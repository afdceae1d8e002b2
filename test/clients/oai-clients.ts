/**
 * Harvesters that others wrote, unmodified, on `/oai2d`: each walks the whole repository, and what it got is compared with
 * what is stored. They are installed into a temporary folder; those that could not be installed are reported. Not part of npm test.
 *
 *     . .thresher/env.sh && npm exec -c 'node test/clients/oai-clients.ts [--only sickle]'
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createStoredApi, deleted } from '@thresher/api/testing';
import { buildGo, buildJava, type Installed, installNpm, installPython, unpackDebian } from './install.ts';

interface Client {
  readonly name: string;
  readonly program: string;
  readonly install: (folder: string) => Promise<Installed>;
}

const CLIENTS: readonly Client[] = [
  { name: 'sickle (Python)', program: 'sickle_client.py', install: (folder) => installPython(folder, ['sickle==0.7.0']) },
  { name: 'oaipmh-scythe (Python)', program: 'scythe_client.py', install: (folder) => installPython(folder, ['oaipmh-scythe==0.16.0']) },
  {
    name: 'pyoai (Python)',
    program: 'pyoai_client.py',
    install: (folder) => installPython(folder, ['pyoai==2.5.0', 'lxml<5', 'setuptools<80']),
  },
  { name: 'HTTP::OAI (Perl)', program: 'http_oai_client.pl', install: (folder) => unpackDebian(folder, 'libhttp-oai-perl') },
  { name: 'oai-pmh (JavaScript)', program: 'oai_pmh_client.mjs', install: (folder) => installNpm(folder, 'oai-pmh@2.0.3', '20.8.0') },
  { name: 'kongin (Python)', program: 'kongin_client.py', install: (folder) => installPython(folder, ['kongin==0.4.0']) },
  { name: 'catmandu (command line)', program: 'catmandu_client.pl', install: (folder) => unpackDebian(folder, 'libcatmandu-oai-perl') },
  {
    name: 'XOAI (Java)',
    program: 'XoaiClient.java',
    install: (folder) => buildJava(folder, join(import.meta.dirname, 'XoaiClient.java'), ['io.gdcc:xoai-service-provider:5.3.0']),
  },
  {
    name: 'hub3 (Go)',
    program: 'hub3_client.go',
    install: (folder) =>
      buildGo(folder, join(import.meta.dirname, 'hub3_client.go'), 'github.com/delving/hub3/ikuzo/service/x/oaipmh@v0.3.0'),
  },
];

/** Those of Zenodo. */
const FORMATS = 'oai_dc datacite oai_datacite datacite3 oai_datacite3 datacite4 oai_datacite4 marcxml marc21 dcat'.split(' ');

/** What the programs print. */
interface Harvest {
  readonly name: string;
  readonly identifiers: readonly string[];
  readonly deleted: readonly string[];
  readonly headers: number;
  readonly sets: readonly string[];
  readonly formats: readonly string[];
  readonly one: string;
}

const run = promisify(execFile);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { size: { type: 'string', default: '1000' }, only: { type: 'string', default: '' } } });
  await using api = await createStoredApi({ size: Number(values.size) });
  const { rows: some } = await api.database.db.pool.query<{ recid: number }>('select recid from record order by id limit 3');
  await api.store(some.map(({ recid }) => deleted(recid, '2030-01-01T00:00:00Z')));
  const expected = await expectedHarvest(api.database.db.pool);
  const baseURL = `${await api.app.listen({ host: '127.0.0.1', port: 0 })}/oai2d`;
  const folder = await mkdtemp(join(tmpdir(), 'oai-clients-'));
  try {
    const verdicts: string[] = [];
    for (const [number, client] of CLIENTS.filter(({ name }) => name.includes(values.only)).entries())
      verdicts.push(await tryClient(client, baseURL, join(folder, String(number)), expected));
    if (verdicts.includes('wrong')) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function expectedHarvest(pool: { query<T extends object>(text: string): Promise<{ rows: T[] }> }): Promise<Harvest> {
  const { rows } = await pool.query<{ id: string; deleted: boolean }>(
    'select oai_identifier as id, deleted from record order by changed_at, id',
  );
  const sets = await pool.query<{ set_spec: string }>('select distinct set_spec from record_set');
  return {
    name: 'Thresher: a mirror of sim',
    identifiers: rows.map((row) => row.id),
    deleted: rows.filter((row) => row.deleted).map((row) => row.id),
    headers: rows.length,
    sets: sets.rows.map((row) => row.set_spec),
    formats: FORMATS,
    one: rows[0]!.id,
  };
}

async function tryClient(client: Client, baseURL: string, folder: string, expected: Harvest): Promise<'right' | 'wrong' | 'not had'> {
  let installed: Installed;
  try {
    installed = await client.install(folder);
  } catch (error) {
    console.log(`${client.name}: could not be had (${String((error as Error).message).split('\n')[0]})`);
    return 'not had';
  }
  const faults = await harvestWith(installed, join(import.meta.dirname, client.program), baseURL, folder, expected);
  console.log(faults.length === 0 ? `${client.name}: ${expected.headers} records, as stored` : `${client.name}: ${faults.join('; ')}`);
  return faults.length === 0 ? 'right' : 'wrong';
}

async function harvestWith(
  { command, args, env, built }: Installed,
  program: string,
  baseURL: string,
  folder: string,
  expected: Harvest,
): Promise<string[]> {
  try {
    const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 };
    const { stdout } = await run(command, [...args, ...(built === true ? [] : [program]), baseURL, folder], options);
    return differences(JSON.parse(stdout) as Harvest, expected);
  } catch (error) {
    return [
      `failed: ${String((error as { stderr?: string }).stderr ?? (error as Error).message)
        .trim()
        .split('\n')
        .slice(-3)
        .join(' ')}`,
    ];
  }
}

/** In which respect a harvest is not what is stored; lists of names may come in any order. */
function differences(got: Harvest, expected: Harvest): string[] {
  const sorted = (value: unknown): string => JSON.stringify(Array.isArray(value) ? value.map(String).toSorted() : value);
  return (Object.keys(expected) as (keyof Harvest)[])
    .filter((name) => sorted(got[name]) !== sorted(expected[name]))
    .map((name) => `${name}: ${sorted(got[name]).slice(0, 120)} instead of ${sorted(expected[name]).slice(0, 120)}`);
}

await main();
