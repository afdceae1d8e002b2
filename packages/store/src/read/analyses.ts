import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/db.ts';

/** A question about the whole collection, and the query that answers it with rows of a label and a number. */
export interface Analysis {
  /** In addresses. */
  readonly id: string;
  readonly title: string;
  /** Columns for years in their order, a list for values by their size. */
  readonly form: 'columns' | 'list';
  /** What is counted. */
  readonly counts: string;
  /** Reads only what is computed ahead. */
  readonly sql: string;
}

const YEARS = `publication_year between 1900 and extract(year from now()) + 1`;

/** A share in percent by year, of records that have something. */
const share = (id: string, title: string, column: string): Analysis => ({
  id,
  title,
  form: 'columns',
  counts: 'Percent',
  sql: `select publication_year as label, round(100.0 * sum(${column}) / sum(records), 1) as value
from analytics.metadata_quality
where community is null and ${YEARS}
group by publication_year order by publication_year`,
});

/** Latest versions by a column of `analytics.growth`. */
const works = (id: string, title: string, column: string): Analysis => ({
  id,
  title,
  form: 'list',
  counts: 'Works',
  sql: `select coalesce(${column}, 'not said') as label, sum(works) as value
from analytics.growth
group by ${column} order by value desc limit 12`,
});

/** The collection at a glance. */
export const analyses: readonly Analysis[] = [
  {
    id: 'growth',
    title: 'Works by year of publication',
    form: 'columns',
    counts: 'Works',
    sql: `select publication_year as label, sum(works) as value
from analytics.growth
where ${YEARS}
group by publication_year order by publication_year`,
  },
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
    sql: `select coalesce(spdx, 'without an SPDX id') as label, sum(records) as value
from analytics.licence_year
where is_licensed
group by spdx order by value desc limit 12`,
  },
  {
    id: 'funders',
    title: 'Funders',
    form: 'list',
    counts: 'Records',
    sql: `select title as label, records as value
from analytics.vocabulary_term
where vocabulary = 'funders' and records > 0
order by records desc, key limit 12`,
  },
  {
    id: 'communities',
    title: 'Largest communities',
    form: 'list',
    counts: 'Records',
    sql: `select community as label, records as value
from analytics.community_size
order by records desc, community limit 12`,
  },
  {
    id: 'people',
    title: 'Most prolific people',
    form: 'list',
    counts: 'Works',
    sql: `select name as label, works as value, orcid as id
from analytics.person
order by works desc, orcid limit 12`,
  },
  {
    id: 'organisations',
    title: 'Most prolific organisations',
    form: 'list',
    counts: 'Works',
    sql: `select coalesce(name, ror) as label, works as value, ror as id
from analytics.organisation
order by works desc, ror limit 12`,
  },
];

export interface AnalysisRow {
  readonly label: string;
  readonly value: number;
  /** ORCID iD or ROR id. */
  readonly id: string | null;
}

/** The answer to one of the analyses. */
export async function runAnalysis(db: Kysely<Database>, analysis: Analysis): Promise<AnalysisRow[]> {
  const { rows } = await sql.raw<{ label: string | number; value: string | number; id?: string }>(analysis.sql).execute(db);
  return rows.map(({ label, value, id }) => ({ label: String(label), value: Number(value), id: id ?? null }));
}

/** When the views were last renewed; null if never. */
export async function analyticsAsOf(db: Kysely<Database>): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`select min(refreshed_at) as at from analytics.refresh`.execute(db);
  return rows[0]?.at ?? null;
}
