import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from './process.ts';

/** How long one process may bring servers up while another waits: a first start downloads Elasticsearch. */
const LOCK_TIMEOUT_MS = 30 * 60_000;

/**
 * Runs `work` while no other process of this home does. The lock is a file that holds the owner's process id and
 * start time; one whose owner is gone is taken over. Throws when the owner does not let go for half an hour.
 */
export async function withLock<T>(home: string, log: (line: string) => void, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const path = join(home, 'lock');
  for (const deadline = Date.now() + LOCK_TIMEOUT_MS; !tryLock(path); await sleep(100, undefined, { signal })) {
    if (Date.now() > deadline) throw new Error(`${path} is held by process ${readText(path)?.split(' ')[0]}`);
    if (Date.now() > deadline - LOCK_TIMEOUT_MS + 2000) log = once(log, 'waiting for another start in the same folder');
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function once(log: (line: string) => void, line: string): (line: string) => void {
  log(line);
  return () => {};
}

function tryLock(path: string): boolean {
  // A hard link is made in one step and fails when the name exists, and the content is there from the beginning.
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, identity(process.pid));
  try {
    linkSync(mine, path);
    return true;
  } catch {
    breakStaleLock(path);
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function breakStaleLock(path: string): void {
  const seen = readText(path);
  if (seen === undefined || lives(seen)) return;
  const taken = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, taken);
    // Between the look and the rename another process may have broken the lock and taken it: give it back.
    if (readText(taken) !== seen) linkSync(taken, path);
  } catch {
    // Another process was faster.
  } finally {
    rmSync(taken, { force: true });
  }
}

/** Says that this process uses the servers of `home`. */
export function enter(home: string): void {
  mkdirSync(join(home, 'users'), { recursive: true });
  writeFileSync(join(home, 'users', String(process.pid)), identity(process.pid));
}

/** Takes this process off the users of `home`; returns whether others are left. */
export function leave(home: string): boolean {
  const folder = join(home, 'users');
  rmSync(join(folder, String(process.pid)), { force: true });
  for (const name of readdirSync(folder)) {
    if (lives(readText(join(folder, name)) ?? '')) return true;
    rmSync(join(folder, name), { force: true });
  }
  return false;
}

function identity(pid: number): string {
  return `${pid} ${startOf(pid)}`;
}

function lives(text: string): boolean {
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && startOf(pid) !== undefined && text === identity(pid);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
