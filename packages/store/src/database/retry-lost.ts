import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseAwayError, isLostConnection } from './lost-connection.ts';

const mostRetries = 20;
const longestPauseMs = 5_000;

/**
 * Does something that may be done twice, and again if the connection to PostgreSQL was lost in the middle: 20 times at most, after
 * growing pauses. Gives up when the database stays away ({@link DatabaseAwayError}).
 *
 * @param onLost is given the error of each try that is repeated
 */
export async function retryLost<T>(work: () => Promise<T>, onLost: (error: Error) => void, signal: AbortSignal): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || retries >= mostRetries || error instanceof DatabaseAwayError || !isLostConnection(error)) throw error;
      onLost(error as Error);
      await sleep(Math.min(100 * 2 ** retries, longestPauseMs), undefined, { signal });
    }
  }
}
