import { expect, test } from 'vitest';
import { windowVerdict } from './close-windows.ts';

const whole = { arrived: 9, notStored: 0, waiting: 0, lost: [], refused: 0, refusal: null };
test.each([
  ['all is there', whole, 0, { then: 'complete', reason: null }],
  ['documents are on their way', { ...whole, waiting: 2 }, 0, { then: 'wait' }],
  ['documents are on their way, of a record that is not stored too', { ...whole, waiting: 2, notStored: 1 }, 0, { then: 'wait' }],
  ['nothing is on its way', { ...whole, lost: [7] }, 0, { then: 'resend' }],
  [
    'they were sent often enough',
    { ...whole, lost: [7] },
    5,
    { then: 'short', reason: expect.stringContaining('1 not in search') as string },
  ],
  [
    'records are not stored',
    { ...whole, notStored: 3 },
    0,
    { then: 'short', reason: expect.stringContaining('3 are not in SQL') as string },
  ],
  [
    'a document is refused',
    { ...whole, refused: 1, refusal: 'too odd' },
    0,
    { then: 'complete', reason: expect.stringContaining('too odd') as string },
  ],
] as const)('a window of which %s', (_, counted, resent, verdict) => {
  expect(windowVerdict(counted, resent)).toEqual(verdict);
});
