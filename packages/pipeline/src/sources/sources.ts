import { baseUrlOf, type Granularity, type OaiReply, parseDatestamp, parseIdentify, readReply, type Identify } from '@thresher/oai';
import type { Schedules } from './schedule.ts';
import type { Db } from '@thresher/store/database';
import { nearest } from '@thresher/search';
import { findSource, listSources, saveIdentity, saveSource, type Source } from '@thresher/store/harvest';

/** What a source may say about how it is harvested. Kept as JSON in `harvest.source.settings`. */
export interface SourceSettings {
  /** Requests per minute to begin with; the server's headers may change it. */
  readonly ratePerMinute?: number;
  /** Most lists walked at a time. */
  readonly concurrency?: number;
  /** How far an incremental harvest reaches back before the last one, in seconds: indexing lags. */
  readonly overlapSeconds?: number;
  /** How often the members of its sets are compared, in seconds; else small sets every time, large ones once a week. */
  readonly membershipEverySeconds?: number;
  /** After how long files and statistics are fetched again, in seconds; 30 days unless specified. */
  readonly enrichEverySeconds?: number;
  /** When it is harvested by itself. */
  readonly schedules?: Schedules;
  /** A token may be sent again after a lost answer: the server keeps no place in the list. */
  readonly tokensRepeatable?: boolean;
  /** False where the server does not look at `from` and `until`. */
  readonly selective?: boolean;
  /** What the server accepts in `from` and `until`, if that is not what it declares. */
  readonly granularity?: Granularity;
}

interface Preset extends SourceSettings {
  readonly name: string;
  readonly baseURL: string;
  readonly metadataPrefix: string;
}

/**
 * Repositories that are known by name. Zenodo's figures are those of its configuration since November 2025: 30 requests
 * per minute, and sets that are brought up to date hourly at the latest.
 */
export const presets: readonly Preset[] = [
  {
    name: 'zenodo',
    baseURL: 'https://zenodo.org/oai2d',
    metadataPrefix: 'oai_datacite',
    ratePerMinute: 30,
    concurrency: 4,
    overlapSeconds: 7_200,
  },
  { name: 'datacite', baseURL: 'https://oai.datacite.org/oai', metadataPrefix: 'oai_datacite', concurrency: 2 },
  { name: 'arxiv', baseURL: 'https://oaipmh.arxiv.org/oai', metadataPrefix: 'oai_dc', ratePerMinute: 20, concurrency: 1 },
];

/** What was given as a source is neither the name of one nor a URL. */
export class UnknownSourceError extends Error {
  override readonly name = 'UnknownSourceError';
}

/**
 * The source that a person means: one that is in the database, by name or base URL; one that is known by name; else a
 * base URL, which becomes a source named after its host.
 */
export async function resolveSource(db: Db, nameOrUrl: string, metadataPrefix: string | undefined): Promise<Source> {
  return (await resolveOrAdd(db, nameOrUrl, metadataPrefix)).source;
}

/** As `resolveSource`. `added`: it was not in the database before. */
export async function resolveOrAdd(
  db: Db,
  nameOrUrl: string,
  metadataPrefix: string | undefined,
): Promise<{ readonly source: Source; readonly added: boolean }> {
  const preset = presets.find((known) => known.name === nameOrUrl || known.baseURL === nameOrUrl);
  const baseURL = preset?.baseURL ?? (URL.canParse(nameOrUrl) ? baseUrlOf(nameOrUrl) : null);
  const found = (await findSource(db, nameOrUrl)) ?? (baseURL === null ? undefined : await findSource(db, baseURL));
  if (found !== undefined) return { source: found, added: false };
  if (baseURL === null) throw await unknownSource(db, nameOrUrl);
  const { name: _, baseURL: __, metadataPrefix: usual, ...settings } = preset ?? { name: '', baseURL: '', metadataPrefix: 'oai_datacite' };
  const source = await saveSource(db, {
    name: preset?.name ?? (await freeName(db, new URL(baseURL))),
    base_url: baseURL,
    metadata_prefix: metadataPrefix ?? usual,
    settings,
  });
  return { source, added: true };
}

/** How a source may be called. */
export const SOURCE_NAME = /^[A-Za-z0-9][\w.-]*$/;

/** If a source may be called this. */
export const isSourceName = (text: string): boolean => SOURCE_NAME.test(text);

/** A source that is in the database already, by name, base URL or the name it is known by. Throws UnknownSourceError. */
export async function existingSource(db: Db, nameOrUrl: string): Promise<Source> {
  const preset = presets.find((known) => known.name === nameOrUrl);
  const names = [nameOrUrl, preset?.baseURL, URL.canParse(nameOrUrl) ? baseUrlOf(nameOrUrl) : undefined];
  for (const name of names) {
    const found = name === undefined ? undefined : await findSource(db, name);
    if (found !== undefined) return found;
  }
  const near = nearestOf(nameOrUrl, await namesIn(db));
  throw new UnknownSourceError(`nothing was harvested from ${JSON.stringify(nameOrUrl)} yet: ${near}thresher status lists the sources`);
}

/** A repository as far as it is known, in the database or not. */
export interface KnownSource {
  readonly name: string;
  readonly baseURL: string;
  readonly metadataPrefix: string;
  readonly setSpecs: readonly string[];
  readonly settings: SourceSettings;
}

/** The source that a person means, as `resolveSource` finds it, without adding it to the database. Throws UnknownSourceError. */
export async function knownSource(db: Db | null, nameOrUrl: string): Promise<KnownSource> {
  const preset = presets.find((known) => known.name === nameOrUrl || known.baseURL === nameOrUrl);
  const baseURL = preset?.baseURL ?? (URL.canParse(nameOrUrl) ? baseUrlOf(nameOrUrl) : null);
  const found =
    db === null ? undefined : ((await findSource(db, nameOrUrl)) ?? (baseURL === null ? undefined : await findSource(db, baseURL)));
  if (found !== undefined)
    return {
      name: found.name,
      baseURL: found.base_url,
      metadataPrefix: found.metadata_prefix,
      setSpecs: found.set_specs,
      settings: settingsOf(found),
    };
  if (baseURL === null) throw await unknownSource(db, nameOrUrl);
  const {
    name,
    baseURL: _,
    metadataPrefix,
    ...settings
  } = preset ?? { name: new URL(baseURL).host, baseURL, metadataPrefix: 'oai_datacite' };
  return { name, baseURL, metadataPrefix, setSpecs: [], settings };
}

async function unknownSource(db: Db | null, nameOrUrl: string): Promise<UnknownSourceError> {
  const names = [...new Set([...(db === null ? [] : await namesIn(db)), ...presets.map(({ name }) => name)])];
  const near = nearestOf(nameOrUrl, names);
  return new UnknownSourceError(
    `there is no source ${JSON.stringify(nameOrUrl)}: ${near}give the base URL of its OAI-PMH endpoint, or one of ${names.join(', ')}`,
  );
}

const namesIn = async (db: Db): Promise<string[]> => (await listSources(db)).map(({ name }) => name);

/** A question before another sentence; empty if no name is near. */
function nearestOf(written: string, names: readonly string[]): string {
  const near = names.length === 0 ? null : nearest(written, names);
  return near === null ? '' : `did you mean ${near}? If not, `;
}

/** `zenodo.org`, `localhost-8085`; with a number behind it where the name is taken. */
async function freeName(db: Db, url: URL): Promise<string> {
  const wanted = url.host.replace(':', '-');
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}-${i}`;
    if ((await findSource(db, name)) === undefined) return name;
  }
}

export const settingsOf = (source: Source): SourceSettings => source.settings;

/** Stores what a repository answered to Identify. `responseDate` is the server's clock. Throws as `readReply` does. */
export async function saveIdentify(db: Db, source: Source, reply: OaiReply): Promise<Identify> {
  const identify = readReply(reply, parseIdentify);
  await saveIdentity(db, source.id, {
    repository_name: identify.repositoryName,
    granularity: identify.granularity,
    earliest_datestamp: parseDatestamp(identify.earliestDatestamp ?? ''),
    deleted_record: identify.deletedRecord,
  });
  return identify;
}
