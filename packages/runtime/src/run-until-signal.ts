import { ConfigError } from './config.ts';

/**
 * The work of a process. `signal` aborts at SIGINT or SIGTERM; what is put on `resources` is disposed of in reverse
 * order when the work has ended. It returns the exit code; nothing means 0, or 130 when it was interrupted.
 */
export type Main = (signal: AbortSignal, resources: AsyncDisposableStack) => Promise<number | void>;

const INTERRUPTED = 130;

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
 * signal ends the process at once with 130. A process that was started with a channel to its parent also ends when the
 * parent does, however that ended. An error is passed to `report` (by default written to standard error, a
 * {@link ConfigError} without its stack) and makes the exit code 1; after a signal it is the interruption and makes 130.
 */
export async function runUntilSignal(main: Main, report: (error: unknown) => void = writeError): Promise<void> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort(new InterruptedError(name));
  };
  const orphaned = (): void => stop('SIGTERM');
  process.on('SIGINT', stop).on('SIGTERM', stop).on('disconnect', orphaned);
  try {
    process.exitCode = await exitCodeOf(main, controller.signal, report);
  } finally {
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
