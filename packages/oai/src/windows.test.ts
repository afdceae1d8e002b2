import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Granularity } from './datestamp.ts';
import { isDivisible, isInside, splitByDensity, splitWindow, targetListSize } from './windows.ts';

const seconds = 'YYYY-MM-DDThh:mm:ssZ';
const at = (s: string) => new Date(s);

describe('splitWindow', () => {
  it('cuts by whole seconds, inclusive on both sides', () => {
    const parts = splitWindow({ from: at('2024-01-01T00:00:00Z'), until: at('2024-01-01T00:00:04Z') }, 2, seconds);
    expect(parts.map((w) => [w.from?.toISOString(), w.until?.toISOString()])).toEqual([
      ['2024-01-01T00:00:00.000Z', '2024-01-01T00:00:01.000Z'],
      ['2024-01-01T00:00:02.000Z', '2024-01-01T00:00:04.000Z'],
    ]);
  });

  it('keeps an open lower bound open', () => {
    const parts = splitWindow({ from: null, until: at('2024-01-01T00:00:00Z') }, 3, seconds, at('2014-02-03T14:41:33Z'));
    expect(parts[0]?.from).toBeNull();
    expect(parts).toHaveLength(3);
  });

  it('leaves one second, and a window without an upper bound, whole', () => {
    const second = { from: at('2024-01-01T00:00:00Z'), until: at('2024-01-01T00:00:00Z') };
    expect(isDivisible(second, seconds)).toBe(false);
    expect(splitWindow(second, 4, seconds)).toEqual([second]);
    expect(isDivisible({ from: null, until: null }, seconds)).toBe(false);
  });

  it('covers every instant exactly once', () => {
    const instant = fc.integer({ min: 0, max: 2_000_000_000 });
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 0, max: 5_000_000 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer(),
        fc.constantFrom<Granularity>('YYYY-MM-DD', seconds),
        (first, length, parts, pick, granularity) => {
          const window = { from: new Date(first * 1000), until: new Date((first + length) * 1000) };
          const cut = splitWindow(window, parts, granularity);
          const some = new Date((first + Math.abs(pick % (length + 1))) * 1000);
          expect(cut.filter((w) => isInside(w, some, granularity))).toHaveLength(1);
          expect(cut[0]?.from).toEqual(window.from);
          expect(cut.at(-1)?.until).toEqual(window.until);
        },
      ),
    );
  });
});

describe('splitByDensity', () => {
  const day = (n: number): number => Date.UTC(2024, 0, n);
  const year = { from: at('2024-01-01T00:00:00Z'), until: at('2024-12-31T23:59:59Z') };

  it('cuts finely where records are many', () => {
    const busy = Array.from({ length: 50 }, (_, i) => day(100) + i * 60_000);
    const parts = splitByDensity(year, 4, busy, seconds);
    expect(parts).toHaveLength(4);
    for (const { from } of parts.slice(1)) expect(Math.abs(from!.getTime() - day(100))).toBeLessThan(3_600_000);
  });

  it('sets a second of many records apart', () => {
    const parts = splitByDensity(year, 8, Array<number>(50).fill(day(100)), seconds);
    expect(parts.map((w) => [w.from?.getTime(), w.until?.getTime()]).slice(1)).toContainEqual([day(100), expect.anything()]);
  });

  it('cuts by time where the sample says nothing', () => {
    expect(splitByDensity(year, 3, [], seconds)).toHaveLength(3);
    expect(splitByDensity(year, 3, [day(1), day(1)], seconds).length).toBeGreaterThan(1);
  });

  it('covers every instant exactly once', () => {
    const instant = fc.integer({ min: 0, max: 2_000_000_000 });
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 0, max: 5_000_000 }),
        fc.integer({ min: 1, max: 70 }),
        fc.array(fc.nat(), { maxLength: 60 }),
        fc.integer(),
        fc.constantFrom<Granularity>('YYYY-MM-DD', seconds),
        (first, length, parts, sample, pick, granularity) => {
          const window = { from: new Date(first * 1000), until: new Date((first + length) * 1000) };
          const cut = splitByDensity(
            window,
            parts,
            sample.map((n) => (first + (n % (length + 1))) * 1000),
            granularity,
          );
          const some = new Date((first + Math.abs(pick % (length + 1))) * 1000);
          expect(cut.filter((w) => isInside(w, some, granularity))).toHaveLength(1);
          expect(cut[0]?.from).toEqual(window.from);
          expect(cut.at(-1)?.until).toEqual(window.until);
          expect(cut.length > 1).toBe(isDivisible(window, granularity));
        },
      ),
    );
  });
});

describe('targetListSize', () => {
  it('is long lists on a sound server and short ones on a failing one', () => {
    expect(targetListSize(50, 0, 0)).toBe(3536);
    expect(targetListSize(50, 1_000, 0)).toBe(6000);
    expect(targetListSize(50, 100, 1)).toBeLessThan(1_500);
    expect(targetListSize(50, 10_000, 100)).toBeLessThan(800);
    expect(targetListSize(100, 0, 0)).toBe(6000);
  });
});
