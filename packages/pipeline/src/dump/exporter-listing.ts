import { NoDumpError } from './dump-errors.ts';

export type DumpFormat = 'json' | 'xml';

/** One version of a file that an exporter offers. */
export interface OfferedDump {
  /** `records-json.tar.gz`, `biosyslit/records-json.tar.gz` … */
  readonly key: string;
  readonly version: string;
  readonly created: Date;
  /** Bytes. */
  readonly size: number;
  /** `md5:…` */
  readonly checksum: string;
  /** The newest version of its key. */
  readonly isHead: boolean;
  /** Null for files that are no records, as the list of the deleted. */
  readonly format: DumpFormat | null;
  /** Slug of the community whose records alone are in it; null: all records. */
  readonly community: string | null;
  /** Where this version is; the key alone leads to whatever is newest. */
  readonly url: string;
}

/** The exporter of the InvenioRDM that answers OAI-PMH at this URL. */
export const exporterUrlOf = (baseURL: string): string => new URL('/api/exporter', baseURL).href;

/**
 * Reads the answer to `GET /api/exporter`: an object of lists of versions by key. Entries of another form are left out; links are not
 * followed but made, so that no listing leads to another host. By key, the newest version of each first. Pure.
 *
 * @throws NoDumpError if it is no such object
 */
export function readListing(value: unknown, exporterUrl: string): OfferedDump[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new NoDumpError(`${exporterUrl} does not list dumps as InvenioRDM's exporter does: ${useFile}`);
  return Object.entries(value)
    .flatMap(([key, versions]: [string, unknown]) =>
      Array.isArray(versions) ? versions.flatMap((it) => readVersion(key, it, exporterUrl)) : [],
    )
    .toSorted((a, b) => (a.key === b.key ? b.created.getTime() - a.created.getTime() : a.key < b.key ? -1 : 1));
}

export const useFile = 'download the file yourself and name it with --from-dump FILE, or harvest over OAI-PMH without --from-dump';

function readVersion(key: string, value: unknown, exporterUrl: string): OfferedDump[] {
  const { version_id: version, created, size, checksum, is_head: isHead } = (value ?? {}) as Record<string, unknown>;
  const at = typeof created === 'string' ? new Date(created) : new Date(Number.NaN);
  const isKnown = typeof version === 'string' && typeof size === 'number' && typeof checksum === 'string' && !Number.isNaN(at.getTime());
  if (!isKnown || !/^[\w.-]+$/.test(version)) return [];
  const [, slug, format] = /^(?:(.+)\/)?records-(json|xml)\.tar\.gz$/.exec(key) ?? [];
  return [
    {
      key,
      version,
      created: at,
      size,
      checksum,
      isHead: isHead === true,
      format: format === undefined ? null : (format as DumpFormat),
      community: slug ?? null,
      url: `${exporterUrl}/${pathOfKey(key)}/${version}`,
    },
  ];
}

/** A key as part of a URL. */
export const pathOfKey = (key: string): string => key.split('/').map(encodeURIComponent).join('/');

export interface WantedDump {
  readonly format: DumpFormat;
  /** Slug; null: all records. */
  readonly community: string | null;
}

/** The key under which an exporter has a dump. */
export const dumpKey = ({ format, community }: WantedDump): string =>
  `${community === null ? '' : `${community}/`}records-${format}.tar.gz`;

/**
 * The newest dump of a format and community. Pure.
 *
 * @throws NoDumpError which names the dumps that are offered
 */
export function chooseDump(offered: readonly OfferedDump[], { format, community }: WantedDump): OfferedDump {
  const dumps = offered.filter((it) => it.format !== null);
  const [newest] = dumps
    .filter((it) => it.format === format && it.community === community)
    .toSorted((a, b) => b.created.getTime() - a.created.getTime());
  if (newest !== undefined) return newest;
  if (dumps.length === 0) throw new NoDumpError(`the exporter of this source offers no dumps of records: ${useFile}`);
  const otherFormat = dumps.find((it) => it.community === community);
  if (otherFormat !== undefined)
    throw new NoDumpError(
      `the exporter offers no ${format} dump of ${community === null ? 'all records' : community}, but one with --dump-format ${otherFormat.format}`,
    );
  const slugs = [...new Set(dumps.flatMap((it) => it.community ?? []))];
  const there = slugs.length === 0 ? 'it has none for single communities' : `it has them for ${slugs.join(', ')}`;
  throw new NoDumpError(
    community === null
      ? `the exporter offers no dump of all records, only with --community ${slugs.join(' or ')}`
      : `the exporter offers no dump of the community ${community} (${there}): leave out --community, or harvest it over OAI-PMH with --set user-${community}`,
  );
}
