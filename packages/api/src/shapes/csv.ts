import { csvLine } from '@thresher/datacite';
import type { ExportableRecord } from './record-facts.ts';
import { toFlatRecord } from './to-flat-record.ts';

type Flat = ReturnType<typeof toFlatRecord>;

/** Several values in a cell. */
const many = (values: readonly (string | null | undefined)[]): string => values.filter((value) => value).join('; ');

const COLUMNS: Readonly<Record<string, (record: Flat) => string | number | null | undefined>> = {
  id: (it) => it.id,
  doi: (it) => it.doi,
  concept_doi: (it) => it.concept_doi,
  url: (it) => it.url,
  title: (it) => it.title,
  creators: (it) => many(it.creators.map((one) => one.name)),
  orcids: (it) => many(it.creators.map((one) => one.orcid)),
  publication_date: (it) => it.publication_date,
  type: (it) => it.resource_type.type,
  subtype: (it) => it.resource_type.subtype,
  version: (it) => it.version,
  language: (it) => it.language,
  access_right: (it) => it.access_right,
  license: (it) => it.license,
  keywords: (it) => many(it.keywords),
  communities: (it) => many(it.communities),
  grants: (it) => many(it.grants.map((one) => one.internal_id)),
  description: (it) => it.description,
  files: (it) => it.files && many(it.files.map((file) => file.key)),
  downloads: (it) => it.stats.downloads,
  views: (it) => it.stats.views,
  updated_at: (it) => it.updated_at,
};

/** The names of the columns. */
export const csvHead = csvLine(Object.keys(COLUMNS));

/** A record as one line of CSV. Several values share a cell, separated by semicolons. */
export function toCsvLine(record: ExportableRecord, origin: string): string {
  // A cell has the plain text, not the HTML.
  const flat = { ...toFlatRecord(record, undefined, origin), description: record.metadata.description };
  return csvLine(Object.values(COLUMNS).map((read) => read(flat)));
}
