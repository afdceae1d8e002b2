import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from './programs.ts';

/** Elasticsearch's entitlement agent needs these; minimal runtimes lack them. */
const NEEDED_MODULES = ['jdk.attach', 'jdk.jdi', 'jdk.jlink'];
const NEEDED_VERSION = 17;

/** The home of the first Java on this machine that can run Elasticsearch: JAVA_HOME, `java` on the path, the usual folders. */
export function findJava(env: NodeJS.ProcessEnv): string | undefined {
  return candidates(env).find(canRunElasticsearch);
}

function candidates(env: NodeJS.ProcessEnv): string[] {
  const onPath = findProgram('java', env);
  const folder = '/usr/lib/jvm';
  const installed = existsSync(folder)
    ? readdirSync(folder)
        .toSorted()
        .map((name) => join(folder, name))
    : [];
  return [env['JAVA_HOME'] ?? '', onPath === undefined ? '' : dirname(dirname(realpathSync(onPath))), ...installed].filter(
    (home) => home !== '',
  );
}

function canRunElasticsearch(home: string): boolean {
  const { stdout, status } = spawnSync(join(home, 'bin', 'java'), ['--list-modules'], { encoding: 'utf8' });
  if (status !== 0) return false;
  const versions = new Map(stdout.split('\n').map((line) => line.split('@') as [string, string | undefined]));
  return NEEDED_MODULES.every((module) => Number.parseInt(versions.get(module) ?? '0', 10) >= NEEDED_VERSION);
}
