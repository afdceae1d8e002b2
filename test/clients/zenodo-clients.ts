/**
 * Programs that others wrote for Zenodo's REST API, unmodified, on `/api`: each reads what it can read and checks what it
 * got (the programs next to this file). Those that have no setting for another address are led here by a proxy that stands in
 * for zenodo.org. They are installed into a temporary folder; those that could not be installed are reported. Not part of npm test.
 *
 *     . .thresher/env.sh && npm exec -c 'node test/clients/zenodo-clients.ts [--only pooch]'
 */
import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createStockedApi, EVERYTHING, harvested, type StockedApi } from '@thresher/api/testing';
import { refreshAnalytics, saveFetched } from '@thresher/store/read';
import { buildRust } from './build-rust.ts';
import { type Installed, installNpm, installPython } from './install.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

interface Client {
  readonly name: string;
  readonly program: string;
  readonly install: (folder: string) => Promise<Installed>;
}

const python = (name: string, program: string, ...packages: string[]): Client => ({
  name: `${name} (Python)`,
  program,
  install: (folder) => installPython(folder, packages),
});

const CLIENTS: readonly Client[] = [
  python('zenodo-client', 'zenodo_client_reads.py', 'zenodo-client==0.4.2'),
  python('zenodo-get', 'zenodo_get_client.py', 'zenodo-get==3.1.0'),
  python('pyzenodo3', 'pyzenodo3_client.py', 'pyzenodo3==1.0.2'),
  python('zenodo-search', 'zenodo_search_client.py', 'zenodo-search==0.2.1'),
  python('pooch', 'pooch_client.py', 'pooch==1.9.0'),
  python('datahugger', 'datahugger_client.py', 'datahugger==0.13'),
  python('eossr', 'eossr_client.py', 'eossr==2.3.1'),
  python('zenodo_backpack', 'zenodo_backpack_client.py', 'zenodo-backpack==0.4.0'),
  python('zenodopy', 'zenodopy_client.py', 'zenodopy==0.3.0', 'wget'),
  python('cldfzenodo', 'cldfzenodo_client.py', 'cldfzenodo==3.1.0'),
  python('zenodo-downloader', 'zenodo_downloader_client.py', 'zenodo-downloader==0.1.0'),
  python('inveniordm-py', 'inveniordm_client.py', 'inveniordm-py==0.1.1'),
  { name: 'zenodo-ts (JavaScript)', program: 'zenodo_ts_client.mjs', install: (folder) => installNpm(folder, 'zenodo-ts@0.1.22') },
  {
    name: 'zenodo-rs (Rust)',
    program: 'zenodo_rs.rs',
    install: (folder) =>
      buildRust(folder, join(import.meta.dirname, 'zenodo_rs.rs'), ['zenodo-rs@0.3.0', 'url@2', 'tokio@1+macros,rt-multi-thread']),
  },
];

const run = promisify(execFile);

/** Not there is no fault of ours. */
type Verdict = 'right' | 'wrong' | 'not had';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
  await using api = await createStockedApi({ size: 60 }, { publicAddress: { publicUrl: 'https://zenodo.org', proxies: ['127.0.0.1'] } });
  await stock(api);
  const origin = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-clients-'));
  try {
    await using standIn = await startStandIn(origin, CONTENTS, join(folder, 'certificate'));
    const verdicts: Verdict[] = [];
    for (const client of CLIENTS.filter(({ name }) => name.includes(values.only)))
      verdicts.push(await tryClient(client, standIn, origin, join(folder, client.program)));
    console.log(`${verdicts.filter((one) => one === 'right').length} of ${verdicts.length} clients got what is stored`);
    if (verdicts.includes('wrong') || !verdicts.includes('right')) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const CONTENTS = { 'ice.csv': 'year,depth\n1900,12\n', 'read me.txt': 'Cores, 1900 to 2000.\n' };

/** Two versions of a dataset with files and statistics among sixty simulated records. */
async function stock({ database: { db }, store }: StockedApi): Promise<void> {
  await store([harvested(7, EVERYTHING), harvested(9010, RELEASE)]);
  const sets = { setSpecs: ['user-polar'] };
  const stored = await store([harvested(9005, iceCores('1.0', '2023-01-10'), sets), harvested(9006, iceCores('2.0', '2024-02-20'), sets)]);
  for (const { recordId, oaiIdentifier } of stored) {
    const self = `https://zenodo.org/api/records/${oaiIdentifier.replace(/.*:/, '')}/files`;
    const files = Object.entries(CONTENTS).map(([key, content]) => ({
      key,
      fileId: `${hash('md5', key).slice(0, 8)}-0000-4000-8000-000000000000`,
      size: Buffer.byteLength(content),
      checksum: `md5:${hash('md5', content)}`,
      url: `${self}/${encodeURIComponent(key)}/content`,
    }));
    await saveFetched(db, recordId, { files, stats: null }, new Date());
  }
  await refreshAnalytics(db, { force: true });
}

/** As Zenodo's connection to GitHub deposits them. */
const RELEASE = `
  <creators><creator><creatorName nameType="Personal">Okafor, Ngozi</creatorName></creator></creators>
  <titles><title>polar/ice-cores: v2.0</title></titles><dates><date dateType="Issued">2024-02-21</date></dates>
  <resourceType resourceTypeGeneral="Software"/>
  <relatedIdentifiers><relatedIdentifier relatedIdentifierType="URL" relationType="IsSupplementTo">https://github.com/polar/ice-cores/tree/v2.0</relatedIdentifier></relatedIdentifiers>`;

function iceCores(version: string, date: string): string {
  return `
    <creators><creator><creatorName nameType="Personal">Okafor, Ngozi</creatorName>
      <nameIdentifier nameIdentifierScheme="ORCID">0000-0002-1825-0097</nameIdentifier><affiliation>CERN</affiliation></creator></creators>
    <titles><title>Ice cores of Greenland</title></titles><publisher>Zenodo</publisher><publicationYear>${date.slice(0, 4)}</publicationYear>
    <subjects><subject>ice core</subject><subject>firn</subject></subjects>
    <dates><date dateType="Issued">${date}</date></dates><language>eng</language><resourceType resourceTypeGeneral="Dataset"/>
    <relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsVersionOf">10.5281/zenodo.9004</relatedIdentifier></relatedIdentifiers>
    <version>${version}</version>
    <rightsList><rights rightsIdentifier="cc-by-4.0" rightsIdentifierScheme="spdx" rightsURI="https://creativecommons.org/licenses/by/4.0/">CC BY</rights>
      <rights rightsURI="info:eu-repo/semantics/openAccess"/></rightsList>
    <descriptions><description descriptionType="Abstract">Depth and age.</description></descriptions>`;
}

async function tryClient({ name, program, install }: Client, standIn: StandIn, origin: string, folder: string): Promise<Verdict> {
  let installed: Installed;
  try {
    installed = await install(folder);
  } catch (error) {
    console.log(`${name}: could not be had (${lastLines(error, 1)})`);
    return 'not had';
  }
  const asked = standIn.asked.length;
  const work = join(folder, 'work');
  await mkdir(work, { recursive: true });
  const { command, args, env } = installed;
  const source = command.endsWith('program') ? [] : [join(import.meta.dirname, program)];
  const target = program.endsWith('.mjs') ? folder : work;
  const options = { cwd: work, timeout: 120_000, env: { ...process.env, ...standIn.env, HOME: work, ...env } };
  try {
    await run(command, [...args, ...source, origin, target], options);
    console.log(`${name}: right`);
    return 'right';
  } catch (error) {
    console.log(`${name}: ${lastLines(error, 12)}`);
    for (const one of standIn.asked.slice(asked)) console.log(`  asked ${one}`);
    return 'wrong';
  }
}

function lastLines(error: unknown, count: number): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split('\n').slice(-count).join('\n  ');
}

await main();
