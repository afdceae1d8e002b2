import type { Logger } from '@thresher/runtime';

/** A server could send another odd value with every answer. */
const mostSentences = 100;

/** Logs each sentence once, at most a hundred different ones: what a server gets wrong it gets wrong with every answer. */
export function warnOnce(log: Logger): (sentence: string) => void {
  const logged = new Set<string>();
  return (sentence) => {
    if (logged.has(sentence) || logged.size >= mostSentences) return;
    logged.add(sentence);
    log.warn(sentence);
  };
}
