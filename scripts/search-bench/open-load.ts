import { setTimeout as delay } from 'node:timers/promises';

/** Times of requests in milliseconds, from when each was due, so that waiting for the others counts. */
export interface LoadTimes {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** With the CPU in milliseconds that a request took of the server that is measured. */
export type LoadFigure = LoadTimes & { readonly cpuMs: number };

/** Figures as Markdown; `cpu` names the process whose CPU time is shown. */
export function loadTable(cpu: string, rows: readonly (readonly [what: string, figure: LoadFigure])[]): string {
  const lines = rows.map(
    ([what, t]) => `| ${what} | ${t.requests} | ${t.p50} | ${t.p90} | ${t.p99} | ${t.max} | ${t.cpuMs} | ${t.failed} |`,
  );
  return [`| what | requests | p50 ms | p90 ms | p99 ms | max ms | ${cpu} | failed |`, '|---|---|---|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

/** Sends `perSecond` requests for `seconds` seconds, whether or not the earlier ones have been answered. */
export async function openLoad(perSecond: number, seconds: number, request: (n: number) => Promise<unknown>): Promise<LoadTimes> {
  const count = perSecond * seconds;
  const start = performance.now();
  let failed = 0;
  const times = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const due = start + (n * 1000) / perSecond;
      await delay(Math.max(0, due - performance.now()));
      await request(n).catch(() => (failed += 1));
      return performance.now() - due;
    }),
  );
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.min(count - 1, Math.floor(count * share))]! * 10) / 10;
  return { requests: count, failed, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
