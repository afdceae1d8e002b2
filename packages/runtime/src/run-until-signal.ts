import { ConfigError } from './config.ts';

/**
 * The work of a process. `signal` aborts at SIGINT or SIGTERM; what is put on `resources` is disposed of in reverse
 * order when the work has ended. It returns the exit code; nothing means 0, or 130 when it was interrupted.
 */
export type Main = (signal: AbortSignal, resources: AsyncDisposableStack) => Promise<number | void>;

const INTERRUPTED = 130;

/** How long a process may take to stop after a signal, and to close what is still open after its work. */
const STOP_MS = 20_000;
const CLOSE_MS = 5_000;

/** A signal to the whole process group arrives again from the parent that passes it on; npm does so. */
const SAME_SIGNAL_MS = 1_000;

export interface StopOptions {
  /** How long stopping may take, in milliseconds; 20,000 unless specified. */
  readonly stopMs?: number;
  /** Signals that, sent again, do not end the process at once: whatever passes them on may be slow on a busy machine. */
  readonly repeatable?: readonly NodeJS.Signals[];
  /** Called before the process ends without having stopped, to say what it leaves behind. */
  readonly onGiveUp?: () => void;
}

/** The reason an interrupted process's signal carries. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
  readonly signalName: NodeJS.Signals;

  constructor(signalName: NodeJS.Signals) {
    super(`interrupted by ${signalName}`);
    this.signalName = signalName;
  }
}

/**
 * Runs `main` until it ends or a signal asks it to, disposes of its resources and sets `process.exitCode`. A second
 * signal, other than the same one within a second, ends the process at once with 130, and so does the end of `stopMs`: a server that does not answer must not keep a
 * process alive. A process that was started with a channel to its parent also ends when the parent does, however that
 * ended. An error is passed to `report` (by default written to standard error, a {@link ConfigError} without its stack) and
 * makes the exit code 1; after a signal it is the interruption and makes 130.
 */
export async function runUntilSignal(
  main: Main,
  report: (error: unknown) => void = writeError,
  { stopMs = STOP_MS, repeatable = [], onGiveUp = () => {} }: StopOptions = {},
): Promise<void> {
  const controller = new AbortController();
  const giveUp = (): never => {
    onGiveUp();
    return process.exit(INTERRUPTED);
  };
  let last: { readonly name: NodeJS.Signals; readonly at: number } | undefined;
  const stop = (name: NodeJS.Signals): void => {
    const at = performance.now();
    if (last?.name === name && (repeatable.includes(name) || at - last.at < SAME_SIGNAL_MS)) return;
    last = { name, at };
    if (controller.signal.aborted) giveUp();
    controller.abort(new InterruptedError(name));
    setTimeout(() => {
      console.error(
        `not stopped within ${stopMs / 1_000} s, since a server or a connection does not answer: ended; the same command continues from here`,
      );
      giveUp();
    }, stopMs).unref();
  };
  const orphaned = (): void => stop('SIGTERM');
  process.on('SIGINT', stop).on('SIGTERM', stop).on('disconnect', orphaned);
  try {
    process.exitCode = await exitCodeOf(main, controller.signal, report);
  } finally {
    // A connection that was not closed would keep the process alive. The timer does not.
    setTimeout(() => process.exit(), CLOSE_MS).unref();
    process.off('SIGINT', stop).off('SIGTERM', stop).off('disconnect', orphaned);
  }
}

async function exitCodeOf(main: Main, signal: AbortSignal, report: (error: unknown) => void): Promise<number> {
  try {
    await using resources = new AsyncDisposableStack();
    const code = await main(signal, resources);
    return code ?? (signal.aborted ? INTERRUPTED : 0);
  } catch (error) {
    if (signal.aborted && isAbort(error, signal)) return INTERRUPTED;
    report(error);
    return 1;
  }
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

function writeError(error: unknown): void {
  console.error(error instanceof ConfigError ? error.message : error);
}
