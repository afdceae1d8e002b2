import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';
import { readWithin } from '../database/read-within.ts';

/** The records that an analysis counts; null: all. */
export interface AnalysisFilter {
  /** Name of a source. */
  readonly source: string | null;
  /** Slug of a community. */
  readonly community: string | null;
  /** First and last year of publication. */
  readonly from: number | null;
  readonly to: number | null;
}

/** A question about the collection, and the query that answers it with rows of a label and a number. */
export interface Analysis {
  /** In addresses. */
  readonly id: string;
  readonly title: string;
  /** Columns for years in their order, stacked if their rows are parts of columns; a list for values by their size. */
  readonly form: 'columns' | 'stacked' | 'list';
  /** What the figures count. */
  readonly counts: string;
  /** Reads what is computed ahead if the filter permits it, otherwise the tables. */
  readonly sql: (filter: AnalysisFilter) => string;
}

/** Counts everything. */
export const NO_FILTER: AnalysisFilter = { source: null, community: null, from: null, to: null };

const quoted = (text: string): string => `'${text.replaceAll("'", "''").replaceAll('\u0000', '')}'`;

const isFiltered = ({ source, community, from, to }: AnalysisFilter): boolean => [source, community, from, to].some((one) => one !== null);

/** Conditions on the source and the years of a table or view that has both columns. */
function conditions({ source, from, to }: AnalysisFilter, table = ''): string[] {
  const column = (name: string): string => (table === '' ? name : `${table}.${name}`);
  return [
    ...(source === null ? [] : [`${column('source_id')} = (select source_id from analytics.source where name = ${quoted(source)})`]),
    ...(from === null ? [] : [`${column('publication_year')} >= ${from}`]),
    ...(to === null ? [] : [`${column('publication_year')} <= ${to}`]),
  ];
}

const where = (all: readonly string[]): string => (all.length === 0 ? '' : `\nwhere ${all.join('\n  and ')}`);

/** Records of the tables that the filter keeps, as `r`, with what else is joined to them. */
function records(filter: AnalysisFilter, joined = '', more: readonly string[] = []): string {
  const inCommunity = filter.community === null ? '' : '\njoin record_community rc on rc.record_id = r.id';
  const community = filter.community === null ? [] : [`rc.community = ${quoted(filter.community)}`];
  return `from record r${inCommunity}${joined && `\n${joined}`}${where(['not r.deleted', ...community, ...conditions(filter, 'r'), ...more])}`;
}

/** Years that a chart has room for. */
const years = (column = 'publication_year'): string => `${column} between 1900 and extract(year from now()) + 1`;

/** A share in percent by year, of records that have something. */
const share = (id: string, title: string, column: string): Analysis => ({
  id,
  title,
  form: 'columns',
  counts: 'Percent',
  sql: (filter) => `select publication_year as label, round(100.0 * sum(${column}) / sum(records), 1) as value
from analytics.metadata_quality${where([
    filter.community === null ? 'community is null' : `community = ${quoted(filter.community)}`,
    years(),
    ...conditions(filter),
  ])}
group by publication_year order by publication_year`,
});

/** Latest versions by a column of `analytics.growth`, which does not know communities. */
const works = (id: string, title: string, column: string): Analysis => ({
  id,
  title,
  form: 'list',
  counts: 'Works',
  sql: (filter) =>
    filter.community === null
      ? `select coalesce(${column}, 'not said') as label, sum(works) as value
from analytics.growth${where(conditions(filter))}
group by ${column} having sum(works) > 0 order by value desc limit 12`
      : `select coalesce(r.${column}, 'not said') as label, count(*) as value
${records(filter, '', ['r.is_latest_version'])}
group by r.${column} order by value desc limit 12`,
});

/** Latest versions by year and a column of `analytics.growth`. */
const worksByYear = (id: string, title: string, column: string): Analysis => ({
  id,
  title,
  form: 'stacked',
  counts: 'Works',
  sql: (filter) =>
    filter.community === null
      ? `select publication_year as label, coalesce(${column}, 'not said') as part, sum(works) as value
from analytics.growth${where([years(), ...conditions(filter)])}
group by publication_year, ${column} having sum(works) > 0 order by publication_year, part`
      : `select r.publication_year as label, coalesce(r.${column}, 'not said') as part, count(*) as value
${records(filter, '', ['r.is_latest_version', years('r.publication_year')])}
group by r.publication_year, r.${column} order by r.publication_year, part`,
});

/** All versions of a work are one work. */
const WORK = 'coalesce(r.concept_doi, r.doi, r.oai_identifier)';

/** The collection at a glance. */
export const analyses: readonly Analysis[] = [
  {
    id: 'growth',
    title: 'Works by year of publication',
    form: 'columns',
    counts: 'Works',
    sql: (filter) =>
      filter.community === null
        ? `select publication_year as label, sum(works) as value
from analytics.growth${where([years(), ...conditions(filter)])}
group by publication_year order by publication_year`
        : `select r.publication_year as label, count(*) as value
${records(filter, '', ['r.is_latest_version', years('r.publication_year')])}
group by r.publication_year order by r.publication_year`,
  },
  worksByYear('types-by-year', 'Types by year of publication', 'resource_type'),
  worksByYear('access-by-year', 'Access to the files by year of publication', 'access_right'),
  share('orcid', 'Records with an ORCID iD, in percent', 'with_orcid'),
  share('ror', 'Records with a ROR id, in percent', 'with_ror'),
  share('open-licence', 'Records whose licence permits any use, in percent', 'with_open_licence'),
  works('types', 'Types', 'resource_type'),
  works('access', 'Access to the files', 'access_right'),
  works('languages', 'Languages', 'language'),
  {
    id: 'licences',
    title: 'Licences',
    form: 'list',
    counts: 'Records',
    sql: (filter) =>
      filter.community === null
        ? `select coalesce(spdx, 'without an SPDX id') as label, sum(records) as value
from analytics.licence_year${where(['is_licensed', ...conditions(filter)])}
group by spdx order by value desc limit 12`
        : `select coalesce(l.spdx, 'without an SPDX id') as label, count(distinct r.id) as value
${records(filter, 'join analytics.record_licence l on l.record_id = r.id')}
group by l.spdx order by value desc limit 12`,
  },
  {
    id: 'funders',
    title: 'Funders',
    form: 'list',
    counts: 'Records',
    sql: (filter) =>
      isFiltered(filter)
        ? `select min(f.funder_name) as label, count(distinct r.id) as value
${records(filter, 'join record_funding f on f.record_id = r.id', ['f.funder_name is not null'])}
group by coalesce(f.funder_ror, f.funder_doi, lower(f.funder_name)) order by value desc, label limit 12`
        : `select title as label, records as value
from analytics.vocabulary_term
where vocabulary = 'funders' and records > 0
order by records desc, key limit 12`,
  },
  {
    id: 'communities',
    title: 'Largest communities',
    form: 'list',
    counts: 'Records',
    sql: (filter) => {
      if (filter.community !== null)
        return `select c.community as label, count(*) as value
${records(filter, 'join record_community c on c.record_id = r.id')}
group by c.community order by value desc, label limit 12`;
      return isFiltered(filter)
        ? `select community as label, sum(records) as value
from analytics.metadata_quality${where(['community is not null', ...conditions(filter)])}
group by community order by value desc, label limit 12`
        : `select community as label, records as value
from analytics.community_size
order by records desc, community limit 12`;
    },
  },
  {
    id: 'people',
    title: 'Most prolific people',
    form: 'list',
    counts: 'Works',
    sql: (filter) =>
      isFiltered(filter)
        ? `select mode() within group (order by p.name) as label, count(distinct ${WORK}) as value, p.orcid as id
${records(filter, 'join record_creator p on p.record_id = r.id', ['p.orcid is not null'])}
group by p.orcid order by value desc, p.orcid limit 12`
        : `select name as label, works as value, orcid as id
from analytics.person
order by works desc, orcid limit 12`,
  },
  {
    id: 'organisations',
    title: 'Most prolific organisations',
    form: 'list',
    counts: 'Works',
    sql: (filter) =>
      isFiltered(filter)
        ? `select coalesce(mode() within group (order by a.name), a.ror) as label, count(distinct ${WORK}) as value, a.ror as id
${records(filter, "join record_affiliation a on a.record_id = r.id and a.role = 'creator'", ['a.ror is not null'])}
group by a.ror order by value desc, a.ror limit 12`
        : `select coalesce(name, ror) as label, works as value, ror as id
from analytics.organisation
order by works desc, ror limit 12`,
  },
];

/** One value of an analysis. */
export interface AnalysisRow {
  readonly label: string;
  readonly value: number;
  /** ORCID iD or ROR id. */
  readonly id: string | null;
  /** The part of a column, if columns are stacked. */
  readonly part: string | null;
}

type RawRow = { readonly label: string | number; readonly value: string | number; readonly id?: string; readonly part?: string };

/** Reading the tables of a whole Zenodo takes minutes. */
const TIMEOUT_MS = 5_000;

/** The answer to one of the analyses; null if it takes longer than 5 s, as lists of people of millions of records do. */
export async function runAnalysis(
  db: Kysely<Database>,
  analysis: Analysis,
  filter: AnalysisFilter = NO_FILTER,
  timeoutMs = TIMEOUT_MS,
): Promise<AnalysisRow[] | null> {
  return readWithin(db, timeoutMs, async (trx) => {
    const { rows } = await sql.raw<RawRow>(analysis.sql(filter)).execute(trx);
    return rows.map(({ label, value, id, part }) => ({ label: String(label), value: Number(value), id: id ?? null, part: part ?? null }));
  });
}

/** Names of the sources, to choose from. */
export async function analysedSources(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from analytics.source order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** When the views were last renewed; null if never. */
export async function analyticsAsOf(db: Kysely<Database>): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`select min(refreshed_at) as at from analytics.refresh`.execute(db);
  return rows[0]?.at ?? null;
}
