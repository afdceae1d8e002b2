import { type Io, run } from '@thresher/cli';
import type { Harness } from '../harness.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What `out` was decoded from. */
  readonly bytes: Buffer;
}

/** Runs a command line on the database of a harness, without its own index: the alias is shared. */
export async function thresher(harness: Pick<Harness, 'databaseUrl'> & { readonly env?: Io['env'] }, ...argv: string[]): Promise<Said> {
  const said = { out: Buffer.alloc(0), err: '' };
  const io: Io = {
    env: { ...harness.env, DATABASE_URL: harness.databaseUrl },
    stdout: { write: (text) => (said.out = Buffer.concat([said.out, Buffer.from(text)])) },
    stderr: { write: (text) => (said.err += text) },
    signal: new AbortController().signal,
  };
  const code = await run(argv, io);
  return { code, out: said.out.toString(), err: said.err, bytes: said.out };
}
