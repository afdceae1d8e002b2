import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How a process ended: its exit code, or the signal that killed it. */
export interface ChildEnd {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
}

/** Waits for the end of a process. `signal` kills it, and its reason is thrown once the process has ended. */
export async function childEnd(child: ChildProcess, signal: AbortSignal): Promise<ChildEnd> {
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const [code, killedBy] = await ended;
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  return { code, killedBy };
}

/** The end of a sentence about a process that did not survive its work. */
export const diedOfIt = ({ code, killedBy }: ChildEnd): string => `died of it (${killedBy ?? `exit code ${code}`})`;
