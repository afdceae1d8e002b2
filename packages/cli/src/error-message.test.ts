import { expect, test } from 'vitest';
import { errorMessageFor } from './error-message.ts';
import { exit } from './io.ts';

const ofPostgres = (code: string, message: string): Error => Object.assign(new Error(message), { code });

test.each([
  [
    '53100',
    'could not extend file "base/1/2": No space left on device',
    /^PostgreSQL has no disk space, memory or connection left \(.*No space left.* continues from here$/,
  ],
  ['53200', 'out of memory', /^PostgreSQL has no disk space, memory or connection left/],
  ['57014', 'canceling statement due to statement timeout', /^PostgreSQL is too busy .* continues from here$/],
])('an exhausted PostgreSQL (%s) is a sentence with a remedy, without a stack', (code, message, sentence) => {
  expect(errorMessageFor(ofPostgres(code, message))).toEqual({
    text: expect.stringMatching(sentence),
    code: exit.failed,
    unforeseen: false,
  });
});

test('an error that nobody foresaw shows its stack', () => {
  expect(errorMessageFor(ofPostgres('42703', 'column x does not exist'))).toMatchObject({ unforeseen: true });
});
