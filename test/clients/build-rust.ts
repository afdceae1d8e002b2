import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Installed } from './install.ts';

const run = promisify(execFile);

/** A program in Rust with the crates that it needs, `name@version` or `name@version+feature,feature`. Throws if there is no cargo. */
export async function buildRust(folder: string, source: string, crates: readonly string[]): Promise<Installed> {
  await run('cargo', ['init', '--quiet', '--vcs', 'none', '--name', 'program', folder]);
  for (const crate of crates) {
    const [name = '', features] = crate.split('+');
    await run('cargo', ['add', '--quiet', name, ...(features === undefined ? [] : ['--features', features])], { cwd: folder });
  }
  await copyFile(source, join(folder, 'src', 'main.rs'));
  // What a developer keeps built saves minutes.
  const target = process.env['CARGO_TARGET_DIR'] ?? join(folder, 'target');
  await run('cargo', ['build', '--quiet', '--target-dir', target], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  return { command: join(target, 'debug', 'program'), args: [], env: {} };
}
