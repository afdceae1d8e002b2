import mimeDb from 'mime-db/db.json' with { type: 'json' };

const known: Readonly<
  Record<string, { readonly compressible?: boolean; readonly source?: string; readonly extensions?: readonly string[] }>
> = mimeDb;

let types: ReadonlyMap<string, string> | undefined;

/** The media type of a file by the end of its name, `application/octet-stream` if that has none, as InvenioRDM does. */
export function mimeTypeOf(name: string): string {
  types ??= byExtension();
  return types.get(/\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '') ?? 'application/octet-stream';
}

/** Of several types with an extension one that IANA registered goes first. */
function byExtension(): Map<string, string> {
  const entries = Object.entries(known).toSorted(([, a], [, b]) => Number(b.source === 'iana') - Number(a.source === 'iana'));
  return new Map(entries.flatMap(([type, { extensions: ends = [] }]) => ends.map((one) => [one, type] as const)).toReversed());
}
