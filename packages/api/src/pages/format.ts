const NUMBER = new Intl.NumberFormat('en');
const DAY = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' });
const TO_THE_MINUTE = { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const MOMENT = new Intl.DateTimeFormat('en', TO_THE_MINUTE);
const INSTANT = new Intl.DateTimeFormat('en', { ...TO_THE_MINUTE, timeZone: 'UTC' });

/** 8,091,746 */
export function count(number: number): string {
  return NUMBER.format(number);
}

/** `1 record`, `2 records`. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A publication date as it was written, whole days spelt out: `May 31, 2024`, but `2024-05` and `2024`. */
export function day(text: string): string {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return date === null || Number.isNaN(date.getTime()) ? text.replace('/', ' – ') : DAY.format(date);
}

/** An instant on this reader's clock. */
export function moment(iso: string): string {
  return MOMENT.format(new Date(iso));
}

/** `4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: two units at most. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.round(seconds);
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const first = units.findIndex(([size]) => whole >= size);
  if (first === -1) return '0 s';
  const parts = units.slice(first, first + 2).map(([size, unit], index) => {
    const larger = index === 0 ? Infinity : units[first]![0];
    return [Math.floor((whole % larger) / size), unit] as const;
  });
  return parts
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** 4,213 of 10,000 as `42 %`; never 100 % before all of it is there. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const rounded = Math.round((100 * part) / whole);
  return `${part < whole ? Math.min(rounded, 99) : rounded} %`;
}

/** `12 B`, `1.2 MB`: decimal units, as file managers have them. */
export function bytes(size: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), 5);
  const value = size / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${['B', 'kB', 'MB', 'GB', 'TB', 'PB'][power]}`;
}

/** `JournalArticle` as `Journal article`, `physicalobject` as `Physical object`. */
export function spelled(word: string): string {
  const known = SPELLED[word];
  if (known !== undefined) return known;
  const words = word.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const SPELLED: Readonly<Record<string, string>> = {
  physicalobject: 'Physical object',
  datamanagementplan: 'Data management plan',
  doi: 'DOI',
  URL: 'URL',
  ISBN: 'ISBN',
  ISSN: 'ISSN',
};

/** `eng` as `English`, another text as it is. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** HTML wants `de` for what repositories write as `deu`, and knows no `German`; null for what is no language. */
export function htmlLang(lang: unknown): string | null {
  try {
    return typeof lang === 'string' ? (Intl.getCanonicalLocales(lang)[0] ?? null) : null;
  } catch {
    return null;
  }
}

/** An instant in UTC, for pages that do not know the reader's clock: `May 31, 2024, 10:00 UTC`. */
export function instant(iso: string): string {
  return `${INSTANT.format(new Date(iso))} UTC`;
}

const ACCESS: Readonly<Record<string, string>> = { open: 'Open', embargoed: 'Embargoed', restricted: 'Restricted', closed: 'Closed' };

/** Access to the files in a word. */
export function accessLabel(right: string): string {
  return ACCESS[right] ?? right;
}

/** What kind of thing a record is: `Journal article`, `Dataset`; null if unknown. */
export function typeLabel(type: { readonly title?: string | null; readonly type?: string | null } | null | undefined): string | null {
  return type?.title ?? (type?.type ? spelled(type.type) : null);
}

/** A sentence of the API at the beginning of a line, with its full stop. */
export function sentence(text: string): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}${/[.!?…]$/.test(text) ? '' : '.'}`;
}
