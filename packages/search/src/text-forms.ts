/**
 * Characters that nobody sees and that stand inside words: soft hyphen, zero-width space, word joiner, byte order mark,
 * directional marks. Joiners (U+200C, U+200D) stay, since scripts and emoji are drawn by them; `CHARACTER_FORMS` drops them.
 */
const INVISIBLE = /\u034f|[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;
const APOSTROPHES = /[\u2018\u2019\u201b\u02bc\u02b9\u2032\u055a\uff07\u0060\u00b4]/gu;
const DASHES = /[\u2010-\u2015\u2212\u2043\ufe58\ufe63\uff0d]/gu;

/** Text as it is indexed: Unicode normal form C, without invisible characters. It looks the same. */
export function textForm(text: string): string {
  return isPlain(text) ? text : text.normalize('NFC').replace(INVISIBLE, '');
}

/** A value that is compared as a whole: also one kind of apostrophe, hyphen and blank, and full width as usual width. */
export function valueForm(text: string): string {
  if (isPlain(text)) return text;
  return textForm(text)
    .replace(/[\uff01-\uff5e]/gu, (wide) => String.fromCodePoint(wide.codePointAt(0)! - 0xfee0))
    .replace(/[\ufb00-\ufb06]/gu, (ligature) => ligature.normalize('NFKC'))
    .replace(APOSTROPHES, "'")
    .replace(DASHES, '-')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/gu, ' ');
}

/** ASCII text, which is nearly all text of most records. */
function isPlain(text: string): boolean {
  return /^[\x00-\x5f\x61-\x7f]*$/.test(text);
}

/** Applies `form` to every text of a document, however deep. An object or list without changed texts is returned itself, not as a copy. */
export function mapTexts<T>(value: T, form: (text: string) => string): T {
  if (typeof value === 'string') return form(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return mapElements(value as unknown[], form) as T;
  const object = value as Record<string, unknown>;
  let changed: Record<string, unknown> | null = null;
  for (const key of Object.keys(object)) {
    const mapped = mapTexts(object[key], form);
    if (mapped !== object[key]) (changed ??= { ...object })[key] = mapped;
  }
  return (changed ?? object) as T;
}

function mapElements(list: readonly unknown[], form: (text: string) => string): readonly unknown[] {
  let changed: unknown[] | null = null;
  for (let n = 0; n < list.length; n++) {
    const mapped = mapTexts(list[n], form);
    if (mapped !== list[n]) (changed ??= [...list])[n] = mapped;
  }
  return changed ?? list;
}

const escaped = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
const between = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/**
 * Mappings of a character filter for words: combining marks that no letter has absorbed and invisible characters are
 * dropped, apostrophes are one. Marks of Indic, Hebrew and Arabic letters are other characters and stay.
 */
export const CHARACTER_FORMS: readonly string[] = [
  ...[...between(0x0300, 0x036f), ...between(0x1dc0, 0x1dff), ...between(0x20d0, 0x20f0), ...between(0xfe20, 0xfe2f)].map(
    (mark) => `${escaped(mark)} =>`,
  ),
  ...[0x00ad, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff].map((code) => `${escaped(code)} =>`),
  ...[0x2018, 0x2019, 0x201b, 0x02bc, 0x02b9, 0x2032, 0x055a, 0xff07, 0x0060, 0x00b4].map((code) => `${escaped(code)} => '`),
];
