import { describe, expect, it } from 'vitest';
import { coveredUntil } from './runs.ts';

const at = (day: number): Date => new Date(Date.UTC(2024, 0, day));
const stretch = (from: number | null, until: number) => ({ from: from === null ? null : at(from), until: at(until) });

describe('coveredUntil', () => {
  it('is null if nothing was harvested', () => expect(coveredUntil([])).toBeNull());
  it('is the end of a full run', () => expect(coveredUntil([stretch(null, 5)])).toEqual(at(5)));
  it('follows runs that begin inside what is covered, in whatever order they come', () =>
    expect(coveredUntil([stretch(8, 12), stretch(null, 5), stretch(4, 9)])).toEqual(at(12)));
  it('takes a run that begins in the last covered second', () => expect(coveredUntil([stretch(null, 5), stretch(5, 9)])).toEqual(at(9)));
  it('stops at a gap: a later harvest of a few days hides nothing', () =>
    expect(coveredUntil([stretch(null, 5), stretch(6, 9)])).toEqual(at(5)));
  it('does not go back for an older run', () => expect(coveredUntil([stretch(null, 9), stretch(null, 5), stretch(1, 3)])).toEqual(at(9)));
  it('begins with the run that reaches back furthest if none is unbounded', () =>
    expect(coveredUntil([stretch(10, 20), stretch(3, 12)])).toEqual(at(20)));
});
