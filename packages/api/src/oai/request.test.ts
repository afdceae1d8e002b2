import { expect, onTestFinished, test, vi } from 'vitest';
import { OaiFault } from './oai-error.ts';
import { readOaiRequest } from './request.ts';
import { readListToken, readSetsToken, writeListToken, writeSetsToken } from './token.ts';

const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'none';
  } catch (error) {
    if (!(error instanceof OaiFault)) throw error;
    expect(error.message.length).toBeGreaterThan(15);
    return error.code;
  }
};

test.each([
  ['', 'badVerb'],
  ['verb=', 'badVerb'],
  ['verb=identify', 'badVerb'],
  ['verb=__proto__', 'badVerb'],
  ['verb=Identify&verb=Identify', 'badVerb'],
  ['verb=Identify&set=x', 'badArgument'],
  ['verb=ListSets&metadataPrefix=oai_dc', 'badArgument'],
  ['verb=GetRecord&metadataPrefix=oai_dc', 'badArgument'],
  ['verb=GetRecord&identifier=oai:x:1', 'badArgument'],
  ['verb=GetRecord&identifier=oai:x:1&metadataPrefix=marc', 'cannotDisseminateFormat'],
  ['verb=GetRecord&identifier=oai:x:1&metadataPrefix=toString', 'cannotDisseminateFormat'],
  ['verb=ListRecords', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&until=', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=yesterday', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=2024-02-30', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01T00:00Z', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01T00:00:00', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01&until=2024-01-02T00:00:00Z', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-02&until=2024-01-01', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&set=', 'badArgument'],
  ['verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x', 'badArgument'],
  ['verb=ListIdentifiers&resumptionToken=x&resumptionToken=x', 'badArgument'],
])('%s is %s', (query, code) => {
  expect(codeOf(() => readOaiRequest(new URLSearchParams(query)))).toBe(code);
});

test('from and until are inclusive, a day whole', () => {
  const list = (query: string) => readOaiRequest(new URLSearchParams(`verb=ListRecords&metadataPrefix=oai_dc&${query}`));
  const at = Date.parse('2024-05-31T00:00:00Z');
  expect(list('from=2024-05-31&until=2024-05-31')).toMatchObject({ from: at, until: at + 86_400_000 });
  expect(list('from=2024-05-31T00:00:00Z&until=2024-05-31T00:00:00Z')).toMatchObject({ from: at, until: at + 1_000 });
  expect(list('set=a:b')).toMatchObject({ from: null, until: null, set: 'a:b' });
});

test('a token says all that the list needs', () => {
  const place = {
    verb: 'ListRecords' as const,
    metadataPrefix: 'datacite' as const,
    from: 1,
    until: 1_795_000_000_123_456,
    set: 'user-ö',
    after: { changedAt: 1_795_000_000_123_455, recordId: 7 },
    cursor: 200,
    completeListSize: 500,
  };
  expect(readListToken(writeListToken(place), 'ListRecords')).toEqual(place);
  const least = { ...place, verb: 'ListIdentifiers' as const, from: null, set: null, completeListSize: null };
  expect(readListToken(writeListToken(least), 'ListIdentifiers')).toEqual(least);
  expect(readSetsToken(writeSetsToken({ after: 'user-ö', cursor: 500 }))).toEqual({ after: 'user-ö', cursor: 500 });
});

test.each(['', 'x', '{}', 'bnVsbA', Buffer.from('[1]').toString('base64url'), writeSetsToken({ after: 'x', cursor: 1 })])(
  '%s is no token of a list',
  (text) => {
    expect(codeOf(() => readListToken(text, 'ListRecords'))).toBe('badResumptionToken');
  },
);

test('a token belongs to the verb that began the list; one of older versions to either', () => {
  const place = {
    verb: 'ListRecords' as const,
    metadataPrefix: 'oai_dc' as const,
    from: null,
    until: 1,
    set: null,
    after: { changedAt: 1, recordId: 1 },
    cursor: 1,
    completeListSize: null,
  };
  expect(codeOf(() => readListToken(writeListToken(place), 'ListIdentifiers'))).toBe('badResumptionToken');
  const older = writeListToken({ ...place, verb: null });
  for (const verb of ['ListRecords', 'ListIdentifiers'] as const) expect(readListToken(older, verb)).toEqual({ ...place, verb: null });
});

test('what was changed by hand is no token', () => {
  const made = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  for (const text of [
    made('oai_dc', null, 1, null, 1, 1, 1, 1, 2),
    made('oai_dc', null, 1, null, 1, 1, 1, 1, 1, 1),
    made('marc', null, 1, null, 1, 1, 1, 1),
    made('oai_dc', -1, 1, null, 1, 1, 1, 1),
    made('oai_dc', null, 1e300, null, 1, 1, 1, 1),
    made('oai_dc', null, 1, ['a'], 1, 1, 1, 1),
    made('oai_dc', null, 1, 'a\u0000', 1, 1, 1, 1),
    made('oai_dc', null, 1, 'a'.repeat(2_000), 1, 1, 1, 1),
    made('oai_dc', null, 1, null, '1; drop', 1, 1, 1),
  ])
    expect(codeOf(() => readListToken(text, 'ListRecords'))).toBe('badResumptionToken');
  expect(codeOf(() => readSetsToken(made(1, 1)))).toBe('badResumptionToken');
});

test('a token far longer than any of ours is refused before it is decoded', () => {
  const forged = Buffer.from(JSON.stringify(['oai_dc', null, 1, 'a', 1, 1, 1, 1]) + ' '.repeat(48_000)).toString('base64url');
  const decoded = vi.spyOn(JSON, 'parse');
  onTestFinished(() => decoded.mockRestore());
  for (const read of [(text: string) => readListToken(text, 'ListRecords'), readSetsToken])
    expect(codeOf(() => read(forged))).toBe('badResumptionToken');
  expect(decoded).not.toHaveBeenCalled();
  const longest = {
    verb: 'ListRecords' as const,
    metadataPrefix: 'oai_datacite' as const,
    from: 1,
    until: 2,
    set: '\u6d77'.repeat(1_999),
    after: { changedAt: 1, recordId: 1 },
    cursor: 1,
    completeListSize: 1,
  };
  expect(readListToken(writeListToken(longest), 'ListRecords')).toEqual(longest);
});
