import { setTimeout as sleep } from 'node:timers/promises';
import type { HarvestReport } from './report.ts';

type Source = HarvestReport['sources'][number];

/** What a client of the feed gets: the report, of whose sources only those that changed since its last message. */
export interface HarvestMessage {
  readonly now: string;
  readonly documents: number | null;
  /** Names of all sources, in order. */
  readonly names: readonly string[];
  readonly sources: readonly Source[];
}

/** One reader of the feed. */
export interface FeedClient {
  /** Gets an event: its name, and its data as one line. */
  readonly send: (event: 'report' | 'problem', data: string) => void;
  /** Gets a comment, so that proxies and both ends see that the connection is alive. */
  readonly beat: () => void;
  /** Whether it still has much to take in: it gets the next state later. */
  readonly isBehind: () => boolean;
  readonly end: () => void;
}

export interface FeedOptions {
  readonly read: () => Promise<HarvestReport>;
  /** The data of a `problem` event for an error of `read`. */
  readonly describe: (error: unknown) => string;
  /** From one look at the ledger to the next, in milliseconds. */
  readonly everyMs: number;
  /** A client that got nothing for so long gets a comment. */
  readonly beatMs: number;
  readonly mostClients: number;
}

/** The ledger as a stream of events. It is read once for all clients, and not at all without one. */
export interface ReportFeed {
  /** Adds a client, and returns how to remove it. Null if there are too many. */
  join(client: FeedClient): (() => void) | null;
  /** Whether the ledger is being read. */
  isReading(): boolean;
  /** Ends all streams. */
  close(): void;
}

interface Joined {
  readonly client: FeedClient;
  /** What it knows of each source, as JSON. */
  known: ReadonlyMap<string, string>;
  /** All but the sources, as JSON without the time. */
  frame: string;
  /** When it got something, in milliseconds of `performance.now()`. */
  heardAt: number;
}

function hear(one: Joined, say: () => void): void {
  one.heardAt = performance.now();
  say();
}

/** Makes a feed. A ledger that takes long to read is read less often. */
export function createReportFeed({ read, describe, everyMs, beatMs, mostClients }: FeedOptions): ReportFeed {
  const joined = new Set<Joined>();
  let reading: AbortController | null = null;
  let isClosed = false;

  async function follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const started = performance.now();
      try {
        const report = await read();
        if (!signal.aborted) tell(report);
      } catch (error) {
        const data = describe(error);
        for (const one of joined) hear(one, () => one.client.send('problem', data));
      }
      const tookMs = performance.now() - started;
      await sleep(Math.max(everyMs, 5 * tookMs), undefined, { signal }).catch(() => {});
    }
  }

  function tell(report: HarvestReport): void {
    const sources = report.sources.map((source) => ({ source, json: JSON.stringify(source) }));
    const names = report.sources.map(({ name }) => name);
    const frame = JSON.stringify([report.documents, names]);
    const known = new Map(sources.map(({ source, json }) => [source.name, json]));
    for (const one of joined) {
      if (one.client.isBehind()) continue;
      const changed = sources.filter(({ source, json }) => one.known.get(source.name) !== json).map(({ source }) => source);
      if (changed.length > 0 || one.frame !== frame) {
        const message: HarvestMessage = { now: report.now, documents: report.documents, names, sources: changed };
        hear(one, () => one.client.send('report', JSON.stringify(message)));
      } else if (performance.now() - one.heardAt >= beatMs) hear(one, one.client.beat);
      Object.assign(one, { known, frame });
    }
  }

  function leave(one: Joined): void {
    joined.delete(one);
    if (joined.size > 0) return;
    reading?.abort();
    reading = null;
  }

  return {
    join(client) {
      if (isClosed || joined.size >= mostClients) return null;
      const one: Joined = { client, known: new Map(), frame: '', heardAt: performance.now() };
      joined.add(one);
      // A new client does not wait for the next look of the others.
      reading?.abort();
      reading = new AbortController();
      void follow(reading.signal);
      return () => leave(one);
    },
    isReading: () => reading !== null,
    close() {
      isClosed = true;
      for (const one of joined) {
        one.client.end();
        leave(one);
      }
    },
  };
}
