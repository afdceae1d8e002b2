import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, newWalk, nextStep, tokenExpires, type Walk, type WalkDecision, type WalkEvent, type WalkLimits } from './walk.ts';

const limits: WalkLimits = { maxListSize: 10_000, tokensRepeatable: false, maxRepeats: 5 };
const page = (over: Partial<Extract<WalkEvent, { kind: 'page' }>> = {}): WalkEvent => ({
  kind: 'page',
  records: 50,
  first: 'oai:x:1',
  outside: 0,
  token: 't1',
  tokenExpiresAt: null,
  declared: 120,
  ...over,
});
const following: Walk = { ...newWalk, state: 'following', token: 't1', pages: 1, received: 50, declared: 120 };
const events: Record<WalkEvent['kind'], WalkEvent> = {
  page: page({ token: 't2', first: 'oai:x:51' }),
  noRecordsMatch: { kind: 'noRecordsMatch' },
  badResumptionToken: { kind: 'badResumptionToken' },
  refused: { kind: 'refused', reason: 'badArgument' },
  tooManyRequests: { kind: 'tooManyRequests', retryAfterMs: 7_000 },
  serverError: { kind: 'serverError', retryAfterMs: null, reason: '502' },
  forbidden: { kind: 'forbidden', reason: '403' },
  noReply: { kind: 'noReply', reason: 'timeout' },
  deadly: { kind: 'deadly', reason: 'its process died of it' },
};

/** The whole table: state × event → decision, once for single-use tokens and once for repeatable ones. */
const truth: Record<Walk['state'], Record<WalkEvent['kind'], [WalkDecision['do'], WalkDecision['do']]>> = {
  opening: {
    page: ['follow', 'follow'],
    noRecordsMatch: ['end', 'end'],
    badResumptionToken: ['stop', 'stop'],
    refused: ['stop', 'stop'],
    tooManyRequests: ['repeat', 'repeat'],
    serverError: ['repeat', 'repeat'],
    forbidden: ['stop', 'stop'],
    noReply: ['repeat', 'repeat'],
    deadly: ['restart', 'restart'],
  },
  following: {
    page: ['follow', 'follow'],
    noRecordsMatch: ['restart', 'restart'],
    badResumptionToken: ['restart', 'restart'],
    refused: ['restart', 'restart'],
    tooManyRequests: ['repeat', 'repeat'],
    serverError: ['restart', 'repeat'],
    forbidden: ['stop', 'stop'],
    noReply: ['restart', 'repeat'],
    deadly: ['restart', 'restart'],
  },
};

describe('the transition table', () => {
  for (const state of ['opening', 'following'] as const)
    for (const kind of Object.keys(events) as WalkEvent['kind'][])
      it(`${state} × ${kind}`, () => {
        const walk = state === 'opening' ? newWalk : following;
        expect(nextStep(walk, events[kind], limits).do).toBe(truth[state][kind][0]);
        expect(nextStep(walk, events[kind], { ...limits, tokensRepeatable: true }).do).toBe(truth[state][kind][1]);
      });
});

describe('guards', () => {
  it('ends on a page without a token', () => {
    expect(nextStep(following, page({ token: null }), limits)).toMatchObject({ do: 'end', walk: { received: 100, pages: 2 } });
  });

  it('ends on the empty page that follows an exact multiple of the page size', () => {
    expect(nextStep(following, page({ records: 0, first: null, token: null }), limits)).toMatchObject({
      do: 'end',
      walk: { received: 50 },
    });
  });

  it('splits a list that is too long, and only at its opening', () => {
    expect(nextStep(newWalk, page({ declared: 10_001 }), limits)).toMatchObject({ do: 'split', declared: 10_001 });
    expect(nextStep(newWalk, page({ declared: 10_001 }), { ...limits, maxListSize: null }).do).toBe('follow');
    expect(nextStep(following, page({ declared: 10_001 }), limits).do).toBe('follow');
  });

  it('notices a server that does not look at from and until', () => {
    const doubted = nextStep(newWalk, page({ outside: 26 }), limits);
    expect(doubted).toMatchObject({ do: 'repeat', afterMs: 0 });
    expect(nextStep(doubted.walk, page({ outside: 26 }), limits).do).toBe('unselective');
    expect(nextStep(doubted.walk, page({ outside: 0 }), limits).do).toBe('follow');
    expect(nextStep(newWalk, page({ outside: 25 }), limits).do).toBe('follow');
  });

  it('begins again where a token has lost the dates: most records of a later page lie outside', () => {
    const first = nextStep(newWalk, page({ declared: 1_000 }), limits);
    expect(nextStep(first.walk, page({ outside: 26, declared: 90, token: null }), limits)).toMatchObject({
      do: 'restart',
      reason: 'most records of a later page lie outside the dates that were asked for',
    });
    expect(nextStep(first.walk, page({ outside: 25, token: 't2', first: 'oai:x:51' }), limits).do).toBe('follow');
  });

  it('believes a list without records only after two answers', () => {
    const barren = page({ records: 0, first: null, token: null, declared: null });
    const doubted = nextStep(newWalk, barren, limits);
    expect(doubted).toMatchObject({ do: 'repeat', afterMs: 0 });
    expect(nextStep(doubted.walk, barren, limits)).toMatchObject({ do: 'end', walk: { received: 0 } });
    expect(nextStep(doubted.walk, page({ token: null, declared: null }), limits)).toMatchObject({ do: 'end', walk: { received: 50 } });
  });

  it('gives a repeated request up after its repeats, and never waits less than the server asked', () => {
    expect(nextStep({ ...newWalk, repeats: 5 }, events.noReply, limits).do).toBe('restart');
    expect(nextStep(newWalk, events.tooManyRequests, limits)).toMatchObject({ do: 'repeat', afterMs: 7_000 });
    expect(backoffMs(20, null)).toBe(60_000);
    expect(backoffMs(0, 999_999_999_000)).toBe(86_400_000);
    expect(backoffMs(0, NaN)).toBe(1_000);
  });

  it('does not go on forever through empty pages, circles and growing lists', () => {
    const run = (answer: (i: number) => WalkEvent): [WalkDecision['do'], number] => {
      let decision = nextStep(newWalk, answer(0), limits);
      let i = 1;
      for (; decision.do === 'follow' && i < 100_000; i++) decision = nextStep(decision.walk, answer(i), limits);
      return [decision.do, i];
    };
    expect(run((i) => page({ records: 0, first: null, token: `t${i}` }))).toEqual(['restart', 4]);
    expect(run(() => page())).toEqual(['restart', 2]);
    const [end, steps] = run((i) => page({ token: `t${i % 7}`, first: `oai:x:${i % 7}`, declared: null }));
    expect(end).toBe('restart');
    expect(steps).toBeLessThan(30);
    expect(run((i) => page({ token: `t${i}`, first: `oai:x:${i}`, declared: 100 }))[0]).toBe('restart');
  });

  it('follows a token that stays the same while the pages change', () => {
    const first = nextStep(newWalk, page({ token: 's' }), limits);
    expect(first.do).toBe('follow');
    expect(nextStep(first.walk, page({ token: 's', first: 'oai:x:51' }), limits).do).toBe('follow');
  });

  it.each([
    ['a page gives none', [120, null, null], 120],
    ['it shrinks, as where a record left a list paged by offset and another moved up unseen', [120, 119, 118], 120],
    ['only what is left is declared', [120, 70, 20], 120],
    ['it grows', [120, null, 121], 121],
    ['it comes late', [null, null, 120], 120],
    ['it shrinks to nothing on the last page', [120, 120, 0], 120],
  ])('the largest declared size counts: %s', (_, sizes, declared) => {
    const [first, second, third] = sizes;
    const opened = nextStep(newWalk, page({ declared: first! }), limits);
    const followed = nextStep(opened.walk, page({ token: 't2', first: 'oai:x:51', declared: second! }), limits);
    const ended = nextStep(followed.walk, page({ token: null, first: 'oai:x:101', records: 20, declared: third! }), limits);
    expect(ended).toMatchObject({ do: 'end', walk: { declared, received: 120 } });
  });

  it('sends the earliest datestamp as from where the server refuses until without from, and once only', () => {
    const refusal: WalkEvent = { kind: 'refused', reason: 'the server answered badArgument: from is required', badArgument: true };
    const open = { ...limits, canSendFrom: true };
    const again = nextStep(newWalk, refusal, open);
    expect(again).toMatchObject({ do: 'repeat', afterMs: 0, walk: { sendsFrom: true } });
    expect(nextStep(again.walk, refusal, open)).toMatchObject({ do: 'stop', forGood: true });
    expect(nextStep(again.walk, page(), open)).toMatchObject({ do: 'follow', walk: { sendsFrom: true } });
    expect(nextStep(newWalk, refusal, limits).do).toBe('stop');
    expect(nextStep(newWalk, { kind: 'refused', reason: 'cannotDisseminateFormat' }, open).do).toBe('stop');
  });

  it('knows when a token dies', () => {
    const walk = { ...following, tokenExpiresAt: new Date(100_000) };
    expect(tokenExpires(walk, new Date(90_000), 9_000)).toBe(false);
    expect(tokenExpires(walk, new Date(90_000), 10_000)).toBe(true);
    expect(tokenExpires(following, new Date(), 1e9)).toBe(false);
  });
});

describe('any list', () => {
  it('ends with the number of records sent, whatever its pages', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 60 }), (sizes) => {
        const total = sizes.reduce((a, b) => a + b, 0);
        let decision: WalkDecision = { do: 'follow', walk: newWalk };
        let at = 0;
        sizes.forEach((records, i) => {
          decision = nextStep(
            decision.walk,
            page({ records, first: `oai:x:${at}`, declared: total, token: i + 1 < sizes.length ? `t${i}` : null }),
            limits,
          );
          at += records;
        });
        expect(decision).toMatchObject({ do: 'end', walk: { received: total, declared: total, pages: sizes.length } });
      }),
    );
  });
});
