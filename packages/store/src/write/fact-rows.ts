import { hash } from 'node:crypto';
import type { RdmCommunity, RdmCounts, RdmFacts } from '@thresher/datacite';
import type { PoolClient } from 'pg';
import { copyLine, copyRowLine, copyRows, type CopyValue } from '../database/copy-rows.ts';
import { toSqlDate, toSqlInt, toStorable } from '../database/sql-values.ts';
import { canonicalJson } from './metadata-hash.ts';
import { statNames } from './stat-names.ts';

/** The facts of one record: what its JSON has and its `oai_datacite` has not. */
export interface FactsOfRecord {
  readonly oaiIdentifier: string;
  readonly facts: RdmFacts;
}

/** The columns of `record` that facts fill, with their types, apart from their time and hash. */
export const factColumns = {
  description_html: 'text',
  created_at: 'timestamptz',
  version_index: 'int',
  swhid: 'text',
  embargo_until: 'date',
  access_status: 'text',
  journal_title: 'text',
  journal_volume: 'text',
  journal_issue: 'text',
  journal_pages: 'text',
  journal_issn: 'text',
  imprint_title: 'text',
  imprint_isbn: 'text',
  imprint_pages: 'text',
  imprint_place: 'text',
  imprint_edition: 'text',
  thesis_university: 'text',
  meeting_title: 'text',
} as const;

/** The columns of `record_stats` that count, with their types. */
export const countColumns: Readonly<Record<string, string>> = {
  file_count: 'int',
  total_size: 'bigint',
  ...Object.fromEntries(statNames.map((name) => [name, 'bigint'])),
};

/** The tables that hold the lists among the facts, with their columns except `record_id`. */
const factListColumns = {
  record_file: ['position', 'key', 'file_id', 'size', 'checksum', 'mimetype', 'url'],
  record_language: ['position', 'language'],
  record_custom_field: ['field', 'position', 'value', 'json', 'in_list'],
  record_award: [
    'position',
    'funder_id',
    'funder_name',
    'award_id',
    'award_number',
    'title',
    'title_language',
    'acronym',
    'program',
    'url',
    'doi',
  ],
  record_creator_role: ['position', 'name', 'role'],
  record_reference: ['position', 'reference', 'identifier', 'scheme'],
} as const;

type FactTable = keyof typeof factListColumns;

export const factTables = Object.keys(factListColumns) as readonly FactTable[];

/** The rows of a record in these tables, as COPY takes their values. */
export type FactLists = { readonly [T in FactTable]: readonly Readonly<Record<(typeof factListColumns)[T][number], CopyValue>>[] };

/** The facts of a record as PostgreSQL stores them. */
export interface FactRow {
  readonly identifier: string;
  /** Of everything but statistics, as `bytea` is written. */
  readonly hash: string;
  readonly columns: Readonly<Record<keyof typeof factColumns, string | number | null>>;
  readonly lists: FactLists;
  /** Figures of `record_stats`; without statistics only those of files. */
  readonly counts: Readonly<Record<string, number | null>>;
  /** As described with this record. */
  readonly communities: readonly RdmCommunity[];
}

export function toFactRow({ oaiIdentifier, facts: given }: FactsOfRecord): FactRow {
  const facts = toStorable(given);
  const { stats, communities, ...lasting } = facts;
  // Only replies for single records have these texts of a community: they do not make the record another one.
  const named = communities.map(({ slug, uuid, title, type, website, organizations }) => ({
    slug,
    uuid,
    title,
    type,
    website,
    organizations,
  }));
  return {
    identifier: oaiIdentifier,
    hash: `\\x${hash('sha256', canonicalJson({ ...lasting, communities: named }))}`,
    columns: columnsOf(facts),
    lists: listsOf(facts),
    counts: {
      file_count: facts.files?.length ?? null,
      total_size: facts.files === null ? null : facts.files.reduce((sum, file) => sum + (file.size ?? 0), 0),
      ...(stats === null ? {} : { ...countsOf('', stats.allVersions), ...countsOf('version_', stats.thisVersion) }),
    },
    communities,
  };
}

const columnsOf = ({ journal, imprint, ...facts }: RdmFacts): FactRow['columns'] => ({
  description_html: facts.descriptionHtml,
  created_at: facts.createdAt,
  version_index: toSqlInt(facts.versionIndex),
  swhid: facts.swhid,
  embargo_until: toSqlDate(facts.embargoUntil),
  access_status: facts.accessStatus,
  journal_title: journal.title,
  journal_volume: journal.volume,
  journal_issue: journal.issue,
  journal_pages: journal.pages,
  journal_issn: journal.issn,
  imprint_title: imprint.title,
  imprint_isbn: imprint.isbn,
  imprint_pages: imprint.pages,
  imprint_place: imprint.place,
  imprint_edition: imprint.edition,
  thesis_university: facts.thesisUniversity,
  meeting_title: facts.meetingTitle,
});

const listsOf = ({ files, languages, customFields, awards, creatorRoles, references }: RdmFacts): FactLists => ({
  record_file: (files ?? []).map(({ key, fileId, size, checksum, mimetype, url }, position) => ({
    position,
    key,
    file_id: fileId,
    size,
    checksum,
    mimetype,
    url,
  })),
  record_language: languages.map((language, position) => ({ position, language })),
  // As text: COPY takes a string for JSON that is written already.
  record_custom_field: customFields.map(({ field, position, value, json, inList }) => ({
    field,
    position,
    value,
    json: JSON.stringify(json),
    in_list: inList,
  })),
  record_award: awards.map((award) => ({
    position: award.position,
    funder_id: award.funderId,
    funder_name: award.funderName,
    award_id: award.awardId,
    award_number: award.number,
    title: award.title,
    title_language: award.titleLanguage,
    acronym: award.acronym,
    program: award.program,
    url: award.url,
    doi: award.doi,
  })),
  record_creator_role: creatorRoles.map(({ position, name, role }) => ({ position, name, role })),
  record_reference: references.map(({ reference, identifier, scheme }, position) => ({ position, reference, identifier, scheme })),
});

const countsOf = (prefix: string, it: RdmCounts): Record<string, number | null> => ({
  [`${prefix}views`]: it.views,
  [`${prefix}unique_views`]: it.uniqueViews,
  [`${prefix}downloads`]: it.downloads,
  [`${prefix}unique_downloads`]: it.uniqueDownloads,
  [`${prefix}volume`]: it.volume,
});

/** Inserts the lists of records that have none stored, with one statement for each table that any of them has rows in. */
export async function insertFactLists(
  client: PoolClient,
  records: readonly { readonly recordId: number; readonly lists: FactLists }[],
): Promise<void> {
  for (const table of factTables) {
    const columns = factListColumns[table];
    let lines = '';
    for (const { recordId, lists } of records) for (const row of lists[table]) lines += copyRowLine(recordId, columns, row);
    if (lines !== '') await copyRows(client, `public.${table}`, ['record_id', ...columns], lines);
  }
}

/** Inserts the statistics of records that have none stored. */
export async function insertStats(
  client: PoolClient,
  records: readonly { readonly recordId: number; readonly at: Date; readonly counts: FactRow['counts'] }[],
): Promise<void> {
  const names = Object.keys(countColumns);
  const lines = records.map(({ recordId, at, counts }) => copyLine([recordId, 200, at, at, ...names.map((name) => counts[name])]));
  await copyRows(client, 'public.record_stats', ['record_id', 'status', 'fetched_at', 'changed_at', ...names], lines.join(''));
}
