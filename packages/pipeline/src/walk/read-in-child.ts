import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { OaiReply } from '@thresher/oai';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';
import { childEnd, diedOfIt } from '../child-end.ts';

export interface ReadLimits {
  /** JavaScript heap of the process, in MiB. */
  readonly heapMegabytes: number;
  /** How long it may take, in seconds. */
  readonly seconds: number;
}

/** A page of 32 MiB needs a tenth of the heap and less than a second. */
const usualLimits: ReadLimits = { heapMegabytes: 384, seconds: 120 };

const program = fileURLToPath(new URL('../../bin/read-page.ts', import.meta.url));

/** Nothing can be read in a separate process here, so that no page is to blame. The run can be gone on with. */
export class ReadInChildError extends Error {
  override readonly name = 'ReadInChildError';
}

/**
 * Reads the body of an answer in a separate process (`bin/read-page.ts`), as walkers have died before at this place. Returns
 * how the process died of it, as a sentence; null if it survived, be the page sound or not.
 *
 * @throws ReadInChildError if an empty page kills the process, too; the signal's reason
 */
export async function readInChild(
  { bytes, charset }: Pick<OaiReply, 'bytes' | 'charset'>,
  signal: AbortSignal,
  limits = usualLimits,
): Promise<string | null> {
  const death = await readOnce(bytes, charset, signal, limits);
  if (death === null) return null;
  const other = await readOnce(Buffer.from('<OAI-PMH/>'), null, signal, limits);
  if (other !== null) throw new ReadInChildError(`answers cannot be read in a separate process, which ${other}: more memory may help`);
  return `reading an answer of ${bytes.byteLength} bytes ended its walkers, and, tried alone, its process ${death}: the page is set aside`;
}

/** How the process died; null if it did not. */
async function readOnce(bytes: Uint8Array, charset: string | null, signal: AbortSignal, limits: ReadLimits): Promise<string | null> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [`--max-old-space-size=${limits.heapMegabytes}`, program, charset ?? ''], {
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: limits.seconds * 1_000,
    killSignal: 'SIGKILL',
  });
  // It may end before it has read all.
  child.stdin.on('error', () => {});
  child.stdin.end(bytes);
  const end = await childEnd(child, signal);
  if (end.code === 0) return null;
  return child.killed ? `was not through after ${limits.seconds} s` : diedOfIt(end);
}
