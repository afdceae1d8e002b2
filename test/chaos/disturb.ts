import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerName } from '../../scripts/services/server.ts';
import { reach } from './commands.ts';
import type { DisturbanceKind } from './disturbance.ts';
import { until } from './until.ts';
import type { Trial } from './trial.ts';
import type { Slot, World } from './world.ts';

/** What a disturbance hit, for the report. */
type Hit = string;

/** Disturbs, and mends again what nobody but the suite would mend. */
type Action = (world: World, choice: number, trial: Trial) => Promise<Hit>;

/** Does what a disturbance is about. Resolves once its cause is over; what it did to the programs may go on. */
export function disturb(trial: Trial, kind: DisturbanceKind, choice: number): Promise<Hit> {
  return ACTIONS[kind](trial.world, choice, trial);
}

const ACTIONS: Readonly<Record<DisturbanceKind, Action>> = {
  'process-kill': (world, choice) => endProcess(worker(world, choice), 'SIGKILL'),
  'process-end': (world, choice) => endProcess(worker(world, choice), 'SIGTERM'),
  'process-stop': (world, choice) => stopProcess(worker(world, choice), () => sleep(2_000)),
  'process-stop-long': (world, choice) => stopProcess(worker(world, choice), () => sleep(12_000)),
  'process-stop-lease': (world, choice, { facts }) => {
    const slot = worker(world, choice);
    return stopProcess(slot, async () => {
      const { pages } = facts.now();
      slot?.network.proxies.postgres.cutBehind();
      await until(() => facts.now().pages >= pages + 3, 4_000).catch(() => {});
    });
  },
  'api-kill': (world) =>
    endProcess(
      world.slots.find((slot) => slot.program === 'api'),
      'SIGKILL',
    ),
  'network-cut': async (world, choice) => {
    const slot = worker(world, choice);
    for (const proxy of proxiesOf(slot)) proxy.cut();
    return nameOf(slot);
  },
  'network-half-open': async (world, choice) => {
    const slot = worker(world, choice);
    const server = (['postgres', 'redis', 'elasticsearch'] as const)[choice % 3]!;
    slot?.network.proxies[server].silence();
    return `${nameOf(slot)} to ${server}`;
  },
  'network-freeze': async (world, choice) => {
    const slot = worker(world, choice);
    for (const proxy of proxiesOf(slot)) proxy.freeze();
    await sleep(3_000);
    for (const proxy of proxiesOf(slot)) proxy.thaw();
    return nameOf(slot);
  },
  'postgres-sessions': async ({ database: { db } }) => {
    const { rowCount } = await db.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()',
    );
    return `${rowCount} sessions`;
  },
  'postgres-restart': (world) => again(world, 'postgres', 'restart'),
  'postgres-kill': (world) => again(world, 'postgres', 'kill'),
  'postgres-freeze': (world) => freezeServer(world, 'postgres'),
  'postgres-full': async ({ servers }) => {
    servers.disk?.fill();
    await sleep(2_000);
    servers.disk?.free();
    await servers.ensure('postgres');
    return servers.disk === null ? 'no disk' : '';
  },
  'redis-flush': async ({ redis }) => {
    await redis.flushall();
    return '';
  },
  'redis-lose-key': async ({ redis }, choice) => {
    const keys = (await redis.keys('*')).toSorted();
    const key = keys[choice % Math.max(1, keys.length)];
    if (key !== undefined) await redis.del(key);
    return key ?? 'no key';
  },
  'redis-lose-list': async ({ redis }) => {
    const keys = await redis.keys('*:wait');
    if (keys.length > 0) await redis.del(...keys);
    return `${keys.length} lists`;
  },
  'redis-memory': (world) => limitRedis(world, 'noeviction', 2_000),
  'redis-evict': (world) => limitRedis(world, 'allkeys-random', 1_000),
  'redis-kill': (world) => again(world, 'redis', 'kill'),
  'redis-freeze': (world) => freezeServer(world, 'redis'),
  'search-read-only': async (world) => {
    await setReadOnly(world, true);
    await sleep(3_000);
    await until(async () => setReadOnly(world, false));
    return '';
  },
  'search-close': async (world) => {
    const indices = await indicesOf(world);
    for (const index of indices) await world.search.indices.close({ index });
    await sleep(2_000);
    await until(async () => {
      for (const index of await indicesOf(world)) await world.search.indices.open({ index });
      return true;
    });
    return indices.join();
  },
  'search-delete': async (world, _, { plan, signal }) => {
    const indices = await indicesOf(world);
    for (const index of indices) await world.search.indices.delete({ index });
    // What a person does after reading in the log or in `check` that there is no index any more.
    await sleep(1_000);
    await reach(world, `${plan.seed}-person-reindex`, ['reindex'], null, signal);
    return indices.join();
  },
  'search-freeze': (world) => freezeServer(world, 'elasticsearch'),
  'search-restart': (world) => again(world, 'elasticsearch', 'kill'),
};

const nameOf = (slot: Slot | undefined): string => slot?.name ?? 'nobody';
const proxiesOf = (slot: Slot | undefined) => (slot === undefined ? [] : Object.values(slot.network.proxies));

/** One of the processes that harvest or transform. */
function worker({ slots }: World, choice: number): Slot | undefined {
  const workers = slots.filter((slot) => slot.program !== 'api' && slot.process?.hasEnded() === false);
  return workers[choice % Math.max(1, workers.length)];
}

async function endProcess(slot: Slot | undefined, signal: 'SIGKILL' | 'SIGTERM'): Promise<Hit> {
  if (slot !== undefined) slot.ending = true;
  slot?.process?.signal(signal);
  return nameOf(slot);
}

async function stopProcess(slot: Slot | undefined, pause: () => Promise<unknown>): Promise<Hit> {
  const process = slot?.process;
  process?.signal('SIGSTOP');
  try {
    await pause();
  } finally {
    process?.signal('SIGCONT');
  }
  return nameOf(slot);
}

async function again({ servers }: World, name: ServerName, how: 'kill' | 'restart'): Promise<Hit> {
  await servers[how](name);
  return '';
}

async function freezeServer({ servers }: World, name: ServerName): Promise<Hit> {
  servers.freeze(name);
  await sleep(3_000);
  servers.thaw(name);
  return '';
}

async function limitRedis({ redis }: World, policy: string, ms: number): Promise<Hit> {
  await redis.config('SET', 'maxmemory-policy', policy);
  await redis.config('SET', 'maxmemory', '1mb');
  await sleep(ms);
  await until(async () => {
    await redis.config('SET', 'maxmemory', '0');
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    return true;
  });
  return '';
}

async function indicesOf({ search }: World): Promise<string[]> {
  const all = await search.cat.indices({ format: 'json', h: 'index', expand_wildcards: 'all' });
  return all.map(({ index }) => index!).filter((index) => index.startsWith('thresher'));
}

async function setReadOnly(world: World, value: boolean): Promise<boolean> {
  for (const index of await indicesOf(world))
    await world.search.indices.putSettings({ index, settings: { 'index.blocks.read_only_allow_delete': value } });
  return true;
}
