import { setTimeout as delay } from 'node:timers/promises';
import type { estypes } from '@elastic/elasticsearch';
import { errorTypeOf, translateErrors, type SearchClient } from './client.ts';
import { IndexConflictError, IndexMissingError } from './errors.ts';
import { INDEX_SETTINGS, MAPPING, MAPPING_VERSION } from './mapping.ts';

/** The alias of the index, unless specified. */
export const DEFAULT_ALIAS = 'thresher-records';

/** How an index is spread over the nodes of a cluster. */
export interface IndexSpread {
  /** Parts of the index. */
  readonly shards: number;
  /** Further copies of each part, on other nodes: a cluster may lose as many nodes without losing answers. */
  readonly replicas: number;
}

/** For one node. */
const ON_ONE_NODE: IndexSpread = { shards: 1, replicas: 0 };

/** The alias of an index, and the store whose records it holds. */
export interface IndexTarget {
  readonly alias?: string;
  /** Identifies the database whose records these are, for the lifetime of that database. */
  readonly storeId: string;
  /** Of an index that has to be made; one that is there stays as it is. One shard without a replica unless specified. */
  readonly spread?: IndexSpread | undefined;
}

/** The result of `ensureIndex`. */
export interface EnsuredIndex {
  readonly index: string;
  /**
   * What was done. `kept`: the alias already pointed to an index of this store. `created`: it pointed to nothing and now points to a
   * new index. `reused`: it pointed to nothing and now points to an existing index of this store. `switched`: it pointed to the index
   * of another store. After anything but `kept` the records must be sent again.
   */
  readonly action: 'kept' | 'created' | 'reused' | 'switched';
  /** Indices that the alias pointed to before; they still exist. */
  readonly replaced: readonly string[];
  /** The index was made by an older mapping: searches miss what the newer one added until a reindex. */
  readonly outdated: boolean;
}

/** What an index says about itself in its mapping's `_meta`. */
interface IndexMeta {
  readonly store_id?: string;
  readonly mapping_version?: number;
}

/** `<alias>-<first 8 of the store>-v<mapping version>`, in the characters an index name may have. */
export function indexName(alias: string, storeId: string, mappingVersion = MAPPING_VERSION): string {
  return `${alias}-${storeId
    .slice(0, 8)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')}-v${mappingVersion}`;
}

/**
 * Makes the alias lead to an index of this store. An index of another store is left alone and another one is put behind
 * the alias: its external versions come from another database and would mask newer documents of this one.
 * Safe when several processes start at once. Throws `IndexConflictError` when a name is taken by something else.
 */
export async function ensureIndex(client: SearchClient, target: IndexTarget): Promise<EnsuredIndex> {
  const alias = target.alias ?? DEFAULT_ALIAS;
  return translateErrors(alias, async () => {
    const before = await readAlias(client, alias);
    const own = before.find((found) => found.meta.store_id === target.storeId);
    if (own && before.length === 1) return { ...kept(own), replaced: [] };
    const { index, action } = own ? kept(own) : await createOrReuse(client, alias, target);
    const { replaced } = await swapAlias(client, { alias, index });
    const meta = await readMeta(client, index);
    return { index, action: replaced.length > 0 ? 'switched' : action, replaced, outdated: isOutdated(meta) };
  });
}

/** Whether the alias leads to an index of this store. */
export async function isThere(client: SearchClient, alias: string, storeId: string): Promise<boolean> {
  return (await translateErrors(alias, () => readAlias(client, alias))).some(({ meta }) => meta.store_id === storeId);
}

/** Indices of this store under this alias name to which the alias does not point: left behind by a reindex. */
export async function indicesLeft(client: SearchClient, alias: string, storeId: string): Promise<string[]> {
  return translateErrors(alias, async () => {
    const led = new Set((await readAlias(client, alias)).map(({ index }) => index));
    const made = await client.indices.get({
      index: `${alias}-*`,
      allow_no_indices: true,
      ignore_unavailable: true,
      features: ['mappings'],
    });
    return Object.entries(made).flatMap(([index, state]) => (!led.has(index) && metaOf(state).store_id === storeId ? [index] : []));
  });
}

/**
 * A new, empty index for this store that the alias does not lead to yet: fill it, then `swapAlias`. Until then it is written through
 * its `fillingAlias`. The name has the mapping version and a number that is free.
 */
export async function createFreshIndex(client: SearchClient, target: IndexTarget): Promise<string> {
  const base = indexName(target.alias ?? DEFAULT_ALIAS, target.storeId);
  return translateErrors(base, async () => {
    for (let number = 1; ; number += 1) {
      const index = number === 1 ? base : `${base}-${number}`;
      if (await createIndex(client, index, target, [fillingAlias(index)])) return index;
    }
  });
}

/**
 * The alias through which an index is written while it is filled. A write through an alias that is gone fails, while one to the name
 * of an index that is gone would make an index without a mapping.
 */
export const fillingAlias = (index: string): string => `${index}-filling`;

/** Makes the alias lead to `index` and to nothing else, in one step, and ends its time of being filled. Returns what it led to before. */
export async function swapAlias(
  client: SearchClient,
  { alias, index }: { alias: string; index: string },
): Promise<{ replaced: readonly string[] }> {
  return translateErrors(index, async () => {
    const before = (await readAlias(client, alias)).map((found) => found.index);
    const replaced = before.filter((name) => name !== index);
    // `must_exist` false: another process may have taken the alias off in between.
    const removals = replaced.map((name) => ({ remove: { index: name, alias, must_exist: false } }));
    const filled = { remove: { index, alias: fillingAlias(index), must_exist: false } };
    await client.indices.updateAliases({ actions: [...removals, { add: { index, alias } }, filled] });
    return { replaced };
  });
}

/**
 * Waits until no search and no cursor reads an index any more, so that it can be deleted without one of them failing. At most `mostMs`:
 * as long as a cursor lives.
 */
export async function untilUnread(client: SearchClient, index: string, signal: AbortSignal, mostMs = 300_000): Promise<void> {
  for (const deadline = Date.now() + mostMs; Date.now() < deadline; await delay(250, undefined, { signal })) {
    const { _all } = await translateErrors(index, () => client.indices.stats({ index, metric: ['search'] }));
    if ((_all.total?.search?.open_contexts ?? 0) === 0) return;
  }
}

/** The mapping version of the index behind the alias; null if there is none of this store. */
export async function readMappingVersion(client: SearchClient, alias: string, storeId: string): Promise<number | null> {
  const found = await translateErrors(alias, () => readAlias(client, alias));
  const own = found.find(({ meta }) => meta.store_id === storeId);
  return own === undefined ? null : (own.meta.mapping_version ?? 0);
}

/** Deletes an index and what it holds; one that is not there is no error. */
export async function deleteIndex(client: SearchClient, index: string): Promise<void> {
  await translateErrors(index, () => client.indices.delete({ index, ignore_unavailable: true }));
}

/** The indices the alias leads to; none when there is no alias. Throws when an index itself has that name. */
export async function readAlias(client: SearchClient, alias: string): Promise<{ index: string; meta: IndexMeta }[]> {
  const found = await client.indices.get({ index: alias, ignore_unavailable: true, features: ['aliases', 'mappings'] });
  return Object.entries(found).map(([index, state]) => {
    if (index === alias) throw new IndexConflictError(index, metaOf(state).store_id ?? null);
    return { index, meta: metaOf(state) };
  });
}

function kept({ index, meta }: { index: string; meta: IndexMeta }): { index: string; action: 'kept'; outdated: boolean } {
  return { index, action: 'kept', outdated: isOutdated(meta) };
}

function isOutdated(meta: IndexMeta): boolean {
  return (meta.mapping_version ?? 0) < MAPPING_VERSION;
}

async function createOrReuse(
  client: SearchClient,
  alias: string,
  target: IndexTarget,
): Promise<{ index: string; action: 'created' | 'reused' }> {
  const { storeId } = target;
  const index = indexName(alias, storeId);
  if (await createIndex(client, index, target)) return { index, action: 'created' };
  const meta = await readMeta(client, index);
  if (meta.store_id !== storeId) throw new IndexConflictError(index, meta.store_id ?? null);
  await client.cluster.health({ index, wait_for_status: 'yellow', timeout: '30s' });
  return { index, action: 'reused' };
}

/** False when it exists already, made by any process. */
async function createIndex(
  client: SearchClient,
  index: string,
  { storeId, spread = ON_ONE_NODE }: IndexTarget,
  aliases: readonly string[] = [],
): Promise<boolean> {
  const meta = { store_id: storeId, mapping_version: MAPPING_VERSION };
  try {
    const settings = { ...INDEX_SETTINGS, number_of_shards: spread.shards, number_of_replicas: spread.replicas };
    await client.indices.create({
      index,
      settings,
      mappings: { ...MAPPING, _meta: meta },
      aliases: Object.fromEntries(aliases.map((name) => [name, {}])),
    });
    return true;
  } catch (error) {
    if (errorTypeOf(error) === 'resource_already_exists_exception') return false;
    throw error;
  }
}

async function readMeta(client: SearchClient, index: string): Promise<IndexMeta> {
  const state = (await client.indices.getMapping({ index }))[index];
  if (!state) throw new IndexMissingError(index);
  return metaOf(state);
}

function metaOf(state: { mappings?: estypes.MappingTypeMapping }): IndexMeta {
  return state.mappings?._meta ?? {};
}
