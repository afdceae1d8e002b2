import { join } from 'node:path';
import { COMPILE_CACHE } from '@thresher/runtime/compile-cache';
import { createSearchClient } from '@thresher/search';
import { createTestDatabase, type TestDatabase } from '@thresher/store/testing';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/services/ports.ts';
import { type Follower, startFollower } from './follower.ts';
import { type Network, openNetwork } from './network.ts';
import type { ServicePlan } from './plan.ts';
import { type Program, type RunningProcess, startProcess } from './processes.ts';
import type { ChaosServers } from './servers.ts';
import { until } from './until.ts';

/** A place for a process. A service is started again whenever it ends, as a container engine would do. */
export interface Slot {
  readonly name: string;
  readonly program: Program;
  readonly network: Network;
  readonly logFile: string;
  process: RunningProcess | null;
  /** A disturbance has ended it: that is no fault of the process. */
  ending: boolean;
  /** It is not started again. */
  over: boolean;
}

/** A database, a queue, an index and the services on them, for several runs. */
export interface World extends AsyncDisposable {
  readonly services: ServicePlan;
  readonly servers: ChaosServers;
  readonly database: TestDatabase;
  readonly redis: Redis;
  readonly search: Awaited<ReturnType<typeof createSearchClient>>;
  /** Services, and the commands that are under way. */
  readonly slots: Slot[];
  readonly apiUrl: string;
  readonly follower: Follower;
  /** For the logs of its processes. */
  readonly folder: string;
  /** Of the run that is under way. */
  readonly violations: string[];
  violated(sentence: string): void;
}

/** Opens a world and starts its services. It ends at once when the signal comes. */
export async function openWorld(services: ServicePlan, servers: ChaosServers, folder: string, signal: AbortSignal): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const observer = stack.use(await openNetwork(servers));
  const database = stack.use(await createTestDatabase(observer.url('postgres').href));
  const redis = stack.adopt(new Redis(observer.url('redis').href, { maxRetriesPerRequest: 1 }), (one) => one.disconnect());
  redis.on('error', () => {});
  const search = stack.adopt(await createSearchClient(observer.url('elasticsearch').href), (one) => one.close());
  await emptyServers(redis, search);
  const apiUrl = `http://127.0.0.1:${await freePort(0)}`;
  const follower = stack.use(startFollower(apiUrl));
  const violations: string[] = [];
  const world = {
    services,
    servers,
    database,
    redis,
    search,
    slots: [],
    apiUrl,
    follower,
    folder,
    violations,
    violated: (sentence: string) => void violations.push(sentence),
  };
  const slots: Slot[] = world.slots;
  const killAll = () => endAll(slots);
  stack.defer(killAll);
  signal.addEventListener('abort', () => void killAll(), { once: true });
  const all = stack.move();
  const opened: World = { ...world, [Symbol.asyncDispose]: () => all.disposeAsync() };
  try {
    await startServices(opened, signal);
    return opened;
  } catch (error) {
    await all.disposeAsync();
    throw error;
  }
}

/** Each world begins with an empty queue and no index: programs use the same names for both in every world. */
async function emptyServers(redis: Redis, search: World['search']): Promise<void> {
  await redis.flushall();
  const indices = await search.cat.indices({ format: 'json', h: 'index', expand_wildcards: 'all' });
  const ours = indices.map(({ index }) => index).filter((index) => index?.startsWith('thresher'));
  for (const index of ours) await search.indices.delete({ index: index! });
}

async function startServices(world: World, signal: AbortSignal): Promise<void> {
  const { harvesters, transformers, skewMs } = world.services;
  keepRunning(world, await addSlot(world, 'api', 'api'), 0);
  for (const [program, count] of [
    ['harvester', harvesters],
    ['transformer', transformers],
  ] as const)
    for (let n = 1; n <= count; n++) keepRunning(world, await addSlot(world, `${program}-${n}`, program), n === 1 ? skewMs : 0);
  await until(async () => (await fetch(`${world.apiUrl}/healthz`)).ok, 300_000, signal);
}

export async function addSlot(world: World, name: string, program: Program): Promise<Slot> {
  const network = await openNetwork(world.servers);
  const logFile = join(world.folder, `${name}.log`);
  const slot: Slot = { name, program, network, logFile, process: null, ending: false, over: false };
  world.slots.push(slot);
  return slot;
}

export async function removeSlot(world: World, slot: Slot): Promise<void> {
  slot.over = true;
  world.slots.splice(world.slots.indexOf(slot), 1);
  await slot.network[Symbol.asyncDispose]();
}

/** The environment of a process: servers through its own proxies. */
export function environment(world: World, slot: Slot): Record<string, string> {
  const url = slot.network.url('postgres');
  url.pathname = new URL(world.database.url).pathname;
  const api = new URL(world.apiUrl);
  return {
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    DATABASE_URL: url.href,
    ELASTICSEARCH_URL: slot.network.url('elasticsearch').href,
    ...(world.services.queue === 'redis' ? { REDIS_URL: slot.network.url('redis').href } : {}),
    // Its log has a line for every request.
    ...(slot.program === 'api' ? { HOST: api.hostname, PORT: api.port, LOG_LEVEL: 'warn' } : {}),
  };
}

/** An end that no disturbance caused is a violation. */
function keepRunning(world: World, slot: Slot, skewMs: number): void {
  const start = (): void => {
    slot.ending = false;
    slot.process = startProcess(slot.program, [], { env: environment(world, slot), logFile: slot.logFile, skewMs });
    void slot.process.ended.then((how) => {
      if (!slot.ending) world.violated(`${slot.name} ended by itself with ${how}`);
      // A process that ends at once is not started a hundred times per second.
      setTimeout(() => (slot.over ? undefined : start()), slot.ending ? 0 : 1_000);
    });
  };
  start();
}

const END_MS = 90_000;

/** Ends every service by SIGTERM. One that does not end within a minute and a half is a violation: ten seconds are usual. */
export async function endServices(world: World): Promise<void> {
  await Promise.all(
    world.slots.map(async (slot) => {
      slot.ending = slot.over = true;
      const { process } = slot;
      process?.signal('SIGTERM');
      await until(() => process?.hasEnded() !== false, END_MS).catch(() => world.violated(`${slot.name} did not end on SIGTERM`));
    }),
  );
}

async function endAll(slots: Slot[]): Promise<void> {
  for (const slot of slots.splice(0)) {
    slot.ending = slot.over = true;
    slot.process?.signal('SIGKILL');
    await slot.process?.ended;
    await slot.network[Symbol.asyncDispose]();
  }
}
