import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { effectOf, MIGRATION_EFFECTS } from '../../packages/store/src/database/migration-effects.ts';
import { ROOT } from '../chaos/processes.ts';

/** Another version of this project, whose programs can be run. */
export interface OldVersion {
  readonly root: string;
  readonly commit: string;
  /** Migrations of this version that it does not have, in order. */
  readonly lacks: readonly string[];
}

const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 }).trim();

/**
 * The version of a commit, in a new folder, with the packages that are installed here: no version so far needs others. Without a commit
 * the newest one that lacks a migration, and if possible only migrations during which its processes may go on.
 */
export function unpackVersion(folder: string, commit: string = usualCommit()): OldVersion {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', '--format=tar', commit], { cwd: ROOT, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  linkPackages(folder);
  const had = new Set(readdirSync(join(folder, 'packages/store/migrations')).map((file) => file.replace(/\.ts$/, '')));
  const lacks = Object.keys(MIGRATION_EFFECTS).filter((name) => !had.has(name));
  return { root: folder, commit: git('rev-parse', '--short', commit), lacks };
}

/** The packages of the workspace are those of the folder, all others the installed ones. */
function linkPackages(folder: string): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(folder, 'node_modules')];
  mkdirSync(join(to, '@thresher'), { recursive: true });
  for (const name of readdirSync(from)) if (name !== '@thresher') symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(join(folder, 'packages')))
    if (lstatSync(join(folder, 'packages', name)).isDirectory()) symlinkSync(join(folder, 'packages', name), join(to, '@thresher', name));
}

function usualCommit(): string {
  const names = Object.keys(MIGRATION_EFFECTS);
  const isCompatible = (name: string): boolean => effectOf(name)!.stops === null;
  const first = names.findLastIndex((name) => !isCompatible(name)) + 1;
  // If the newest one wants old processes to be stopped, that is what is tried.
  const before = names
    .slice(Math.min(first, names.length - 1))
    .map((name) => `${git('log', '--diff-filter=A', '--format=%H', '--', `packages/store/migrations/${name}.ts`).split('\n').at(-1)!}^`);
  // Their names are not always in the order of their commits.
  return git('merge-base', '--octopus', ...before);
}
