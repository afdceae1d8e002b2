import type { Plan } from './plan.ts';
import type { RunReport } from './run.ts';

/** A run in one line: its seed, plan, what happened, requests, time and result. */
export function reportLine({ plan, happened, requests, reads, seconds, violations }: RunReport): string {
  const result = violations.length === 0 ? 'ok' : `${violations.length} VIOLATIONS`;
  const what = happened.length === 0 ? 'nothing happened' : happened.join(' ');
  return `seed ${plan.seed}: ${describePlan(plan)} | ${what} | ${requests} requests, ${reads} reads, ${seconds.toFixed(1)} s, ${result}`;
}

function describePlan({ repository, services, rate, steps }: Plan): string {
  const { size, pageSize, tokens, deletedRecord, faults } = repository;
  const { harvesters, transformers, queue, skewMs } = services;
  return [
    `${size}/${pageSize} ${tokens} ${deletedRecord}`,
    faults.map(({ fault }) => fault).join('+') || 'no fault',
    `${harvesters}h${transformers}t ${queue}${skewMs === 0 ? '' : ` clock ${skewMs / 60_000} min`}${rate === null ? '' : ` ${rate}/min`}`,
    steps.map((step) => (step.by === 'command' ? `${step.name}!` : step.name)).join(' '),
  ].join(', ');
}

/** What all runs came to. */
export interface Totals {
  readonly runs: number;
  readonly seeds: string;
  readonly disturbances: number;
  /** Processes and servers ended with kill -9. */
  readonly kills: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly reads: number;
  readonly records: number;
  readonly seconds: number;
  readonly violations: number;
  readonly failedSeeds: readonly number[];
}

/** Pure. */
export function totalsOf(reports: readonly RunReport[]): Totals {
  const sum = (of: (report: RunReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const byKind: Record<string, number> = {};
  for (const { happened } of reports)
    for (const line of happened) {
      const kind = line.slice(0, line.indexOf('@'));
      byKind[kind] = (byKind[kind] ?? 0) + 1;
    }
  const seeds = reports.map((report) => report.plan.seed);
  const KILLS = ['process-kill', 'api-kill', 'postgres-kill', 'redis-kill', 'search-restart'];
  return {
    runs: reports.length,
    seeds: seeds.length === 0 ? 'none' : `${Math.min(...seeds)} to ${Math.max(...seeds)}`,
    disturbances: sum(({ happened }) => happened.length),
    kills: KILLS.reduce((total, kind) => total + (byKind[kind] ?? 0), 0),
    byKind,
    requests: sum(({ requests }) => requests),
    reads: sum(({ reads }) => reads),
    records: sum(({ plan }) => plan.repository.size),
    seconds: sum(({ seconds }) => seconds),
    violations: sum(({ violations }) => violations.length),
    failedSeeds: reports.filter(({ violations }) => violations.length > 0).map(({ plan }) => plan.seed),
  };
}

/** Several lines for people. Pure. */
export function totalLines(totals: Totals): string[] {
  const kinds = Object.entries(totals.byKind)
    .toSorted(([, a], [, b]) => b - a)
    .map(([kind, n]) => `${kind} ${n}`);
  return [
    `${totals.runs} runs, seeds ${totals.seeds}, ${totals.records} records, ${totals.requests} requests to repositories, ${totals.reads} reads of the API, ${Math.round(totals.seconds)} s`,
    `${totals.disturbances} disturbances, ${totals.kills} of them kills: ${kinds.join(', ')}`,
    `${totals.violations} violations`,
    ...totals.failedSeeds.map((seed) => `again: npm run test:chaos -- --runs 1 --seed ${seed}`),
  ];
}
