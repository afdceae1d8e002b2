import { describe, expect, it } from 'vitest';
import { isMissed, lastTick, nextTick, planSchedulers, scheduleFault, schedulersOf } from './schedule.ts';

const at = (text: string): Date => new Date(text);
const daily = { cron: '30 3 * * *', timeZone: 'Europe/Zurich' };

describe('scheduleFault', () => {
  it.each([
    ['five fields and a zone', daily, /^nothing$/],
    ['steps, lists and names', { cron: '*/15 0-6,22 1 * MON', timeZone: 'UTC' }, /^nothing$/],
    ['a zone that does not exist', { cron: '0 3 * * *', timeZone: 'Mars/Olympus' }, /"Mars\/Olympus" is no time zone/],
    ['too few fields', { cron: '0 3 *', timeZone: 'UTC' }, /five fields .* has 3/],
    ['seconds', { cron: '0 0 3 * * *', timeZone: 'UTC' }, /has 6/],
    ['a minute that does not exist', { cron: '61 3 * * *', timeZone: 'UTC' }, /is no cron expression/],
    ['words', { cron: 'a b c d e', timeZone: 'UTC' }, /is no cron expression/],
  ])('%s', (_, schedule, expected) => {
    expect(scheduleFault(schedule) ?? 'nothing').toMatch(expected);
  });
});

it('ticks by the clock of its zone, summer and winter', () => {
  expect(nextTick(daily, at('2026-01-10T00:00:00Z'))).toEqual(at('2026-01-10T02:30:00Z'));
  expect(nextTick(daily, at('2026-07-10T00:00:00Z'))).toEqual(at('2026-07-10T01:30:00Z'));
  expect(lastTick(daily, at('2026-01-10T00:00:00Z'))).toEqual(at('2026-01-09T02:30:00Z'));
});

it('was missed if it was due since the last run, and never if there was none', () => {
  const now = at('2026-01-10T12:00:00Z');
  expect(isMissed(daily, at('2026-01-10T02:29:00Z'), now)).toBe(true);
  expect(isMissed(daily, at('2026-01-10T02:31:00Z'), now)).toBe(false);
  expect(isMissed(daily, null, now)).toBe(false);
});

it('sets what is new or different, removes what is gone, and touches nothing else', () => {
  const hourly = { cron: '0 * * * *', timeZone: 'UTC' };
  const wanted = schedulersOf([
    { id: 1, schedules: { full: daily, incremental: hourly } },
    { id: 2, schedules: {} },
    { id: 3, schedules: { incremental: hourly } },
  ]);
  expect(wanted.map((one) => one.id)).toEqual(['source-1-full', 'source-1-incremental', 'source-3-incremental']);
  const kept = [
    { id: 'source-1-full', ...daily },
    { id: 'source-1-incremental', ...hourly, timeZone: 'Europe/Zurich' },
    { id: 'source-2-full', ...daily },
  ];
  const plan = planSchedulers(wanted, kept);
  expect(plan.set.map((one) => one.id)).toEqual(['source-1-incremental', 'source-3-incremental']);
  expect(plan.remove).toEqual(['source-2-full']);
  expect(planSchedulers(wanted, wanted)).toEqual({ set: [], remove: [] });
});
