/** A bound of a window as a request gave it. */
export interface DateArgument {
  /** Milliseconds since 1970 of the instant that was written. */
  readonly ms: number;
  readonly kind: 'day' | 'time';
  /** Written with a fraction of a second: then it is exact, otherwise it stands for its whole second. */
  readonly exact: boolean;
  /** As Zenodo echoes it. */
  readonly echo: string;
}

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Reads a day, a time with or without seconds, fraction and zone; null for anything else, 2019-02-30 included.
 * Zenodo's parser also guesses at `2019` or `15 June 2019`; this one does not.
 */
export function parseDateArgument(text: string): DateArgument | null {
  const match = SHAPE.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction, zone = 'Z'] = match;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const local = Date.parse(`${written}Z`);
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return null;
  const ms = local - zoneOffset(zone) + (fraction === undefined ? 0 : Math.floor(Number(fraction) * 1000));
  // The zone is honoured in the search but the echo carries the written time as if it were UTC.
  return { ms, kind: match[4] === undefined ? 'day' : 'time', exact: fraction !== undefined, echo: `${written}Z` };
}

function zoneOffset(zone: string): number {
  if (zone === 'Z') return 0;
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)/.exec(zone) as unknown as [string, string, string, string];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
