import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { StageFigure } from './figures.ts';

const run = promisify(execFile);

/** Versions are those whose figures are in the documentation. */
const packages = ['sickle==0.7.0', 'oaipmh-scythe==0.16.0', 'lxml==5.4.0', 'psycopg[binary]', 'elasticsearch>=8,<9'];
/** It calls functions that newer versions of lxml no longer have. */
const ofPyoai = ['pyoai==2.5.0', 'lxml==4.9.4'];

export const walkers = ['sickle', 'scythe', 'pyoai'] as const;
export type Walker = (typeof walkers)[number];

export interface Peers {
  /** Walks the list and writes it to a file. */
  walk(walker: Walker, url: string, file: string, signal: AbortSignal): Promise<StageFigure>;
  /** The plain script: fetch, map, six tables, an index; repeatable. Null if that script is not there. */
  readonly pipeline: ((url: string, to: PipelineTarget, signal: AbortSignal) => Promise<StageFigure>) | null;
}

export interface PipelineTarget {
  readonly databaseUrl: string;
  readonly elasticsearchUrl: string;
  readonly index: string;
}

/**
 * What others write and use today, in a Python environment that is made on the first run. Returns an error message if there
 * is no Python, or packages cannot be installed.
 *
 * @param scriptFolder the folder of `pipeline.py` and its `schema.sql`; undefined if there is none
 */
export async function installPeers(folder: string, scriptFolder: string | undefined): Promise<Peers | string> {
  let python: string;
  let pyoai: string;
  try {
    python = await makeEnvironment(folder, packages);
    pyoai = await makeEnvironment(`${folder}-pyoai`, ofPyoai);
  } catch (error) {
    return `no peers next to it: ${(error as Error).message.split('\n')[0]}`;
  }
  const script = scriptFolder === undefined ? undefined : path.join(scriptFolder, 'pipeline.py');
  return {
    async walk(walker, url, file, signal) {
      const { stdout } = await run(walker === 'pyoai' ? pyoai : python, [path.join(import.meta.dirname, 'walkers.py'), walker, url, file], {
        signal,
      });
      return JSON.parse(stdout) as StageFigure;
    },
    pipeline: script !== undefined && existsSync(script) ? (url, to, signal) => runScript(python, script, url, to, signal) : null,
  };
}

/** Its Python. */
async function makeEnvironment(folder: string, wanted: readonly string[]): Promise<string> {
  const python = path.join(folder, 'bin', 'python');
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', ...wanted]);
  return python;
}

async function runScript(python: string, script: string, url: string, to: PipelineTarget, signal: AbortSignal): Promise<StageFigure> {
  const args = ['--url', url, '--pg', to.databaseUrl, '--es', to.elasticsearchUrl, '--index', to.index, '--upsert'];
  const { stdout } = await run(python, [script, ...args], { signal });
  const { records, wall, cpu, rss_mb } = JSON.parse(stdout) as { records: number; wall: number; cpu: number; rss_mb: number };
  return { records, seconds: wall, cpuSeconds: cpu, peakMegabytes: rss_mb };
}
