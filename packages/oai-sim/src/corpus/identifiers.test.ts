import { expect, test } from 'vitest';
import { createRecidPlan, isRor, orcid, orcidCheckDigit, ror } from './identifiers.ts';
import { FUNDERS } from './names.ts';

test('ORCID check digits are those of ISO 7064', () => {
  // ORCID's own example (Josiah Carberry) and one with X.
  expect(orcidCheckDigit('000000021825009')).toBe('7');
  expect(orcidCheckDigit('000000021694233')).toBe('X');
  for (let number = 0; number < 5000; number++) {
    const digits = orcid(number * 3331).replaceAll('-', '');
    expect(digits[15]).toBe(orcidCheckDigit(digits.slice(0, 15)));
  }
});

test('ROR ids have the checksum that the real ones of our funders have', () => {
  for (const [name, id] of FUNDERS) expect([name, isRor(id)]).toEqual([name, true]);
  expect(isRor('00k4n6c33')).toBe(false);
  for (let number = 0; number < 5000; number++) expect(isRor(ror(number * 27_183))).toBe(true);
});

test.each([0, 1, 10_000, 8_000_000])('record numbers of a corpus of %i grow, come back, and leave room for concepts', (size) => {
  const plan = createRecidPlan(size, (number) => Math.imul(number, 2654435761) >>> 0);
  let before = 0;
  for (let number = 0; number < 3000; number++) {
    const recid = plan.recid(number);
    expect(recid).toBeGreaterThan(before + 1);
    expect(plan.numberOf(recid)).toBe(number);
    expect(plan.numberOf(recid - 1)).toBeUndefined();
    before = recid;
  }
});
