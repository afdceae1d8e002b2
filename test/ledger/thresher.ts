import { type Io, run } from '@thresher/cli';
import type { Harness } from '../harness.ts';

/** Runs a command line on the database of a harness, without an index of its own: the alias is shared. */
export async function thresher(harness: Pick<Harness, 'databaseUrl'>, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io: Io = {
    env: { DATABASE_URL: harness.databaseUrl },
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    signal: new AbortController().signal,
  };
  return { code: await run(argv, io), ...said };
}
