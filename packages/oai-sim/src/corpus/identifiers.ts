const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** An ORCID iD with its ISO 7064 MOD 11-2 check digit, in ORCID's range 0000-0001-5000-0007 … 0000-0003-5000-0001. */
export function orcid(number: number): string {
  const digits = String(15000000 + (number % 19999999)).padStart(15, '0');
  const all = digits + orcidCheckDigit(digits);
  return `${all.slice(0, 4)}-${all.slice(4, 8)}-${all.slice(8, 12)}-${all.slice(12)}`;
}

/** The check digit of the first 15 digits of an ORCID iD or ISNI. */
export function orcidCheckDigit(digits: string): string {
  let total = 0;
  for (const digit of digits) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return check === 10 ? 'X' : String(check);
}

/** A bare ROR id: `0`, six Crockford base 32 characters, two digits of ISO 7064 MOD 97-10. */
export function ror(number: number): string {
  const value = number % 32 ** 6;
  let text = '';
  for (let rest = value, i = 0; i < 6; i++, rest = Math.floor(rest / 32)) text = CROCKFORD[rest % 32] + text;
  return `0${text}${rorChecksum(value)}`;
}

/** Whether a bare ROR id has its right checksum. */
export function isRor(id: string): boolean {
  if (!/^0[0-9a-hjkmnp-tv-z]{6}\d\d$/.test(id)) return false;
  let value = 0;
  for (const character of id.slice(1, 7)) value = value * 32 + CROCKFORD.indexOf(character);
  return rorChecksum(value) === id.slice(7);
}

function rorChecksum(value: number): string {
  return String(98 - ((value * 100) % 97)).padStart(2, '0');
}

/** Zenodo record numbers of a corpus: growing, with gaps, and each with a free number just below it for its concept. */
export interface RecidPlan {
  recid(number: number): number;
  /** The number of the record that has this recid, whether or not the corpus is that large. */
  numberOf(recid: number): number | undefined;
}

const FIRST_RECID = 7000;

export function createRecidPlan(size: number, jitter: (number: number) => number): RecidPlan {
  const stride = Math.max(3, Math.floor(20_000_000 / Math.max(size, 1)));
  const recid = (number: number): number => FIRST_RECID + number * stride + 1 + (jitter(number) % (stride - 1));
  return {
    recid,
    numberOf: (wanted) => {
      const number = Math.floor((wanted - FIRST_RECID) / stride);
      return number >= 0 && recid(number) === wanted ? number : undefined;
    },
  };
}
