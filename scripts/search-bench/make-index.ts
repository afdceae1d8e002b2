import { setTimeout as delay } from 'node:timers/promises';
import { createFreshIndex, mergeSegments, type SearchClient, swapAlias, writeBulk } from '@thresher/search';
import { simulatedOperations } from './documents.ts';

export interface MadeIndex {
  readonly documents: number;
  readonly seconds: number;
  /** CPU time of the Elasticsearch process, whatever else it did meanwhile. */
  readonly cpuMicrosPerDocument: number;
  readonly bytesPerDocument: number;
  /** How long merging its segments took after that, as after a full harvest. */
  readonly mergeSeconds: number;
}

/** Fills a new index behind the alias; `onProgress` hears of every portion. */
export async function makeIndex(
  client: SearchClient,
  alias: string,
  size: number,
  onProgress: (documents: number) => void,
): Promise<MadeIndex> {
  const index = await createFreshIndex(client, { alias, storeId: 'bench' });
  const before = await cpuMillis(client);
  const start = performance.now();
  let documents = 0;
  let writing: Promise<unknown> = Promise.resolve();
  for (const operations of simulatedOperations(size)) {
    await writing;
    documents += operations.length;
    writing = writeBulk(client, { target: { index }, operations }).then(({ failed }) => {
      if (failed.length > 0) throw new Error(`${failed.length} documents were refused: ${failed[0]!.reason}`);
    });
    onProgress(documents);
    // Lets the answer in: the next portion is made without a pause.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writing;
  await client.indices.refresh({ index });
  await client.indices.flush({ index });
  const cpu = (await cpuMillis(client)) - before;
  await swapAlias(client, { alias, index });
  const made = performance.now();
  await mergeSegments(client, alias);
  await untilMerged(client);
  const stats = await client.indices.stats({ index, metric: ['store'] });
  return {
    documents,
    seconds: Math.round((made - start) / 1000),
    mergeSeconds: Math.round((performance.now() - made) / 1000),
    cpuMicrosPerDocument: Math.round((cpu * 1000) / documents),
    bytesPerDocument: Math.round((stats._all.primaries?.store?.size_in_bytes ?? 0) / documents),
  };
}

async function untilMerged(client: SearchClient): Promise<void> {
  const merging = async (): Promise<boolean> => {
    const { nodes = {} } = await client.tasks.list({ actions: 'indices:admin/forcemerge*' });
    return Object.keys(nodes).length > 0;
  };
  while (await merging()) await delay(500);
}

/** How many segments a search goes through. */
export async function segmentCount(client: SearchClient, alias: string): Promise<number> {
  const { _all } = await client.indices.stats({ index: alias, metric: ['segments'] });
  return _all.primaries?.segments?.count ?? 0;
}

/** CPU time of the Elasticsearch processes so far. */
export async function cpuMillis(client: SearchClient): Promise<number> {
  const { nodes } = await client.nodes.stats({ metric: 'process' });
  return Object.values(nodes).reduce((sum, node) => sum + ((node.process?.cpu as { total_in_millis?: number })?.total_in_millis ?? 0), 0);
}
