import type { SearchClient } from '@thresher/search';
import { advice, fault, type Finding, gigabytes, good } from './finding.ts';

/** A data node. Bytes. */
export interface SearchNode {
  readonly name: string;
  readonly version: string;
  readonly heapBytes: number;
  /** Memory that it may use: of the machine, or of its container. */
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly diskFreeBytes: number;
}

export interface SearchFacts {
  readonly status: string;
  readonly nodes: readonly SearchNode[];
  /** Whether Elasticsearch stops writing when a disk is nearly full. */
  readonly watchesDisk: boolean;
  /** Whether the alias leads to an index. */
  readonly hasIndex: boolean;
}

/** Share of a disk from which Elasticsearch makes indices read-only, unless it is set otherwise. */
const floodStage = 0.95;

/** Findings from what {@link readElasticsearch} has read. Pure. */
export function assessElasticsearch({ status, nodes, watchesDisk, hasIndex }: SearchFacts): Finding[] {
  const about = 'elasticsearch';
  const found: Finding[] = [];
  if (status === 'red')
    found.push(
      fault(about, 'the cluster is red, so that part of an index is missing: look into its log; thresher reindex builds the index again'),
    );
  if (status === 'yellow' && nodes.length > 1)
    found.push(advice(about, 'the cluster is yellow: a replica is not assigned, see GET _cluster/allocation/explain'));
  if (!hasIndex) found.push(fault(about, 'there is no search index: run thresher reindex'));
  for (const { name, version, heapBytes, memoryBytes, diskBytes, diskFreeBytes } of nodes) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < 8 || (major === 8 && minor < 19)) found.push(fault(about, `${name} is Elasticsearch ${version}: 8.19 or 9 is needed`));
    if (heapBytes < 900e6) found.push(advice(about, `the heap of ${name} is ${gigabytes(heapBytes)}: set -Xms and -Xmx to 1g or more`));
    if (heapBytes > memoryBytes / 2 + 1e8)
      found.push(
        advice(
          about,
          `the heap of ${name} is more than half of its memory (${gigabytes(memoryBytes)}): the rest is its disk cache, so set half at most`,
        ),
      );
    const used = 1 - diskFreeBytes / diskBytes;
    if (watchesDisk && used >= floodStage)
      found.push(
        fault(about, `the disk of ${name} is ${Math.round(used * 100)} % full, so that indices are read-only: free space or add a disk`),
      );
    else if (used > 0.85)
      found.push(
        advice(about, `the disk of ${name} is ${Math.round(used * 100)} % full, ${gigabytes(diskFreeBytes)} are free: add space soon`),
      );
  }
  return found.length > 0
    ? found
    : [good(about, `Elasticsearch ${nodes[0]?.version ?? ''}, ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}, ${status}`)];
}

/** Asks a cluster; throws the client's errors. */
export async function readElasticsearch(client: SearchClient, alias: string): Promise<SearchFacts> {
  const [health, stats, settings, hasIndex] = await Promise.all([
    client.cluster.health(),
    client.nodes.stats({ metric: ['fs', 'jvm', 'os'] }),
    client.cluster.getSettings({ include_defaults: true, flat_settings: true }),
    client.indices.existsAlias({ name: alias }),
  ]);
  const { nodes: infos } = await client.nodes.info({ metric: ['os'] });
  const enabled = 'cluster.routing.allocation.disk.threshold_enabled';
  const setting = (settings.transient[enabled] ?? settings.persistent[enabled] ?? settings.defaults?.[enabled]) as unknown;
  const nodes = Object.entries(stats.nodes).map(([id, { name = id, jvm, os, fs }]) => ({
    name,
    version: infos[id]?.version ?? '',
    heapBytes: jvm?.mem?.heap_max_in_bytes ?? 0,
    memoryBytes: os?.mem?.total_in_bytes ?? 0,
    diskBytes: fs?.total?.total_in_bytes ?? 1,
    diskFreeBytes: fs?.total?.available_in_bytes ?? 1,
  }));
  return { status: health.status, nodes, watchesDisk: String(setting) !== 'false', hasIndex };
}
