import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findJava } from './java.ts';
import { privateFolder } from './private-folder.ts';
import { CommandError, run, type RunOptions } from './process.ts';
import { findProgram } from './programs.ts';
import { findRedis } from './redis.ts';

export interface AptDeps {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Milliseconds between two tries while another program holds apt's lock; 5,000 by default. */
  readonly lockPause?: number;
}

/** A new machine may update itself for minutes after its first start. */
const lockTries = 120;

/** What is wanted of Debian: a program for the queue, or what Elasticsearch needs. */
export interface Wanted {
  readonly redis: boolean;
  readonly java: boolean;
  readonly maven: boolean;
}

/**
 * Installs with apt what is wanted and missing, as root on Debian; elsewhere it does nothing. A failure is reported and
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
    await runApt(deps, ['-q', 'update'], options);
    await runApt(deps, ['-q', '-y', '--no-install-recommends', 'install', ...packages], options);
  } catch (error) {
    if (deps.signal.aborted) throw error;
    deps.log(`apt could not install ${packages.join(', ')}, see ${log}`);
  }
}

/**
 * Runs apt-get, and again while another program holds its lock. apt's option `DPkg::Lock::Timeout` waits for the lock
 * of an installation but not for the lock of an update (apt 2.6.1).
 */
async function runApt(deps: AptDeps, args: readonly string[], options: RunOptions & { log: string }): Promise<void> {
  for (let tried = 1; ; tried++) {
    const before = statSync(options.log, { throwIfNoEntry: false })?.size ?? 0;
    try {
      await run('apt-get', args, options);
      return;
    } catch (error) {
      if (!(error instanceof CommandError) || tried === lockTries || !saysLocked(options.log, before)) throw error;
    }
    if (tried === 1) deps.log('another program is using apt; waiting until it has finished');
    await sleep(deps.lockPause ?? 5_000, undefined, { signal: deps.signal });
  }
}

function saysLocked(log: string, from: number): boolean {
  return /Could not get lock|Unable to acquire the dpkg frontend lock/.test(readFileSync(log).subarray(from).toString('utf8'));
}

function missingPackages(env: NodeJS.ProcessEnv, wanted: Wanted): string[] {
  return [
    ...(wanted.redis && findRedis() === undefined ? ['redis-tools'] : []),
    ...(wanted.java && findJava(env) === undefined ? ['default-jre-headless'] : []),
    ...(wanted.maven && findProgram('mvn', env) === undefined ? ['maven'] : []),
  ];
}
