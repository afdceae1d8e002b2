import { NoReplyError, type OaiReply } from '@thresher/oai';
import { describe, expect, it } from 'vitest';
import { askSource, onlyIfBusy, repeatable, type RetryRule, sendInTurn, withToken } from './ask-source.ts';
import type { HostRateLimit, Turn } from './host-rate-limit.ts';

const { signal } = new AbortController();
const turn: Turn = { at: 0, assumedAt: null, nextInMs: 0 };

const reply = (status: number, facts: Partial<OaiReply> = {}): OaiReply => ({
  url: 'https://a.example/oai',
  status,
  headers: {},
  bytes: Buffer.from('<html/>'),
  wireBytes: 7,
  charset: null,
  rateLimit: null,
  retryAfterMs: null,
  ...facts,
});
const lost = new NoReplyError('connection reset', { url: 'https://a.example/oai', reason: 'connection' });
const tooLarge = new NoReplyError('too large', { url: 'https://a.example/oai', reason: 'too-large' });

/** A rate limit that notes what is done with it, and a source that gives these answers in order. */
function askedWith(...answers: (OaiReply | NoReplyError)[]) {
  const notes: string[] = [];
  const rateLimit: HostRateLimit = {
    host: 'example.org',
    turn: async () => (notes.push('turn'), turn),
    noteReply: async (_, told) => void notes.push(`noteReply ${told?.remaining ?? '-'}`),
    pause: async (ms) => void notes.push(ms >= 7_000 ? `pause ${ms}` : 'pause'),
    block: async (reason, ms) => void notes.push(`block ${reason} ${ms}`),
    perMinute: () => null,
  };
  const send = async (): Promise<OaiReply> => {
    const answer = answers.shift()!;
    notes.push('send');
    if (answer instanceof NoReplyError) throw answer;
    return answer;
  };
  return { notes, rateLimit, send, left: answers, ask: (rule: RetryRule) => askSource(rateLimit, send, signal, rule) };
}

describe('askSource', () => {
  it('takes one turn, sends once, and reports the limits of the answer', async () => {
    const asked = askedWith(reply(200, { rateLimit: { limit: 30, remaining: 12, resetAt: null } }));
    expect((await asked.ask(onlyIfBusy)).status).toBe(200);
    expect(asked.notes).toEqual(['turn', 'send', 'noteReply 12']);
  });

  it('pauses the host for Retry-After and takes another turn when it is turned away', async () => {
    const asked = askedWith(reply(429, { retryAfterMs: 7_000 }), reply(503, { retryAfterMs: 9_000 }), reply(404));
    expect((await asked.ask(onlyIfBusy)).status).toBe(404);
    expect(asked.notes.filter((note) => note.startsWith('pause'))).toEqual(['pause 7000', 'pause 9000']);
    expect(asked.notes.filter((note) => note === 'turn')).toHaveLength(3);
  });

  it('gives the sixth refusal back instead of asking forever', async () => {
    const asked = askedWith(...Array.from({ length: 9 }, () => reply(429)));
    expect((await asked.ask(onlyIfBusy)).status).toBe(429);
    expect(asked.left).toHaveLength(3);
  });

  it.each([
    ['500', () => reply(500)],
    ['a lost answer', () => lost],
  ])('repeats after %s only where the rule permits it', async (_, failure) => {
    const once = askedWith(failure(), reply(200));
    await once.ask(onlyIfBusy).catch(() => {});
    expect(once.left).toHaveLength(1);
    const again = askedWith(failure(), failure(), reply(200));
    expect((await again.ask(repeatable)).status).toBe(200);
    const tooOften = askedWith(failure(), failure(), failure(), reply(200));
    await tooOften.ask(repeatable).catch(() => {});
    expect(tooOften.left).toHaveLength(1);
  });

  it('sends a token again after 429 only', async () => {
    expect((await askedWith(reply(429), reply(200)).ask(withToken)).status).toBe(200);
    expect((await askedWith(reply(503), reply(200)).ask(withToken)).status).toBe(503);
    await expect(askedWith(lost, reply(200)).ask(withToken)).rejects.toThrow('connection reset');
  });

  it('does not repeat what its own limits stopped', async () => {
    const asked = askedWith(tooLarge, reply(200));
    await expect(asked.ask(repeatable)).rejects.toThrow('too large');
    expect(asked.left).toHaveLength(1);
  });

  it('blocks a host that refuses this client, but not for one record', async () => {
    const refused = askedWith(reply(403, { retryAfterMs: 60_000 }), reply(403));
    expect((await refused.ask(onlyIfBusy)).status).toBe(403);
    expect(refused.notes.at(-1)).toBe(
      'block https://a.example/oai answered HTTP 403, to be tried again in 60 s: it refuses this client 60000',
    );
    await refused.ask({ ...onlyIfBusy, refusalBlocks: false });
    expect(refused.notes.filter((note) => note.startsWith('block'))).toHaveLength(1);
  });

  it('does not take an error of OAI-PMH with status 403 for a refusal', async () => {
    const body = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="noRecordsMatch"/></OAI-PMH>';
    const asked = askedWith(reply(403, { bytes: Buffer.from(body) }));
    await asked.ask(onlyIfBusy);
    expect(asked.notes).toEqual(['turn', 'send', 'noteReply -']);
  });

  it('sends once and waits for nothing if there is no rate limit', async () => {
    const { send, left } = askedWith(reply(429), reply(200));
    expect((await askSource(null, send, signal, onlyIfBusy)).status).toBe(429);
    expect(left).toHaveLength(1);
  });
});

it('sendInTurn never repeats', async () => {
  const { rateLimit, send, left, notes } = askedWith(reply(429), reply(200));
  expect((await sendInTurn(rateLimit, turn, send)).status).toBe(429);
  expect([left.length, notes]).toEqual([1, ['send', 'noteReply -']]);
});
