/** An ISO 8601 instant in UTC as Zenodo writes it: `2024-05-31T10:00:00+00:00`, with microseconds only if there are any. Pure. */
export function zenodoInstant(iso: string | null): string | null {
  return iso && iso.replace(/\.000Z$/, 'Z').replace(/(?:\.(\d{3}))?Z$/, (_, ms?: string) => `${ms === undefined ? '' : `.${ms}000`}+00:00`);
}
