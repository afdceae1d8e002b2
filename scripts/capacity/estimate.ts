import { highestRate, type Limit } from './queue-simulation.ts';

/** What docs/performance.json says of the parts that this uses. */
export interface Measured {
  readonly search: readonly { readonly times: { readonly p50: number } }[];
  readonly stages: readonly { readonly name: string; readonly of: string; readonly figures: readonly Figure[] }[];
  readonly growth: readonly {
    readonly stage: Figure;
    readonly processes: readonly { readonly process: string; readonly cpuSeconds: number; readonly peakMegabytes: number }[];
    readonly disk: readonly { readonly what: string; readonly bytesPerRecord: number }[];
  }[];
}

interface Figure {
  readonly records: number;
  readonly seconds: number;
}

/** Costs of one record, from the largest harvest that was measured. */
export interface Costs {
  readonly measuredRecords: number;
  readonly cpuSeconds: number;
  readonly archiveBytes: number;
  readonly postgresBytes: number;
  readonly elasticsearchBytes: number;
  /** Records per second from a dump into SQL and search, on the machine that was measured. */
  readonly dumpPerSecond: number;
  /** Median time of a search, in seconds. */
  readonly searchSeconds: number;
}

export interface Capacity {
  readonly records: number;
  readonly requests: number;
  readonly hoursByRequests: number;
  readonly hoursByDump: number;
  readonly cpuHours: number;
  readonly postgresGB: number;
  readonly archiveGB: number;
  readonly elasticsearchGB: number;
  readonly shards: number;
}

/** Zenodo: records in an answer, and requests per minute that it permits. */
export const pageSize = 50;
export const requestsPerMinute = 30;

/** Elastic's advice: shards of 10 to 50 GB with fewer than 200 million documents. */
const shardBytes = 50e9;
const shardDocuments = 200e6;

/** @throws if the file lacks what is needed */
export function costsOf({ stages, growth, search }: Measured): Costs {
  const largest = growth.toSorted((a, b) => b.stage.records - a.stage.records)[0];
  const dump = stages.find(({ name, of }) => name.startsWith('dump import') && of === 'thresher');
  if (largest === undefined || dump === undefined) throw new Error('docs/performance.json has no growth or no dump import');
  const bytesOf = (what: string): number => {
    const found = largest.disk.find((one) => one.what.startsWith(what));
    if (found === undefined) throw new Error(`docs/performance.json does not have the bytes per record in: ${what}`);
    return found.bytesPerRecord;
  };
  const cpu = largest.processes.filter(({ process }) => process !== 'simulator').reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const median = (figures: readonly number[]): number => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;
  return {
    measuredRecords: largest.stage.records,
    cpuSeconds: cpu / largest.stage.records,
    archiveBytes: bytesOf('archive'),
    postgresBytes: bytesOf('PostgreSQL'),
    elasticsearchBytes: bytesOf('Elasticsearch'),
    dumpPerSecond: median(dump.figures.map(({ records, seconds }) => records / seconds)),
    searchSeconds: median(search.map(({ times }) => times.p50)) / 1_000,
  };
}

/** What a number of records takes: in proportion to the largest harvest that was measured. */
export function capacityOf(costs: Costs, records: number): Capacity {
  const requests = Math.ceil(records / pageSize);
  const indexBytes = records * costs.elasticsearchBytes;
  return {
    records,
    requests,
    hoursByRequests: requests / requestsPerMinute / 60,
    hoursByDump: records / costs.dumpPerSecond / 3_600,
    cpuHours: (records * costs.cpuSeconds) / 3_600,
    postgresGB: (records * costs.postgresBytes) / 1e9,
    archiveGB: (records * costs.archiveBytes) / 1e9,
    elasticsearchGB: indexBytes / 1e9,
    shards: Math.max(1, Math.ceil(indexBytes / shardBytes), Math.ceil(records / shardDocuments)),
  };
}

export const sizes = [100_000, 1_000_000, 8_100_000, 30_000_000, 100_000_000] as const;

const rounded = (n: number): string => (n < 10 ? n.toFixed(1) : Math.round(n).toLocaleString('en'));

/** The table of docs/capacity.md. */
export function capacityTable(costs: Costs): string {
  const rows = sizes.map((records) => {
    const it = capacityOf(costs, records);
    const cells = [it.hoursByRequests, it.hoursByDump, it.cpuHours, it.postgresGB, it.archiveGB, it.elasticsearchGB].map(rounded);
    return `| ${[records.toLocaleString('en'), it.requests.toLocaleString('en'), ...cells, String(it.shards)].join(' | ')} |`;
  });
  return [
    `| records | requests | hours at ${requestsPerMinute} requests/min | hours from a dump | CPU hours | PostgreSQL, GB | pages, GB | Elasticsearch, GB | shards |`,
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** When a page counts as late, and a search as slow. */
export const limits = {
  page: { of: 'p99Wait', seconds: 60 },
  search: { of: 'p99Response', seconds: 0.5 },
} as const satisfies Record<string, Limit>;

/** What a number of cores keeps up with. */
export interface QueueCapacity {
  readonly cores: number;
  readonly pagesPerMinute: number;
  readonly recordsPerHour: number;
  /** Repositories that are harvested at the same time, each at the rate that Zenodo permits. */
  readonly sources: number;
  readonly searchesPerSecond: number;
}

/**
 * Simulates pages that wait for their transform and searches that wait for a core. The work on a page is that of all processes on its
 * records, one after the other, on one core; that of a search has the median that was measured, and its long tail is that of an exponential distribution.
 */
export function queueCapacityOf(costs: Costs, cores: number): QueueCapacity {
  const pages = highestRate(cores, costs.cpuSeconds * pageSize, limits.page);
  return {
    cores,
    pagesPerMinute: pages * 60,
    recordsPerHour: pages * 3_600 * pageSize,
    sources: Math.floor((pages * 60) / requestsPerMinute),
    searchesPerSecond: highestRate(cores, costs.searchSeconds / Math.LN2, limits.search),
  };
}

export const coreCounts = [1, 2, 4, 8, 16] as const;

const twoDigits = (n: number): string => Number(n.toPrecision(2)).toLocaleString('en');

/** The second table of docs/capacity.md. */
export function queueTable(costs: Costs): string {
  const rows = coreCounts.map((cores) => {
    const it = queueCapacityOf(costs, cores);
    return `| ${[cores, twoDigits(it.pagesPerMinute), twoDigits(it.recordsPerHour), twoDigits(it.sources), twoDigits(it.searchesPerSecond)].join(' | ')} |`;
  });
  return [
    '| cores | pages per minute | records per hour | sources at 30 requests/min | searches per second |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
