/** `npm test`: the servers, every test (or those named after `--`), and the count as the last line. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@thresher/runtime';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';
import { ROOT, startServices } from './services/start-services.ts';
import { untilSignal } from './services/until-signal.ts';
import { runVitest } from './vitest.ts';

let summary = '';
await untilSignal(async (signal, resources, started) => {
  if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
  const log = (line: string): void => console.error(line);
  const isThrownAway = process.env['CI'] !== undefined;
  const memory = isThrownAway ? folderInMemory() : undefined;
  const home = memory === undefined ? readConfig(process.env, ['home']).home.path : resources.adopt(memory, remove);
  const postgresSettings = postgresOfTests(isThrownAway);
  const services = started(await startServices({ home, env: shortLived(process.env), postgresSettings, log, signal }));
  for (const note of services.notes) log(note);
  const folder = resources.adopt(mkdtempSync(join(tmpdir(), 'thresher-test-')), remove);
  const result = await runVitest(
    process.argv.slice(2),
    { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, ...services.env, ...sharedData() },
    join(folder, 'report.json'),
    signal,
  );
  summary = result.summary;
  return result.exitCode;
});
function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

console.log(summary === '' ? '0 passed, 1 failed' : summary);

/** Half of the time of an Elasticsearch that lives for minutes goes into compiling code for hours to come: that is left out. */
function shortLived(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ES_JAVA_OPTS: '-XX:TieredStopAtLevel=1', ...env };
}

/**
 * Each test has its own database, a copy of 10 MB, and to compress its log took most of the time that the copy took. Nobody
 * waits for the disk either; but data that somebody wants to keep may lie in the same folder, and only in CI nothing is ever kept.
 */
function postgresOfTests(isThrownAway: boolean): Record<string, string> {
  const quick = { wal_compression: 'off', synchronous_commit: 'off' };
  return isThrownAway ? { ...quick, fsync: 'off', full_page_writes: 'off' } : quick;
}

/**
 * Each test clones a database of 500 files, and ext4 passes over the inodes of files that were deleted within the last seconds: that took a
 * fifth of the time of all tests. Undefined without a file system in memory, or if programs cannot be run on it.
 */
function folderInMemory(): string | undefined {
  const shared = '/dev/shm';
  const mounts = existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8') : '';
  const options = /^\S+ \/dev\/shm tmpfs (\S+)/m.exec(mounts)?.[1]?.split(',') ?? ['noexec'];
  if (options.includes('noexec') || options.includes('ro')) return undefined;
  // Tests use 200 MB of it.
  const roomNeeded = 4e9;
  const { bavail, bsize } = statfsSync(shared);
  return bavail * bsize < roomNeeded ? undefined : mkdtempSync(join(shared, 'thresher-test-'));
}

/** Genuine data that some tests read; it lies next to the checkout, not in it. */
function sharedData(): Record<string, string> {
  const shared = join(ROOT, '..', 'shared');
  return process.env['THRESHER_SHARED'] === undefined && existsSync(shared) ? { THRESHER_SHARED: shared } : {};
}
