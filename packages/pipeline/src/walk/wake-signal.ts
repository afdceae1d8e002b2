/** A signal from one part of the program that another part waits for. */
export interface WakeSignal {
  /** Ends the current wait; without one, the next wait ends at once. */
  ring(): void;
  /** Waits until it rings, but at most `ms` milliseconds, or until `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Used in place of `Promise.race` with walks that last for days: each race leaves its reactions with them until they end. */
export function createWakeSignal(): WakeSignal {
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
