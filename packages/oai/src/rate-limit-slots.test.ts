import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boundTimes,
  type Counted,
  countedBy,
  changeRateLimit,
  type Latencies,
  applyCounted,
  type RateLimitSlots,
  reserveRateLimitSlot,
} from './rate-limit-slots.ts';

interface Host {
  readonly perMinute: number;
  readonly minutes: number;
  /** Lists walked at a time. */
  readonly walks: number;
  /** Milliseconds that something takes, differently each time. */
  readonly onTheWay: () => number;
  readonly answer: () => number;
  readonly latencies: Latencies;
  /** Between an answer and being ready for the next request; now and then long. */
  readonly work: () => number;
}

/** Requests to a host in time that passes only here: when each was counted, in order. */
function walk({ perMinute, minutes, walks, onTheWay, answer, latencies, work }: Host): number[] {
  let slots: RateLimitSlots = { perMinute, nextAt: 0, countedAt: [] };
  let now = 1;
  const arrivals: number[] = [];
  let answers: (Counted & { readonly at: number })[] = [];
  const readyAt = Array.from({ length: walks }, () => now);
  while (now < minutes * 60_000) {
    const walker = readyAt.indexOf(Math.min(...readyAt));
    now = Math.max(now, readyAt[walker]!);
    slots = applyCounted(
      slots,
      answers.filter((one) => one.at <= now),
    );
    answers = answers.filter((one) => one.at > now);
    const taken = reserveRateLimitSlot(slots, now);
    if (!('assumedAt' in taken)) {
      now += taken.waitMs;
      continue;
    }
    slots = taken.slots;
    const arrived = now + onTheWay();
    const answered = arrived + answer();
    arrivals.push(arrived);
    answers.push({ assumedAt: taken.assumedAt, countedAt: countedBy(taken.assumedAt, answered - now, latencies), at: answered });
    readyAt[walker] = answered + work();
  }
  return arrivals.toSorted((a, b) => a - b);
}

/** As Zenodo's limiter counts: the most requests in any minute. */
function mostInAMinute(arrivals: readonly number[]): number {
  let [most, first] = [0, 0];
  for (const [i, at] of arrivals.entries()) {
    while (arrivals[first]! <= at - 60_000) first++;
    most = Math.max(most, i + 1 - first);
  }
  return most;
}

/** Numbers from `from` to `to`, the same for the same seed (mulberry32). */
function between(seed: number, from: number, to: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return from + (((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * (to - from);
  };
}

const sometimes = (seed: number, share: number, often: () => number, seldom: () => number): (() => number) => {
  const dice = between(seed, 0, 1);
  return () => (dice() < share ? seldom() : often());
};

const usual: Latencies = { fastestMs: 300, medianMs: 550 };

describe('a limit of requests in a moving minute', () => {
  for (const [perMinute, walks] of [
    [30, 1],
    [120, 2],
    [120, 4],
    [600, 10],
  ] as const)
    it(`${perMinute} a minute with ${walks} walks at 300-800 ms: 99 % used in five minutes, and none too many`, () => {
      const hiccup = sometimes(5, 0.01, between(6, 5, 60), between(7, 200, 1_500));
      const arrivals = walk({
        perMinute,
        walks,
        minutes: 5,
        onTheWay: between(1, 1, 30),
        answer: between(2, 300, 800),
        latencies: usual,
        work: hiccup,
      });
      const used = arrivals.filter((at) => at < 300_000).length;
      expect(mostInAMinute(arrivals)).toBeLessThanOrEqual(perMinute);
      expect(used / (perMinute * 5)).toBeGreaterThanOrEqual(0.99);
    });

  it('still used after hours', () => {
    const hiccup = sometimes(5, 0.01, between(6, 5, 60), between(7, 200, 5_000));
    const arrivals = walk({
      perMinute: 120,
      walks: 2,
      minutes: 120,
      onTheWay: between(1, 1, 30),
      answer: between(2, 300, 800),
      latencies: usual,
      work: hiccup,
    });
    expect(mostInAMinute(arrivals)).toBeLessThanOrEqual(120);
    expect(arrivals.length / (120 * 120)).toBeGreaterThanOrEqual(0.99);
  });

  it('is kept though requests take a moment on their way, and a few very long', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 240 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer(),
        fc.constantFrom(0, 10, 490),
        fc.constantFrom(10, 500, 5_000),
        fc.constantFrom(10, 1_000, 20_000),
        (perMinute, walks, seed, way, answer, work) => {
          const latencies = { fastestMs: answer, medianMs: answer * 1.2 };
          const onTheWay = sometimes(seed, 0.02, between(seed + 1, 0, way), between(seed + 2, answer * 1.8, 20_000));
          const host = {
            onTheWay,
            answer: between(seed + 3, answer, answer * 1.4),
            work: sometimes(seed + 4, 0.05, between(seed + 5, 0, 50), between(seed + 6, 0, work)),
          };
          expect(mostInAMinute(walk({ perMinute, walks, minutes: 4, latencies, ...host }))).toBeLessThanOrEqual(perMinute);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is respected after a rate was reported that some requests had exceeded', () => {
    const slots = changeRateLimit({ perMinute: 30, nextAt: 0, countedAt: [] }, 5, 1_000);
    expect(slots.countedAt).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
    expect(reserveRateLimitSlot(slots, 1_000).waitMs).toBeGreaterThanOrEqual(10_000);
    const again = changeRateLimit(slots, 5, 1_100);
    expect(again.countedAt).toHaveLength(5);
  });

  it('gives one request after a long time, and a few that were due a moment ago, but no burst', () => {
    let slots: RateLimitSlots = { perMinute: 120, nextAt: 0, countedAt: [] };
    let sent = 0;
    for (let taken = reserveRateLimitSlot(slots, 3_600_000); taken.waitMs === 0; taken = reserveRateLimitSlot(slots, 3_600_000)) {
      slots = taken.slots;
      sent++;
    }
    expect(sent).toBe(6);
  });

  it('may be less than one a minute, or broken', () => {
    const taken = reserveRateLimitSlot({ perMinute: 0.5, nextAt: 0, countedAt: [] }, 1_000_000);
    expect(taken.waitMs).toBe(0);
    expect(reserveRateLimitSlot(taken.slots, 1_100_000).waitMs).toBeGreaterThan(17_000);
    expect(
      mostInAMinute(
        walk({
          perMinute: 7.5,
          walks: 2,
          minutes: 20,
          onTheWay: () => 0,
          answer: () => 10,
          latencies: { fastestMs: 10, medianMs: 10 },
          work: () => 0,
        }),
      ),
    ).toBeLessThanOrEqual(8);
  });
});

describe('numbers of a server or of an older version', () => {
  const empty: RateLimitSlots = { perMinute: 30, nextAt: 0, countedAt: [] };

  it.each([200_000_000, 1e300, Infinity])('%d requests that the server has counted are no more than a minute permits', (sent) => {
    const slots = changeRateLimit({ ...empty, perMinute: 60_000 }, sent, 1_000_000);
    expect(slots.countedAt).toHaveLength(600);
    expect(slots.nextAt).toBeLessThanOrEqual(1_000_000 + 61_000);
  });

  it('counts that are no numbers count as none', () => {
    expect(changeRateLimit(empty, NaN, 1_000)).toEqual({ perMinute: 30, nextAt: 1_000, countedAt: [] });
    expect(changeRateLimit(empty, -5, 1_000)).toEqual({ perMinute: 30, nextAt: 1_000, countedAt: [] });
  });

  it('times that lie years ahead are brought back to a day', () => {
    const now = Date.UTC(2026, 5, 1);
    const stored = { nextAt: Date.UTC(2061, 0, 1), countedAt: [now - 5_000, Date.UTC(2061, 0, 1)] };
    expect(boundTimes(stored, now)).toEqual({ nextAt: now + 86_400_000, countedAt: [now - 5_000, now] });
    const sane = { nextAt: now + 60_000, countedAt: [now - 5_000, now + 500] };
    expect(boundTimes(sane, now)).toEqual(sane);
  });
});
