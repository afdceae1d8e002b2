import { type DateWindow, newWalk, splitWindow } from '@thresher/oai';
import { createGeneratedCorpus } from '@thresher/oai-sim';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harvestModel, type ModelWindow } from '../../test/model-harvest.ts';
import { createModelServer, type ModelFault, type ModelOptions } from '../../test/model-server.ts';
import { afterBreak, afterEnd, type Outcome, partsFor, replan } from './replan.ts';

const at = (seconds: number): Date => new Date(seconds * 1_000);

const outcome: Outcome = {
  window: { from: at(0), until: at(999_999) },
  granularity: 'YYYY-MM-DDThh:mm:ssZ',
  earliest: null,
  attempt: 1,
  pages: 5,
  silence: 1,
  isPart: true,
  parentDeclared: 10_000,
  sizesAgree: true,
  sample: [],
  declared: 1_000,
  distinct: 1_000,
  lastShortfall: null,
  parentShort: false,
  pageSize: 50,
  target: 5_000,
};
const second: DateWindow = { from: at(5), until: at(5) };

describe('a list that ended', () => {
  it('is through when as many different records came as were declared, or more', () => {
    expect(afterEnd(outcome)).toEqual({ then: 'walked', declared: 1_000 });
    expect(afterEnd({ ...outcome, distinct: 1_003 })).toEqual({ then: 'walked', declared: 1_000 });
    expect(afterEnd({ ...outcome, declared: null })).toEqual({ then: 'walked', declared: 1_000 });
  });

  it('is walked again when it came short, then in smaller windows, then reported as short', () => {
    const short = { ...outcome, distinct: 950 };
    expect(afterEnd(short).then).toBe('again');
    expect(afterEnd({ ...short, attempt: 2, lastShortfall: 50 })).toMatchObject({ then: 'split', parts: { length: 8 } });
    expect(afterEnd({ ...short, attempt: 2, lastShortfall: 50, parentShort: true }).then).toBe('short');
    expect(afterEnd({ ...short, attempt: 2, lastShortfall: 20, parentShort: true }).then).toBe('again');
    expect(afterEnd({ ...short, attempt: 4, lastShortfall: 20, parentShort: true }).then).toBe('short');
    expect(afterEnd({ ...short, window: second, attempt: 2, lastShortfall: 50 }).then).toBe('short');
  });
});

describe('a list that broke off', () => {
  it('is begun again, and cut if it is too long for a server that fails so often', () => {
    expect(afterBreak(outcome, '504')).toEqual({ then: 'again', reason: '504' });
    expect(afterBreak({ ...outcome, target: 300 }, '504')).toMatchObject({ then: 'split', parts: { length: 4 } });
    expect(afterBreak({ ...outcome, attempt: 3 }, '504')).toMatchObject({ then: 'split', parts: { length: 4 } });
  });

  it('is cut if it does not even begin while others are answered', () => {
    const mute = { ...outcome, pages: 0, declared: null, silence: 9 };
    expect(afterBreak(mute, '500').then).toBe('again');
    expect(afterBreak({ ...mute, attempt: 3 }, '500')).toMatchObject({ then: 'split', parts: { length: 4 } });
  });

  it('stops the run if nothing is answered, once a part of a run was no better', () => {
    const mute = { ...outcome, pages: 0, declared: null, silence: 27, attempt: 3 };
    expect(afterBreak(mute, 'no answer')).toEqual({ then: 'stop', reason: 'no answer, 27 times in a row' });
    expect(afterBreak({ ...mute, isPart: false }, 'no answer').then).toBe('split');
    expect(afterBreak({ ...mute, pages: 1 }, 'no answer').then).toBe('split');
  });

  it('is given up, and said to be, where it cannot be cut', () => {
    expect(afterBreak({ ...outcome, window: second, attempt: 11 }, '504').then).toBe('again');
    expect(afterBreak({ ...outcome, window: second, attempt: 12 }, '504')).toEqual({ then: 'failed', reason: '504, in 12 tries' });
  });
});

it('cuts into two windows at least and 64 at most', () => {
  expect([partsFor(101, 100), partsFor(1_000, 100), partsFor(8_000_000, 5_000)]).toEqual([2, 10, 64]);
});

it('cuts by density where the records that came are a sample of it, by time if they are not', () => {
  const busy = Array.from({ length: 50 }, (_, i) => (500_000 + ((i * 17) % 50)) * 1_000);
  const bounds = (o: Partial<Outcome>) => {
    const plan = replan({ do: 'split', walk: newWalk, declared: 15_000 }, { ...outcome, ...o });
    return plan.then === 'split' ? plan.parts.slice(1).map(({ from }) => from!.getTime() / 1_000) : [];
  };
  for (const start of bounds({ sample: busy })) expect(Math.abs(start - 500_025)).toBeLessThan(26);
  const even = [333_333, 666_666];
  expect(bounds({ sample: busy.toSorted((a, b) => a - b) })).toEqual(even);
  expect(bounds({ sample: busy.toSorted((a, b) => b - a) })).toEqual(even);
  expect(bounds({ sample: busy, declared: 15_000, parentDeclared: 20_000 })).toEqual(even);
});

const breaks = [
  'lost',
  'lostAfterTurn',
  'serverError',
  'serverErrorAfterTurn',
  'tooManyRequests',
  'badResumptionToken',
] as const satisfies readonly ModelFault[];
/** What shows only in the count of records. */
const silent = [
  'emptyPage',
  'sizeAbsent',
  'sizeTooHigh',
  'tokenRepeated',
  'tokenCycle',
  'endsEarly',
] as const satisfies readonly ModelFault[];

const latest = 100_000;
const whole: DateWindow = { from: null, until: at(latest) };

/** Records anywhere, often many in one second. */
const datestamps = fc.oneof(
  fc.array(fc.integer({ min: 0, max: latest }), { maxLength: 400 }),
  fc.array(fc.constantFrom(0, 7, 8, 9, 5_000, 5_001, latest), { maxLength: 400 }),
  fc
    .tuple(fc.array(fc.integer({ min: 0, max: latest }), { maxLength: 100 }), fc.integer({ min: 0, max: 1_200 }))
    .map(([some, bulk]) => [...some, ...Array<number>(bulk).fill(777)]),
);
/** The windows a run begins with: any cuts. */
const cuts = fc.uniqueArray(fc.integer({ min: 1, max: latest }), { maxLength: 6 }).map((seconds): DateWindow[] => {
  const starts = seconds.sort((a, b) => a - b);
  return [null, ...starts].map((from, i) => ({ from: from === null ? null : at(from), until: at((starts[i] ?? latest + 1) - 1) }));
});
/** What befalls the requests in turn, forever. */
const weather = (faults: readonly ModelFault[]) =>
  fc
    .array(fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...faults) }), {
      minLength: 1,
      maxLength: 150,
    })
    // A server that withholds a whole list each time it is asked, and declares nothing, cannot be distinguished from one that has none.
    .filter(
      (sequence) => ![...sequence, ...sequence, ...sequence].some((fault, i, all) => fault === 'emptyPage' && all[i + 1] === 'emptyPage'),
    );

async function harvest(options: Omit<ModelOptions, 'faultOf'>, windows: readonly DateWindow[], faults: readonly (ModelFault | null)[]) {
  let asked = 0;
  const server = createModelServer({
    ...options,
    faultOf: (request) => {
      asked = request;
      if (request > 50_000) throw new Error('no end in sight');
      return faults[request % faults.length]!;
    },
  });
  const { windows: ended } = await harvestModel(server, windows, null);
  return { server, ended, asked };
}

/** Records that nobody would know to be missing: in a window that is said to be walked, or in none, or in two. */
function unaccounted({ server, ended }: Awaited<ReturnType<typeof harvest>>): number[] {
  const leaves = ended.filter((window) => window.state !== 'split');
  const lost = leaves.filter(({ state }) => state === 'walked').flatMap((window) => missing(window, server.within(window.bounds)));
  const covered = leaves.flatMap((window) => server.within(window.bounds));
  const once = new Set(covered);
  return [...lost, ...server.within(whole).filter((number) => !once.has(number)), ...covered.slice(once.size)];
}

const missing = (window: ModelWindow, held: readonly number[]): number[] => held.filter((number) => !window.arrived.has(number));

describe('any list, any cuts, any faults', () => {
  const options = { pageSize: 50, declares: true };

  it('ends with every record, or says which windows are short', async () => {
    await fc.assert(
      fc.asyncProperty(datestamps, cuts, weather([...breaks, ...silent]), async (dates, windows, faults) => {
        expect(unaccounted(await harvest({ ...options, datestamps: dates }, windows, faults))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('ends with every record where only answers are lost now and then', async () => {
    await fc.assert(
      fc.asyncProperty(
        datestamps,
        cuts,
        fc.integer({ min: 40, max: 200 }),
        fc.constantFrom(...breaks),
        async (dates, windows, every, fault) => {
          const faults = Array.from({ length: every }, (_, i) => (i === 0 ? fault : null));
          const result = await harvest({ ...options, datestamps: dates }, windows, faults);
          expect(unaccounted(result)).toEqual([]);
          expect(new Set(result.ended.map(({ state }) => state)).difference(new Set(['walked', 'split'])).size).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ends with every record where the server never says how long a list is', async () => {
    await fc.assert(
      fc.asyncProperty(datestamps, cuts, weather(breaks), async (dates, windows, faults) => {
        expect(unaccounted(await harvest({ ...options, declares: false, datestamps: dates }, windows, faults))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('continues to the end against a server that does nothing right', async () => {
    for (const fault of [...breaks, ...silent]) {
      const result = await harvest({ ...options, datestamps: Array.from({ length: 300 }, (_, i) => i * 300) }, [whole], [fault]);
      expect(unaccounted(result)).toEqual([]);
      expect(result.asked).toBeLessThan(5_000);
    }
  });

  it('asks little more than there are pages, where records come unevenly and lists break off', async () => {
    const size = 100_000;
    const corpus = createGeneratedCorpus({ seed: 1, size });
    const dates = Array.from({ length: size }, (_, i) => Math.floor(corpus.datestamp(i) / 1_000));
    const overhead = async (byDate: boolean, share: number): Promise<number> => {
      const every = Math.round(1 / share);
      const server = createModelServer({
        ...options,
        datestamps: dates,
        byDate,
        faultOf: (request) => ((request * 7_919) % every === 0 ? 'lostAfterTurn' : null),
      });
      await harvestModel(server, [{ from: null, until: new Date('2026-11-21T00:00:00Z') }], new Date('2014-02-03T14:41:33Z'));
      return server.requests() / (size / 50) - 1;
    };
    expect(await overhead(false, 1e-9)).toBeLessThan(0.015);
    expect(await overhead(true, 1e-9)).toBeLessThan(0.03);
    expect(await overhead(false, 0.01)).toBeLessThan(0.25);
  });

  it('says it where the server does not look at from', async () => {
    const dates = Array.from({ length: 300 }, (_, i) => i * 300);
    const { ended } = await harvest({ ...options, datestamps: dates }, splitWindow(whole, 4, 'YYYY-MM-DDThh:mm:ssZ', at(0)), [
      'fromIgnored',
    ]);
    expect(ended.map(({ state }) => state)).toContain('stopped');
  });
});

it('a shortfall of sizes that contradict each other is not searched for, and its list is not cut', () => {
  const doubtful = { ...outcome, declared: 9_000_000_000, distinct: 3, sizesAgree: false };
  expect(afterEnd({ ...doubtful, attempt: 1 }).then).toBe('again');
  expect(afterEnd({ ...doubtful, attempt: 2 })).toMatchObject({ then: 'short', reason: expect.stringContaining('this size is doubtful') });
  expect(afterBreak({ ...doubtful, attempt: 1 }, 'x').then).toBe('again');
  expect(afterBreak({ ...doubtful, attempt: 1, sizesAgree: true }, 'x').then).toBe('split');
});
