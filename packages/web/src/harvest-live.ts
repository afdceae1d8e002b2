import type { HarvestMessage, HarvestReport, Problem } from '@thresher/api';
import { ask, Refused } from './api-client.ts';

const BUSY_MS = 2_000;
const QUIET_MS = 5_000;
/** A stream that was refused is tried again after this time; meanwhile the page asks. */
const AGAIN_MS = 30_000;

interface Listener {
  readonly onReport: (report: HarvestReport) => void;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Follows the harvests while somebody looks at the page: by server-sent events, and where those do not come, by asking. Returns a
 * function that asks at once.
 */
export function followHarvest({ onReport, onProblem }: Listener): () => void {
  const sources = new Map<string, HarvestReport['sources'][number]>();
  let stream: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function take({ now, documents, names, sources: changed }: HarvestMessage): void {
    for (const source of changed) sources.set(source.name, source);
    onReport({ now, documents, sources: names.flatMap((name) => sources.get(name) ?? []) });
  }

  async function poll(): Promise<void> {
    clearTimeout(timer);
    let isBusy = true;
    try {
      const { value } = await ask<HarvestReport>('/api/harvest');
      onReport(value);
      isBusy = value.sources.some(({ last }) => last?.run.state === 'running');
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      onProblem(error.problem);
    }
    if (!document.hidden && stream?.readyState !== EventSource.OPEN) timer = setTimeout(() => void poll(), isBusy ? BUSY_MS : QUIET_MS);
  }

  function open(): void {
    stream = new EventSource('/api/harvest/events');
    stream.addEventListener('open', () => clearTimeout(timer));
    stream.addEventListener('report', ({ data }: MessageEvent<string>) => take(JSON.parse(data) as HarvestMessage));
    stream.addEventListener('problem', ({ data }: MessageEvent<string>) => onProblem(JSON.parse(data) as Problem));
    stream.addEventListener('error', () => {
      void poll();
      if (stream?.readyState === EventSource.CLOSED) retry = setTimeout(reopen, AGAIN_MS);
    });
  }

  function close(): void {
    clearTimeout(timer);
    clearTimeout(retry);
    stream?.close();
    stream = null;
  }

  function reopen(): void {
    close();
    open();
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? close() : reopen()));
  addEventListener('pagehide', close);
  addEventListener('pageshow', ({ persisted }) => persisted && reopen());
  open();
  return () => void poll();
}
