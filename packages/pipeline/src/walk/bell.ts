/** What one part rings and another waits for. */
export interface Bell {
  /** Ends the wait. If nobody waits, the next wait does not begin. */
  ring(): void;
  /** Until it rings, or so long, or until the signal. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Instead of `Promise.race` with walks that last for days: each race leaves its reactions with them until they end. */
export function createBell(): Bell {
  let hasRung = false;
  let wake = (): void => {};
  return {
    ring() {
      hasRung = true;
      wake();
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          [hasRung, wake] = [false, () => {}];
          resolve();
        };
        const timer = setTimeout(end, ms);
        signal.addEventListener('abort', end, { once: true });
        wake = end;
        if (hasRung || signal.aborted) end();
      }),
  };
}
