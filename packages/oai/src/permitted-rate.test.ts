import { describe, expect, it } from 'vitest';
import { permittedPerMinute, walksNeeded } from './permitted-rate.ts';

const now = new Date('2026-01-01T00:00:00Z');
const inMs = (ms: number) => new Date(now.getTime() + ms);

describe('permittedPerMinute', () => {
  it('is the limit where the count is set back within a minute', () => {
    expect(permittedPerMinute({ limit: 30, remaining: 29, resetAt: inMs(60_000) }, now)).toBe(30);
    expect(permittedPerMinute({ limit: 120, remaining: 0, resetAt: inMs(1_000) }, now)).toBe(120);
    expect(permittedPerMinute({ limit: 120, remaining: null, resetAt: null }, now)).toBe(120);
  });

  it('spreads what remains over a longer period', () => {
    expect(permittedPerMinute({ limit: 5_000, remaining: 600, resetAt: inMs(3_600_000) }, now)).toBe(10);
    expect(permittedPerMinute({ limit: 5_000, remaining: 0, resetAt: inMs(3_600_000) }, now)).toBe(1);
  });

  it('has bounds, whatever the server says', () => {
    expect(permittedPerMinute({ limit: 200_000_000, remaining: 0, resetAt: inMs(1_000) }, now)).toBe(60_000);
    expect(permittedPerMinute({ limit: 1e300, remaining: 1e300, resetAt: inMs(3_600_000) }, now)).toBe(60_000);
    expect(permittedPerMinute({ limit: 30, remaining: 29, resetAt: new Date(NaN) }, now)).toBe(30);
    expect(permittedPerMinute({ limit: -30, remaining: -1, resetAt: null }, now)).toBeNull();
    expect(permittedPerMinute({ limit: NaN, remaining: 3, resetAt: null }, now)).toBeNull();
  });

  it('is null where the server says nothing', () => {
    expect(permittedPerMinute({ limit: null, remaining: null, resetAt: null }, now)).toBeNull();
    expect(permittedPerMinute({ limit: 5_000, remaining: null, resetAt: inMs(3_600_000) }, now)).toBeNull();
  });
});

describe('walksNeeded', () => {
  it('is one while an answer is quicker than the gap', () => {
    expect(walksNeeded(30, 550, 8)).toBe(1);
    expect(walksNeeded(30, 800, 8)).toBe(1);
  });

  it('grows with the latency, and has an end', () => {
    expect(walksNeeded(120, 300, 8)).toBe(1);
    expect(walksNeeded(120, 550, 8)).toBe(2);
    expect(walksNeeded(120, 800, 8)).toBe(3);
    expect(walksNeeded(120, 60_000, 8)).toBe(8);
    expect(walksNeeded(null, 10, 3)).toBe(3);
  });
});
