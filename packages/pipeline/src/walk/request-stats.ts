import { targetListSize } from '@thresher/oai';

/** Counts what a run does, and says from that how long its lists should be. One a run and process. */
export interface RequestStats {
  /** Times one request. */
  time<T>(request: () => Promise<T>): Promise<T>;
  /** A page with this many records became durable. */
  records(count: number): void;
  /** A list broke off. */
  broke(): void;
  /** The server answered as a repository does. */
  answered(): void;
  /** Requests since the last such answer. */
  silence(): number;
  /** Requests since the last call, to be added to the ledger. */
  takeRequests(): number;
  requests(): number;
  /** Mean milliseconds from a request to its answer, recent ones counting more; 0 before the first. */
  latencyMs(): number;
  /** The largest page seen, as a guess of the server's page size. */
  pageSize(): number;
  target(): number;
  /** Lists longer than this are cut: some way above the target, as a cut costs a request. */
  maxListSize(): number;
}

/** @param before what earlier processes of the same run counted */
export function createRequestStats(before: { readonly requests: number; readonly breaks: number }): RequestStats {
  let { requests, breaks } = before;
  let untold = 0;
  let latency = 0;
  let pageSize = 0;
  let silence = 0;
  // Until a page was seen: Zenodo's size.
  const target = () => targetListSize(pageSize || 50, requests, breaks);
  return {
    async time(request) {
      requests++;
      untold++;
      silence++;
      const start = performance.now();
      try {
        return await request();
      } finally {
        const took = performance.now() - start;
        latency = latency === 0 ? took : latency * 0.9 + took * 0.1;
      }
    },
    records: (count) => {
      pageSize = Math.max(pageSize, count);
    },
    broke: () => {
      breaks++;
    },
    answered: () => {
      silence = 0;
    },
    silence: () => silence,
    takeRequests: () => {
      const taken = untold;
      untold = 0;
      return taken;
    },
    requests: () => requests,
    latencyMs: () => latency,
    pageSize: () => pageSize || 50,
    target,
    maxListSize: () => Math.round(target() * 1.6),
  };
}
