/** What docs/performance.json says of the parts that this uses. */
export interface Measured {
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
export function costsOf({ stages, growth }: Measured): Costs {
  const largest = growth.toSorted((a, b) => b.stage.records - a.stage.records)[0];
  const dump = stages.find(({ name, of }) => name.startsWith('dump import') && of === 'thresher');
  if (largest === undefined || dump === undefined) throw new Error('docs/performance.json has no growth or no dump import');
  const bytesOf = (what: string): number => {
    const found = largest.disk.find((one) => one.what.startsWith(what));
    if (found === undefined) throw new Error(`docs/performance.json does not have the bytes per record in: ${what}`);
    return found.bytesPerRecord;
  };
  const cpu = largest.processes.filter(({ process }) => process !== 'simulator').reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const rates = dump.figures.map(({ records, seconds }) => records / seconds).toSorted((a, b) => a - b);
  return {
    measuredRecords: largest.stage.records,
    cpuSeconds: cpu / largest.stage.records,
    archiveBytes: bytesOf('archive'),
    postgresBytes: bytesOf('PostgreSQL'),
    elasticsearchBytes: bytesOf('Elasticsearch'),
    dumpPerSecond: rates[Math.floor(rates.length / 2)]!,
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
