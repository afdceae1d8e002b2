import { statSync } from 'node:fs';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';

/**
 * How Node is started for a process that is to stay small. A harvester's garbage are pages, some 300 KB each: V8 would
 * let them pile up, and malloc keep a heap for each of its threads, with holes in it where pages were.
 */
export const smallFlags: readonly string[] = ['--max-semi-space-size=2', '--heap-growing-percent=50'];
export const smallEnv: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  // Larger pieces go back to the system at once: glibc's own value, which else grows up to 32 MB.
  MALLOC_MMAP_THRESHOLD_: '131072',
  NODE_COMPILE_CACHE: COMPILE_CACHE,
};

/**
 * Starts this program again in this same process, the way that keeps it small, unless it was started like that; once
 * more where code had to be compiled, as the compiler of types stays, which is 20 MB. `load` loads all that the program
 * needs. Where Node cannot replace a process (Windows, or with a channel to its parent) all goes on as it is.
 */
export async function startSmall(load: () => Promise<unknown>): Promise<void> {
  const { execve, execPath, execArgv, argv, channel, platform } = process;
  const starts = execArgv.filter((arg) => arg === smallFlags[0]).length;
  if (execve === undefined || platform === 'win32' || channel !== undefined) {
    if (starts === 0) for (const flag of smallFlags) setFlagsFromString(flag);
    return;
  }
  if (starts === 0 || (starts === 1 && (await compiles(load))))
    execve(execPath, [execPath, ...smallFlags, ...execArgv, ...argv.slice(1)], { ...smallEnv, ...process.env });
}

/** Whether something was compiled that is found compiled from now on. */
async function compiles(load: () => Promise<unknown>): Promise<boolean> {
  const cache = getCompileCacheDir();
  if (cache === undefined) return false;
  const before = statSync(cache).mtimeMs;
  await load();
  flushCompileCache();
  return statSync(cache).mtimeMs !== before;
}
