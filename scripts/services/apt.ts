import { join } from 'node:path';
import { findJava } from './java.ts';
import { privateFolder } from './private-folder.ts';
import { run } from './process.ts';
import { findProgram } from './programs.ts';
import { findRedis } from './redis.ts';

export interface AptDeps {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What is wanted of Debian: a program for the queue, or what Elasticsearch needs. */
export interface Wanted {
  readonly redis: boolean;
  readonly java: boolean;
  readonly maven: boolean;
}

/**
 * Installs with apt what is wanted and missing, as root on Debian; elsewhere it does nothing. A failure is told and
 * not thrown: each server then says for itself what it lacks.
 */
export async function installMissing(deps: AptDeps, wanted: Wanted): Promise<void> {
  const packages = missingPackages(deps.env, wanted);
  if (packages.length === 0 || process.getuid?.() !== 0 || findProgram('apt-get', deps.env) === undefined) return;
  const log = join(deps.home, 'log', 'apt.log');
  privateFolder(join(deps.home, 'log'));
  deps.log(`installing ${packages.join(', ')} with apt`);
  const options = { log, signal: deps.signal, env: { ...deps.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    await run('apt-get', ['-q', 'update'], options);
    await run('apt-get', ['-q', '-y', '--no-install-recommends', 'install', ...packages], options);
  } catch (error) {
    if (deps.signal.aborted) throw error;
    deps.log(`apt could not install ${packages.join(', ')}, see ${log}`);
  }
}

function missingPackages(env: NodeJS.ProcessEnv, wanted: Wanted): string[] {
  return [
    ...(wanted.redis && findRedis() === undefined ? ['redis-tools'] : []),
    ...(wanted.java && findJava(env) === undefined ? ['default-jre-headless'] : []),
    ...(wanted.maven && findProgram('mvn', env) === undefined ? ['maven'] : []),
  ];
}
