import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addSeconds, datestampGranularity, formatDatestamp, nextDatestamp, parseDatestamp, parseGranularity } from './datestamp.ts';
import type { Granularity } from './datestamp.ts';

test.each([
  ['2024-09-30', '2024-09-30T00:00:00.000Z'],
  ['2024-09-30T16:37:41Z', '2024-09-30T16:37:41.000Z'],
  [' 2024-09-30T16:37:41.123456Z\n', '2024-09-30T16:37:41.123Z'],
  ['2024-09-30T16:37:41', '2024-09-30T16:37:41.000Z'],
  ['2024-09-30 16:37:41 UTC', '2024-09-30T16:37:41.000Z'],
  ['2024-09-30T18:37:41+02:00', '2024-09-30T16:37:41.000Z'],
  ['2024-09-30T11:07:41-0530', '2024-09-30T16:37:41.000Z'],
  ['20240930T163741Z', '2024-09-30T16:37:41.000Z'],
  ['2024-09-30T16:37Z', '2024-09-30T16:37:00.000Z'],
  ['2024-09', '2024-09-01T00:00:00.000Z'],
  ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ['2024', '2024-01-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
])('%j is the instant %s', (text, iso) => {
  expect(parseDatestamp(text)?.toISOString()).toBe(iso);
});

test.each([
  '',
  'aaaa-bb-cc',
  '2024-13-01',
  '2023-02-29',
  '2024-01-01T25:00:00Z',
  '30/09/2024',
  '2024-01-01T00:00:00Zz',
  '0000-12-31',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-14:00',
  '10000-01-01',
])('%j is none', (text) => expect(parseDatestamp(text)).toBeNull());

test('formatting cuts to the granularity', () => {
  const instant = new Date('2024-12-31T23:59:59.999Z');
  expect(formatDatestamp(instant, 'YYYY-MM-DD')).toBe('2024-12-31');
  expect(formatDatestamp(instant, 'YYYY-MM-DDThh:mm:ssZ')).toBe('2024-12-31T23:59:59Z');
});

test('granularity is known from a datestamp and from its name', () => {
  expect(datestampGranularity('2024-01-01')).toBe('YYYY-MM-DD');
  expect(datestampGranularity('2024-01-01T00:00:00Z')).toBe('YYYY-MM-DDThh:mm:ssZ');
  expect(datestampGranularity('aaaa-bb-cc')).toBeNull();
  expect(parseGranularity(' YYYY-MM-DDTHH:MM:SSZ')).toBe('YYYY-MM-DDThh:mm:ssZ');
  expect(parseGranularity('seconds')).toBeNull();
});

test('addSeconds goes both ways', () => {
  expect(addSeconds(new Date(0), -2.5).getTime()).toBe(-2500);
});

const instants = fc.date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });
const granularities = fc.constantFrom<Granularity>('YYYY-MM-DD', 'YYYY-MM-DDThh:mm:ssZ');

test('a formatted datestamp reads back as the instant it was cut to, and the next one begins after the instant', () => {
  fc.assert(
    fc.property(instants, granularities, (instant, granularity) => {
      const text = formatDatestamp(instant, granularity);
      const start = parseDatestamp(text)!;
      const next = nextDatestamp(instant, granularity);
      expect(datestampGranularity(text)).toBe(granularity);
      expect(start <= instant && instant < next).toBe(true);
      expect(nextDatestamp(start, granularity)).toEqual(next);
      expect(formatDatestamp(new Date(next.getTime() - 1), granularity)).toBe(text);
    }),
  );
});
