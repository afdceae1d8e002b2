import { describe, expect, it } from 'vitest';
import { classifyLookupFailure } from '../presence/ask-record.ts';
import { membershipIsDue } from './sync.ts';
import { classifyAbsence } from '../presence/vanished.ts';
import { NoReplyError, OaiError, OaiHttpError } from '@thresher/oai';

const now = new Date('2026-01-10T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

describe('membershipIsDue', () => {
  it('is so for a small set every time', () => expect(membershipIsDue(1_000, now, now, {})).toBe(true));
  it('is so for a large set once a week', () => {
    expect(membershipIsDue(1_001, daysAgo(6), now, {})).toBe(false);
    expect(membershipIsDue(1_001, daysAgo(7), now, {})).toBe(true);
    expect(membershipIsDue(1_001, null, now, {})).toBe(true);
  });
  it('is as the source is set up, whatever the size', () => {
    expect(membershipIsDue(3, daysAgo(1), now, { membershipEverySeconds: 172_800 })).toBe(false);
    expect(membershipIsDue(9_999, daysAgo(2), now, { membershipEverySeconds: 172_800 })).toBe(true);
  });
});

describe('classifyAbsence', () => {
  it('believes a few, and 2 % of many', () => {
    expect(classifyAbsence({ listed: 980, missing: 20, stored: 1_000 })).toBe('believable');
    expect(classifyAbsence({ listed: 979, missing: 21, stored: 1_000 })).toBe('too many');
    expect(classifyAbsence({ listed: 9_800, missing: 200, stored: 10_000 })).toBe('believable');
    expect(classifyAbsence({ listed: 9_799, missing: 201, stored: 10_000 })).toBe('too many');
  });
  it('never believes an empty list that should hold something', () =>
    expect(classifyAbsence({ listed: 0, missing: 1, stored: 1 })).toBe('empty'));
  it('finds nothing missing from an empty list of nothing', () =>
    expect(classifyAbsence({ listed: 0, missing: 0, stored: 500 })).toBe('none'));
});

describe('classifyLookupFailure', () => {
  const http = (status: number) => new OaiHttpError({ status, url: 'https://x', headers: {}, retryAfterMs: null, bodyStart: '' });
  const oai = (code: string) => new OaiError([{ code, message: '' }]);
  it.each([
    ['idDoesNotExist', oai('idDoesNotExist'), { kind: 'gone', says: 'idDoesNotExist', byStatusOnly: false }],
    ['404', http(404), { kind: 'gone', says: 'HTTP 404', byStatusOnly: true }],
    ['410', http(410), { kind: 'gone', says: 'HTTP 410', byStatusOnly: true }],
    ['500, as Zenodo answers for deleted records', http(500), { kind: 'unclear', says: 'HTTP 500' }],
    ['502', http(502), { kind: 'unclear', says: 'HTTP 502' }],
    ['another error of the protocol', oai('cannotDisseminateFormat'), { kind: 'unclear' }],
    ['no answer', new NoReplyError('it was cut off', { url: 'https://x', reason: 'cut-off' }), { kind: 'unclear', says: 'it was cut off' }],
    ['429', http(429), { kind: 'refused' }],
    ['403', http(403), { kind: 'refused' }],
  ])('%s', (_, error, judged) => expect(classifyLookupFailure(error)).toMatchObject(judged));
  it('knows nothing of other errors', () => expect(classifyLookupFailure(new Error('full disk'))).toBeNull());
});
