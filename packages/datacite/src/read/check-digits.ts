const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** ISO 7064 MOD 11-2 over 16 characters without separators, the last being the check character (ORCID iD, ISNI). */
export function holdsMod11_2(characters: string): boolean {
  let total = 0;
  for (let i = 0; i < 15; i++) total = ((total + digit(characters, i)) * 2) % 11;
  const check = (12 - total) % 11;
  return characters.length === 16 && characters[15] === (check === 10 ? 'X' : String(check));
}

/**
 * The check digit of a GND number: weights 2, 3, 4 … from the right. With a hyphen (numbers of the former subject and
 * corporate files, `4005728-8`) it is the sum modulo 11, without (`118540238`) its complement to 11.
 */
export function holdsGnd(number: string): boolean {
  const digits = number.slice(0, -1).replace('-', '');
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += digit(digits, i) * (digits.length - i + 1);
  const check = number.includes('-') ? sum % 11 : (11 - (sum % 11)) % 11;
  return number.at(-1) === (check === 10 ? 'X' : String(check));
}

/** The checksum of a bare ROR id (`01aj84f44`): ISO 7064 MOD 97-10 over its six Crockford base 32 characters. */
export function holdsRor(id: string): boolean {
  let value = 0;
  for (const character of id.slice(0, 7)) value = value * 32 + CROCKFORD.indexOf(character);
  return id.slice(7) === String(98 - ((value * 100) % 97)).padStart(2, '0');
}

function digit(text: string, index: number): number {
  return text.charCodeAt(index) - 48;
}
