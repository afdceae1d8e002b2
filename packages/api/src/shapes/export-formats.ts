import {
  type RecordMetadata,
  toBibtex,
  toCff,
  toCodemeta,
  toCslJson,
  toDataciteJson,
  toDataciteXml,
  toDcat,
  toGeoJson,
  toMarcXml,
  toOaiDc,
  toRis,
  toSchemaOrg,
} from '@thresher/datacite';
import { csvHead, toCsvLine } from './csv.ts';
import { toFiles } from './files-and-stats.ts';
import { recordLinks, recordPath } from './links.ts';
import type { ExportableRecord, RecordFacts } from './record-facts.ts';
import { landingSignposts, type Link, MOST_OF_A_KIND, signpostsOf, writeLink } from './signposts.ts';
import { toZenodoRecord } from './to-zenodo-record.ts';

interface Format {
  readonly label: string;
  readonly mediaType: string;
  /** `origin` is where this API is reached. */
  readonly render: (record: ExportableRecord, origin: string) => string;
}

/** The formats of `/api/records/{id}/export/{format}`, by Zenodo's names where it has them. */
export const EXPORT_FORMATS = {
  json: { label: 'JSON', mediaType: 'application/json', render: (record, origin) => toJson(toZenodoRecord(record, origin)) },
  normalised: {
    label: 'Normalised JSON',
    mediaType: 'application/json',
    render: (record, origin) => toJson(toNormalisedRecord(record, origin)),
  },
  'datacite-json': {
    label: 'DataCite JSON',
    mediaType: 'application/vnd.datacite.datacite+json',
    render: ({ metadata }) => toJson(toDataciteJson(metadata)),
  },
  'datacite-xml': {
    label: 'DataCite XML',
    mediaType: 'application/vnd.datacite.datacite+xml',
    render: ({ metadata }) => toDataciteXml(metadata),
  },
  dublincore: { label: 'Dublin Core', mediaType: 'application/xml', render: ({ metadata }) => toOaiDc(metadata) },
  'dcat-ap': {
    label: 'DCAT',
    mediaType: 'application/dcat+xml',
    render: ({ metadata, fetched }) => toDcat(metadata, fetched?.files ?? null),
  },
  geojson: { label: 'GeoJSON', mediaType: 'application/vnd.geo+json', render: ({ metadata }) => toJson(toGeoJson(metadata)) },
  marcxml: { label: 'MARCXML', mediaType: 'application/marcxml+xml', render: ({ metadata }) => toMarcXml(metadata) },
  bibtex: { label: 'BibTeX', mediaType: 'application/x-bibtex', render: ({ metadata }) => toBibtex(metadata) },
  ris: { label: 'RIS', mediaType: 'application/x-research-info-systems', render: ({ metadata }) => toRis(metadata) },
  csl: { label: 'CSL JSON', mediaType: 'application/vnd.citationstyles.csl+json', render: ({ metadata }) => toJson(toCslJson(metadata)) },
  'json-ld': { label: 'schema.org', mediaType: 'application/ld+json', render: ({ metadata }) => toJson(toSchemaOrg(metadata)) },
  codemeta: { label: 'CodeMeta', mediaType: 'application/vnd.codemeta.ld+json', render: ({ metadata }) => toJson(toCodemeta(metadata)) },
  cff: { label: 'Citation File Format', mediaType: 'application/vnd.cff+yaml', render: ({ metadata }) => toCff(metadata) },
  csv: { label: 'CSV', mediaType: 'text/csv', render: (record, origin) => `${csvHead}${toCsvLine(record, origin)}` },
  linkset: { label: 'Links (RFC 9264)', mediaType: 'application/linkset', render: toLinkset },
  'linkset-json': {
    label: 'Links (RFC 9264) as JSON',
    mediaType: 'application/linkset+json',
    render: toJsonLinkset,
  },
} as const satisfies Readonly<Record<string, Format>>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

/** The media types of a record by the names of `/export/{format}`. */
const mediaTypes = (): (readonly [name: string, mediaType: string])[] =>
  Object.entries(EXPORT_FORMATS).map(([name, { mediaType }]) => [name, mediaType]);

/** The related addresses of a record as a `Link` header: see `signpostsOf`. */
export function signposts(record: RecordFacts, origin: string): string {
  return header(signpostsOf(record, origin, mediaTypes()));
}

/** The same for its page, which has types, authors, licences and files too. */
export function pageSignposts(record: ExportableRecord, origin: string): string {
  const linkset = `${origin}/api/records/${recordPath(record)}/export/linkset`;
  return header([
    ...signpostsOf(record, origin, mediaTypes()),
    ...landingSignposts({ metadata: record.metadata, files: toFiles(record.fetched) ?? [] }, MOST_OF_A_KIND),
    { href: linkset, rel: 'linkset', type: 'application/linkset' },
  ]);
}

function header(links: readonly Link[]): string {
  return links.flatMap((link) => writeLink(link) ?? []).join(', ');
}

/** All of them as a document, in which each link names its anchor. */
function toLinkset(record: ExportableRecord, origin: string): string {
  const { self } = recordLinks(record, origin);
  return allSignposts(record, origin)
    .flatMap((link) => writeLink(link) ?? [])
    .map((link) => `${link}; anchor="${self}"`)
    .join(',\n');
}

/** The same as JSON, by relation. */
function toJsonLinkset(record: ExportableRecord, origin: string): string {
  const byRelation = Map.groupBy(allSignposts(record, origin), ({ rel }) => rel);
  const targets = [...byRelation].map(([rel, links]) => [
    rel,
    links.map(({ href, type }) => ({ href, ...(type !== undefined && { type }) })),
  ]);
  return toJson({ linkset: [{ anchor: recordLinks(record, origin)['self'], ...Object.fromEntries(targets) }] });
}

function allSignposts(record: ExportableRecord, origin: string): Link[] {
  const landing = landingSignposts({ metadata: record.metadata, files: toFiles(record.fetched) ?? [] });
  return [...signpostsOf(record, origin, mediaTypes()), ...landing];
}

/** A record as Thresher stores it: everything that the source states, normalised. */
export interface NormalisedRecord {
  readonly oaiIdentifier: string;
  readonly datestamp: string | null;
  readonly setSpecs: readonly string[];
  readonly revision: number;
  readonly firstSeenAt: string;
  readonly changedAt: string;
  readonly links: Readonly<Record<string, string>>;
  readonly metadata: RecordMetadata;
}

/** Pure; `origin` is where this API is reached. */
export function toNormalisedRecord(record: ExportableRecord, origin: string): NormalisedRecord {
  const { oaiIdentifier, datestamp, setSpecs, revision, firstSeenAt, changedAt, metadata } = record;
  return { oaiIdentifier, datestamp, setSpecs, revision, firstSeenAt, changedAt, links: recordLinks(record, origin), metadata };
}

function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
