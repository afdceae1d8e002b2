import { type JsonObject, countOf, isObject, lineOf, objectOf, objectsOf, textOf } from './json.ts';

/** What InvenioRDM's JSON says of a record and `oai_datacite` does not. Null: not said; an empty list: there are none. */
export interface RdmFacts {
  /** Null if the source does not show them: restricted and embargoed files. */
  readonly files: readonly RdmFile[] | null;
  readonly stats: RdmStats | null;
  readonly references: readonly RdmReference[];
  /** ISO 639-3 codes, all of them. */
  readonly languages: readonly string[];
  /** Every value of every custom field, in the order of the source. */
  readonly customFields: readonly RdmCustomField[];
  readonly communities: readonly RdmCommunity[];
  /** Of the funding, what has an award. */
  readonly awards: readonly RdmAward[];
  /** Of the creators, those with a role. */
  readonly creatorRoles: readonly RdmCreatorRole[];
  /** The description as HTML, as the source sends it: not to be shown without being sanitised. */
  readonly descriptionHtml: string | null;
  readonly journal: {
    readonly title: string | null;
    readonly volume: string | null;
    readonly issue: string | null;
    readonly pages: string | null;
    readonly issn: string | null;
  };
  readonly imprint: {
    readonly title: string | null;
    readonly isbn: string | null;
    readonly pages: string | null;
    readonly place: string | null;
    readonly edition: string | null;
  };
  readonly thesisUniversity: string | null;
  readonly meetingTitle: string | null;
  /** When the record was made, ISO 8601. */
  readonly createdAt: string | null;
  /** From 1. */
  readonly versionIndex: number | null;
  readonly isLatest: boolean | null;
  /** Software Heritage id: `swh:1:…`. */
  readonly swhid: string | null;
  /** `YYYY-MM-DD`; may lie in the past. */
  readonly embargoUntil: string | null;
  /** `metadata-only` is distinguished from closed here. */
  readonly accessStatus: string | null;
}

/** A file of a record. `size` is in bytes. */
export interface RdmFile {
  readonly key: string;
  readonly fileId: string | null;
  /** Bytes. */
  readonly size: number | null;
  /** Algorithm and digest: `md5:…`. */
  readonly checksum: string | null;
  readonly mimetype: string | null;
  /** As the source reports it: the extension of the name, `bin` for some. */
  readonly fileType: string | null;
  /** Where the content is; made from `links.files` if the entry does not name it. */
  readonly url: string | null;
}

/** Counts of use, as InvenioRDM counts them. Null: not stated. */
export interface RdmCounts {
  readonly views: number | null;
  readonly uniqueViews: number | null;
  readonly downloads: number | null;
  readonly uniqueDownloads: number | null;
  /** Bytes. */
  readonly volume: number | null;
}

/** Views and downloads: of this version, and of all versions together. */
export interface RdmStats {
  readonly allVersions: RdmCounts;
  readonly thisVersion: RdmCounts;
}

/** A cited work: its text, and its identifier if the source recognised one. */
export interface RdmReference {
  readonly reference: string;
  readonly identifier: string | null;
  readonly scheme: string | null;
}

/** One value of a custom field. A field with several values has several of these. */
export interface RdmCustomField {
  /** With its prefix: `dwc:family`. */
  readonly field: string;
  /** From 0 within its field. */
  readonly position: number;
  /** What a person would read: the text, the number, a title or an id. Null for objects that have none. */
  readonly value: string | null;
  /** The value as it came. */
  readonly json: unknown;
  /** Whether its field is a list. */
  readonly inList: boolean;
}

/** A community as InvenioRDM's JSON of a record describes it. Null: not stated there. */
export interface RdmCommunity {
  readonly slug: string;
  readonly uuid: string | null;
  readonly title: string | null;
  readonly type: string | null;
  readonly website: string | null;
  readonly organizations: readonly string[];
  /** Funders and awards as they came: `{"funder": {"id": "00k4n6c32"}}`. */
  readonly funding: readonly Readonly<Record<string, unknown>>[];
  /** Plain text. Replies for single records have it; dumps and lists do not. */
  readonly description: string | null;
  /** HTML, not to be shown without being sanitised; in replies for single records only. */
  readonly curationPolicy: string | null;
  /** HTML of the page about the community, as `curationPolicy`. */
  readonly page: string | null;
}

/** An award as the vocabulary of the source describes it. */
export interface RdmAward {
  /** Place in `metadata.funding`, from 0. */
  readonly position: number;
  /** ROR id, or what the source has instead. */
  readonly funderId: string | null;
  readonly funderName: string | null;
  /** Name of the award in the vocabulary: `00k4n6c32::101135562`. Null for one that the depositor described. */
  readonly awardId: string | null;
  readonly number: string | null;
  /** English if there is such a title, else the first one. */
  readonly title: string | null;
  /** Language of the title as the source has it: `en`. */
  readonly titleLanguage: string | null;
  readonly acronym: string | null;
  /** Funding programme: `HORIZON.2.6`. */
  readonly program: string | null;
  readonly url: string | null;
  /** As the source writes it. */
  readonly doi: string | null;
}

/** The role of a creator, which DataCite has for contributors only. `position` is the place among the creators, from 0. */
export interface RdmCreatorRole {
  /** Place in `metadata.creators`, from 0. */
  readonly position: number;
  readonly name: string;
  /** Id in the vocabulary of roles: `projectleader`. */
  readonly role: string;
}

/**
 * Whether an object is a record of InvenioRDM: Zenodo's legacy form has its files in a list and neither a parent nor PIDs.
 */
export const isRdmRecord = (json: unknown): json is JsonObject =>
  isObject(json) && !Array.isArray(json['files']) && (isObject(json['files']) || isObject(json['parent']) || isObject(json['pids']));

/** Reads them; a value that is not as expected counts as absent. */
export function readFacts(record: JsonObject): RdmFacts {
  const metadata = objectOf(record['metadata']);
  const custom = objectOf(record['custom_fields']);
  const access = objectOf(record['access']);
  const versions = objectOf(record['versions']);
  const texts = <K extends string>(of: unknown, ...keys: K[]) =>
    Object.fromEntries(keys.map((key) => [key, lineOf(objectOf(of)[key])])) as Record<K, string | null>;
  return {
    files: readFiles(record),
    stats: readStats(record['stats']),
    references: objectsOf(metadata['references']).flatMap(readReference),
    languages: objectsOf(metadata['languages']).flatMap(({ id }) => lineOf(id) ?? []),
    customFields: Object.entries(custom).flatMap(([field, value]) => readCustomField(field, value)),
    communities: objectsOf(objectOf(objectOf(record['parent'])['communities'])['entries']).flatMap(readCommunity),
    awards: objectsOf(metadata['funding']).flatMap(readAward),
    creatorRoles: objectsOf(metadata['creators']).flatMap(readCreatorRole),
    descriptionHtml: textOf(metadata['description']),
    journal: texts(custom['journal:journal'], 'title', 'volume', 'issue', 'pages', 'issn'),
    imprint: texts(custom['imprint:imprint'], 'title', 'isbn', 'pages', 'place', 'edition'),
    thesisUniversity: lineOf(objectOf(custom['thesis:thesis'])['university']) ?? lineOf(custom['thesis:university']),
    meetingTitle: lineOf(objectOf(custom['meeting:meeting'])['title']),
    createdAt: instantOf(record['created']),
    versionIndex: countOf(versions['index']),
    isLatest: typeof versions['is_latest'] === 'boolean' ? versions['is_latest'] : null,
    swhid: lineOf(objectOf(record['swh'])['swhid']),
    embargoUntil: /^\d{4}-\d\d-\d\d$/.exec(lineOf(objectOf(access['embargo'])['until']) ?? '')?.[0] ?? null,
    accessStatus: lineOf(access['status']),
  };
}

function instantOf(value: unknown): string | null {
  const text = lineOf(value);
  return text === null || Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString();
}

/** InvenioRDM has an object by file name; `files.order` says in which order, if the depositor chose one. */
function readFiles(record: JsonObject): RdmFile[] | null {
  const { entries, order } = objectOf(record['files']);
  const below = lineOf(objectOf(record['links'])['files']) ?? filesAtZenodo(record);
  if (!isObject(entries)) return null;
  const keys = Object.keys(entries).filter((key) => isObject(entries[key]));
  const first = Array.isArray(order) ? order.filter((key): key is string => typeof key === 'string' && keys.includes(key)) : [];
  return [...new Set([...first, ...keys])].flatMap((key) => readFile(key, entries[key] as JsonObject, below));
}

/** The address of the files of a Zenodo record whose JSON comes without links; null for any other. */
function filesAtZenodo(record: JsonObject): string | null {
  const identifier = lineOf(objectOf(objectOf(record['pids'])['oai'])['identifier']);
  const [, host, number] = /^oai:((?:sandbox\.)?zenodo\.org):(\d+)$/.exec(identifier ?? '') ?? [];
  return host === undefined ? null : `https://${host}/api/records/${number}/files`;
}

function readFile(name: string, file: JsonObject, below: string | null): RdmFile[] {
  const key = textOf(file['key']) ?? textOf(name);
  if (key === null) return [];
  return [
    {
      key,
      fileId: lineOf(file['id']),
      size: countOf(file['size']),
      checksum: lineOf(file['checksum']),
      mimetype: lineOf(file['mimetype']),
      fileType: lineOf(file['ext']),
      url: lineOf(objectOf(file['links'])['content']) ?? (below === null ? null : `${below}/${encodeURIComponent(key)}/content`),
    },
  ];
}

function readStats(value: unknown): RdmStats | null {
  const { all_versions: all, this_version: own } = objectOf(value);
  return isObject(all) && isObject(own) ? { allVersions: readCounts(all), thisVersion: readCounts(own) } : null;
}

const readCounts = (counts: JsonObject): RdmCounts => ({
  views: countOf(counts['views']),
  uniqueViews: countOf(counts['unique_views']),
  downloads: countOf(counts['downloads']),
  uniqueDownloads: countOf(counts['unique_downloads']),
  volume: countOf(counts['data_volume']),
});

function readReference({ reference, identifier, scheme }: JsonObject): RdmReference[] {
  const text = lineOf(reference) ?? lineOf(identifier);
  return text === null ? [] : [{ reference: text, identifier: lineOf(identifier), scheme: lineOf(scheme) }];
}

/** A list has one row a value, anything else is one value; empty values are left out. */
function readCustomField(field: string, value: unknown): RdmCustomField[] {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  return values
    .filter((json) => json !== null && json !== '' && !(isObject(json) && Object.keys(json).length === 0))
    .map((json, position) => ({
      field,
      position,
      value: readableValue(json),
      json: bounded(json, DEEPEST),
      inList: Array.isArray(value),
    }));
}

/** Real fields have up to four levels; what follows the value calls itself for each. */
const DEEPEST = 50;

/** The same down to a depth, with null for what lies deeper. */
function bounded(json: unknown, levels: number): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (levels === 0) return null;
  if (Array.isArray(json)) return json.map((one) => bounded(one, levels - 1));
  return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, bounded(one, levels - 1)]));
}

/** What a person would read of a value of a custom field: the text, the number, a title or an id. Null for objects that have none. */
export function readableValue(json: unknown): string | null {
  if (!isObject(json)) return lineOf(json) ?? (typeof json === 'boolean' ? String(json) : null);
  const title = json['title'];
  return lineOf(objectOf(title)['en']) ?? lineOf(title) ?? lineOf(json['term']) ?? lineOf(json['university']) ?? lineOf(json['id']);
}

function readCommunity(entry: JsonObject): RdmCommunity[] {
  const slug = lineOf(entry['slug']);
  if (slug === null) return [];
  const { title, type, website, organizations, funding, description, curation_policy: curationPolicy, page } = objectOf(entry['metadata']);
  return [
    {
      slug,
      uuid: lineOf(entry['id']),
      title: lineOf(title),
      type: lineOf(objectOf(type)['id']),
      website: lineOf(website),
      organizations: objectsOf(organizations).flatMap(({ name }) => lineOf(name) ?? []),
      funding: objectsOf(funding).map((one) => bounded(one, DEEPEST) as JsonObject),
      description: textOf(description),
      curationPolicy: textOf(curationPolicy),
      page: textOf(page),
    },
  ];
}

function readAward({ funder, award }: JsonObject, position: number): RdmAward[] {
  const { id, number, title, acronym, program, identifiers } = objectOf(award);
  const identifierOf = (scheme: string) => lineOf(objectsOf(identifiers).find((one) => one['scheme'] === scheme)?.['identifier']);
  const [language, text] = titleOf(title) ?? [null, null];
  const read = {
    awardId: lineOf(id),
    number: lineOf(number),
    title: text,
    titleLanguage: language,
    acronym: lineOf(acronym),
    program: lineOf(program),
    url: identifierOf('url'),
    doi: identifierOf('doi'),
  };
  if (Object.values(read).every((value) => value === null)) return [];
  const { id: funderId, name } = objectOf(funder);
  return [{ position, funderId: lineOf(funderId), funderName: lineOf(name), ...read }];
}

/** The English title, else the first that is not blank. */
function titleOf(title: unknown): readonly [language: string, text: string] | undefined {
  const titles = Object.entries(objectOf(title)).flatMap(([language, value]) => {
    const text = lineOf(value);
    return text === null ? [] : [[language, text] as const];
  });
  return titles.find(([language]) => language === 'en') ?? titles[0];
}

function readCreatorRole({ person_or_org: person, role }: JsonObject, position: number): RdmCreatorRole[] {
  const [name, id] = [lineOf(objectOf(person)['name']), lineOf(objectOf(role)['id'])];
  return name === null || id === null ? [] : [{ position, name, role: id }];
}
