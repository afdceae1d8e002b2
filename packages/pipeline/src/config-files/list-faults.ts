export type Path = readonly (string | number)[];

/** Reports a fault in a list, with its place. */
export type Report = (path: Path, message: string) => void;

export type Values = Readonly<Record<string, unknown>>;
export const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

export function checkKeys(values: Values, known: readonly string[], path: Path, report: Report): void {
  for (const key of Object.keys(values))
    if (!known.includes(key)) report([...path, key], `there is no ${JSON.stringify(key)} here, only ${known.join(', ')}`);
}

/** One member of a map: `absent` if it is not there, and if it is not what is wanted, which is reported. */
export type Read = <T>(key: string, parse: (given: unknown) => T | undefined, wanted: string, absent: T) => T;

export const reader =
  (values: Values, path: Path, report: Report): Read =>
  (key, parse, wanted, absent) => {
    if (values[key] === undefined || values[key] === null) return absent;
    const parsed = parse(values[key]);
    if (parsed === undefined) report([...path, key], `${JSON.stringify(values[key])} is not ${wanted}`);
    return parsed ?? absent;
  };

export const matching =
  (form: RegExp) =>
  (given: unknown): string | undefined =>
    typeof given === 'string' && form.test(given) ? given : undefined;
