/** Draws a time, in seconds. */
export type Draw = () => number;

/** One queue in front of equal servers, in order of arrival. */
export interface Queue {
  /** From one arrival to the next. */
  readonly gap: Draw;
  readonly service: Draw;
  readonly servers: number;
  /** How many are served, those at the beginning, while the queue fills, not counted. */
  readonly customers: number;
}

export interface QueueFigures {
  /** Share of the time of the servers that they are busy. */
  readonly utilisation: number;
  /** Mean wait for a server, in seconds. */
  readonly meanWait: number;
  /** The wait, and the wait with the service, that 99 % do not exceed, in seconds. */
  readonly p99Wait: number;
  readonly p99Response: number;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Times of an exponential distribution: arrivals that know nothing of each other, or work of very different size. */
export const exponential =
  (mean: number, random: () => number): Draw =>
  () =>
    -Math.log(1 - random()) * mean;

export const always =
  (time: number): Draw =>
  () =>
    time;

/** Serves customers one by one: each gets the server that is free first. */
export function simulateQueue({ gap, service, servers, customers }: Queue): QueueFigures {
  const freeAt = new Float64Array(servers);
  const warmUp = Math.floor(customers / 10);
  const waits = new Float64Array(customers);
  const responses = new Float64Array(customers);
  let [now, busy, begunAt, endedAt] = [0, 0, 0, 0];
  for (let i = -warmUp; i < customers; i++) {
    now += gap();
    if (i === 0) begunAt = now;
    let first = 0;
    for (let server = 1; server < servers; server++) if (freeAt[server]! < freeAt[first]!) first = server;
    const start = Math.max(now, freeAt[first]!);
    const time = service();
    freeAt[first] = start + time;
    if (i < 0) continue;
    busy += time;
    endedAt = now;
    waits[i] = start - now;
    responses[i] = start - now + time;
  }
  return {
    utilisation: busy / servers / (endedAt - begunAt),
    meanWait: waits.reduce((sum, wait) => sum + wait, 0) / customers,
    p99Wait: percentile(waits, 0.99),
    p99Response: percentile(responses, 0.99),
  };
}

const percentile = (values: Float64Array, share: number): number => values.toSorted()[Math.ceil(values.length * share) - 1]!;

/** What a limit is set on. */
export interface Limit {
  readonly of: 'p99Wait' | 'p99Response';
  readonly seconds: number;
}

/**
 * The highest rate of arrivals, per second, with which a limit holds, to two parts in a thousand of what the servers could do at most. Arrivals and work are
 * exponential, the same ones in each trial, so that a higher rate never waits less.
 */
export function highestRate(servers: number, meanService: number, limit: Limit, customers = 100_000): number {
  const most = servers / meanService;
  let [holds, fails] = [0, 1];
  while (fails - holds > 0.002) {
    const load = (holds + fails) / 2;
    const [gaps, services] = [seededRandom(1), seededRandom(2)];
    const figures = simulateQueue({
      gap: exponential(1 / (load * most), gaps),
      service: exponential(meanService, services),
      servers,
      customers,
    });
    if (figures[limit.of] <= limit.seconds) holds = load;
    else fails = load;
  }
  return holds * most;
}
