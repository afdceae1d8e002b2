/**
 * A date in words or national spelling as EDTF, which says of it what is certain: `5 March 2021` is `2021-03-05`, `1990s` is `199X`,
 * `05/03/2021` may be March or May and is `2021-03-05/2021-05-03`. Null if the text is no such date. Month names in English,
 * German, French, Spanish, Portuguese, Italian and Dutch, whole or by their first three letters.
 */
export function proseToEdtf(text: string): string | null {
  const bare = plain(text);
  return oneDate(bare) ?? years(bare) ?? between(bare);
}

/** Without accents, brackets, remarks and uncertainty (`[c. 1923]`, `©2019`, `Friday, 5th of March 2021`). */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[[\]()?©]/g, ' ')
    .replace(/[\u2010-\u2015]/g, '-')
    .trim()
    .replace(/^(?:circa|ca|c|cop|copyright|approx|about|around|um|vers|published|issued)(?:\.\s*|\s+|(?=\d))/, '')
    .replace(/^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[,.]?\s*/, '')
    .replace(/\b(\d{1,2})(?:st|nd|rd|th|er|\u00ba|\u00aa)\b(?!\s*(?:c\b|century))/g, '$1')
    .replace(/\b(?:of|de|del|di|the|du)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const MONTHS: readonly (readonly string[])[] = [
  ['january', 'januar', 'janvier', 'enero', 'janeiro', 'gennaio', 'januari', 'janner'],
  ['february', 'februar', 'fevrier', 'febrero', 'fevereiro', 'febbraio', 'februari'],
  ['march', 'marz', 'maerz', 'mars', 'marzo', 'marco', 'maart'],
  ['april', 'avril', 'abril', 'aprile'],
  ['may', 'mai', 'mayo', 'maio', 'maggio', 'mei'],
  ['june', 'juni', 'juin', 'junio', 'junho', 'giugno'],
  ['july', 'juli', 'juillet', 'julio', 'julho', 'luglio'],
  ['august', 'aout', 'agosto', 'augustus'],
  ['september', 'septembre', 'septiembre', 'setembro', 'settembre', 'setiembre', 'sept'],
  ['october', 'oktober', 'octobre', 'octubre', 'outubro', 'ottobre'],
  ['november', 'novembre', 'noviembre', 'novembro'],
  ['december', 'dezember', 'decembre', 'diciembre', 'dezembro', 'dicembre'],
];
/** `juin` and `juillet` share their first letters, so French ones count by four. */
const BY_NAME: ReadonlyMap<string, string> = new Map(
  MONTHS.flatMap((names, n) =>
    names.flatMap((name) =>
      [name, name.slice(0, 4), ...(name.startsWith('jui') ? [] : [name.slice(0, 3)])].map((key) => [key, twoDigits(n + 1)] as const),
    ),
  ),
);
const MONTH = `(${[...BY_NAME.keys()].toSorted((a, b) => b.length - a.length).join('|')})\\b\\.?`;
const DAY_FIRST = new RegExp(`^(\\d{1,2})[.,]?[\\s-]*${MONTH}[\\s,-]*(\\d{4})$`);
const MONTH_FIRST = new RegExp(`^${MONTH}\\s*(\\d{1,2})\\s*[,.]?\\s+(\\d{4})$`);
const YEAR_FIRST = new RegExp(`^(\\d{4})[\\s,/-]*${MONTH}\\s*(\\d{1,2})?$`);
const MONTH_YEAR = new RegExp(`^${MONTH}[\\s,/-]*(\\d{4})$`);
const WITH_POINTS = /^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})$/;
const YEAR_WITH_POINTS = /^(\d{4})\.(\d{1,2})(?:\.(\d{1,2}))?\.?$/;
const WITH_SLASHES = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/;
const MONTH_NUMBER_YEAR = /^(\d{1,2})\/(\d{4})$/;
const TIMESTAMP = /^(\d{4})(\d{2})(\d{2})\d{2,6}$/;

function oneDate(text: string): string | null {
  let parts = DAY_FIRST.exec(text);
  if (parts !== null) return joined(parts[3]!, BY_NAME.get(parts[2]!)!, parts[1]);
  parts = MONTH_FIRST.exec(text);
  if (parts !== null) return joined(parts[3]!, BY_NAME.get(parts[1]!)!, parts[2]);
  parts = YEAR_FIRST.exec(text);
  if (parts !== null) return joined(parts[1]!, BY_NAME.get(parts[2]!)!, parts[3]);
  parts = MONTH_YEAR.exec(text);
  if (parts !== null) return joined(parts[2]!, BY_NAME.get(parts[1]!)!, undefined);
  parts = WITH_POINTS.exec(text);
  if (parts !== null) return joined(parts[3]!, parts[2]!, parts[1]);
  parts = YEAR_WITH_POINTS.exec(text) ?? TIMESTAMP.exec(text);
  if (parts !== null) return joined(parts[1]!, parts[2]!, parts[3]);
  parts = MONTH_NUMBER_YEAR.exec(text);
  if (parts !== null) return joined(parts[2]!, parts[1]!, undefined);
  parts = WITH_SLASHES.exec(text);
  return parts === null ? null : eitherWay(parts[3]!, Number(parts[1]), Number(parts[2]));
}

/** Day and month, or month and day: both, if both can be. */
function eitherWay(year: string, one: number, other: number): string | null {
  if (one > 12 && other > 12) return null;
  if (one > 12 || one === other) return joined(year, String(other), String(one));
  if (other > 12) return joined(year, String(one), String(other));
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return `${joined(year, String(low), String(high))}/${joined(year, String(high), String(low))}`;
}

const DECADE = /^(\d{3})0\s?'?s$/;
const CENTURY = /^(\d{1,2})(?:st|nd|rd|th)?\.?\s*(?:century|c\.|jahrhundert|siecle|siglo|secolo|seculo|eeuw)$/;
const ANNO_DOMINI = /^(?:(?:ad|ce)\s*(\d{1,4})|(\d{1,4})\s*(?:a\.?d|c\.?e)\.?)$/;
const SCHOOL_YEAR = /^(\d{2})(\d{2})[/-](\d{2})$/;
const SEASON =
  /^(?:early|mid|late|spring|summer|autumn|fall|winter|fruhjahr|sommer|herbst|primavera|verano|otono|invierno)[\s-]+(\d{4})(?:[/-]\d{2,4})?$/;

function years(text: string): string | null {
  let parts = DECADE.exec(text);
  if (parts !== null) return `${parts[1]}X`;
  parts = CENTURY.exec(text);
  if (parts !== null && Number(parts[1]) > 0)
    return `${fourDigits((Number(parts[1]) - 1) * 100 + 1)}/${fourDigits(Number(parts[1]) * 100)}`;
  parts = ANNO_DOMINI.exec(text);
  if (parts !== null) return (parts[1] ?? parts[2]!).padStart(4, '0');
  parts = SCHOOL_YEAR.exec(text);
  if (parts !== null && Number(parts[3]) > Number(parts[2])) return `${parts[1]}${parts[2]}/${parts[1]}${parts[3]}`;
  return SEASON.exec(text)?.[1] ?? (/^\d{4}$/.test(text) ? text : null);
}

const RANGE = /^(.*\S)\s*(?:\bto\b|\bbis\b|\band\b|\bund\b|\s-\s|(?<=\d{4})-(?=\d{4}))\s*(\S.*)$/;

function between(text: string): string | null {
  const parts = RANGE.exec(text.replace(/^(?:from|between|von|zwischen)\s+/, ''));
  if (parts === null) return null;
  const sides = [parts[1]!, parts[2]!].map((side) => (/^\d{4}(?:-\d{2}){0,2}$/.test(side) ? side : (oneDate(side) ?? years(side))));
  return sides.some((side) => side === null || side.includes('/')) ? null : sides.join('/');
}

function joined(year: string, month: string, day: string | undefined): string {
  return [year, twoDigits(Number(month)), ...(day === undefined ? [] : [twoDigits(Number(day))])].join('-');
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function fourDigits(number: number): string {
  return String(number).padStart(4, '0');
}
