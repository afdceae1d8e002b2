import { type FacetName, plainPath, type SearchState } from './search-state.ts';

/** A search as other programs take it. */
export interface SameQuery {
  readonly url: string;
  readonly curl: string;
  readonly commandLine: string;
  /** Null if SQL has nothing that comes near the words of the query. */
  readonly sql: string | null;
}

/** The same search as a URL of the API, as commands and as SQL; `origin` is that of the page. Pure. */
export function sameQuery(state: SearchState, origin: string): SameQuery {
  const url = origin + plainPath(state);
  return { url, curl: `curl ${shellQuoted(url)}`, commandLine: commandLine(state), sql: toSql(state) };
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Fields of the query language that say the same as a filter. */
const FIELDS: Readonly<Record<FacetName, string>> = {
  resource_type: 'resource_type',
  access_status: 'access_right',
  community: 'communities',
  subject: 'keywords',
  person: 'creators.name',
  affiliation: 'creators.affiliation',
  funder: 'funder.name',
  language: 'language',
  license: 'license',
  file_type: 'files.types',
};

/** `thresher search` has one query and no filters. */
function commandLine({ q, chosen, from, to, sort, allVersions }: SearchState): string {
  const filters = Object.entries(chosen).map(([facet, values]) => {
    const terms = values.map((value) => `${FIELDS[facet as FacetName]}:"${value.replaceAll('"', '')}"`);
    return terms.length === 1 ? terms[0]! : `(${terms.join(' OR ')})`;
  });
  const years = from === '' && to === '' ? [] : [`publication_date:[${from || '*'} TO ${to || '*'}]`];
  const words = q.trim();
  const parts = [...(words === '' ? [] : [filters.length + years.length > 0 ? `(${words})` : words]), ...filters, ...years];
  const flags = `${sort === '' ? '' : ` --sort ${sort}`}${allVersions ? ' --all-versions' : ''}`;
  return `npx thresher search ${shellQuoted(parts.join(' AND '))}${flags}`;
}

const sqlQuoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const list = (values: readonly string[]): string => `(${values.map((value) => sqlQuoted(value.toLowerCase())).join(', ')})`;
const inList = (table: string, column: string, values: readonly string[]): string =>
  `exists (select from ${table} l where l.record_id = r.id and lower(l.${column}) in ${list(values)})`;

const CONDITIONS: Readonly<Record<FacetName, (values: readonly string[]) => string>> = {
  resource_type: (values) => `(r.resource_type in ${list(values)} or concat(r.resource_type, '-', r.resource_subtype) in ${list(values)})`,
  access_status: (values) => `r.access_right in ${list(values)}`,
  community: (values) => inList('record_community', 'community', values),
  subject: (values) => inList('record_subject', 'subject', values),
  person: (values) => inList('record_creator', 'name', values),
  affiliation: (values) => inList('record_affiliation', 'name', values),
  funder: (values) => inList('record_funding', 'funder_name', values),
  language: (values) => `r.language in ${list(values)}`,
  license: (values) =>
    `exists (select from record_rights l where l.record_id = r.id and lower(coalesce(l.rights_identifier, l.spdx)) in ${list(values)})`,
  file_type: (values) => inList('record_file', 'file_type', values),
};

/** Words become `ilike`, which knows no word forms; a query with fields or operators is left to the search. */
function toSql(state: SearchState): string | null {
  const { q, chosen, from, to, allVersions } = state;
  const words = q.trim().split(/\s+/).filter(Boolean);
  if (words.some((word) => /[:"()[\]{}*?~^/\\+!|&]|^-|^(?:AND|OR|NOT)$/.test(word))) return null;
  const conditions = [
    'not r.deleted',
    ...(allVersions ? [] : ['r.is_latest_version']),
    ...words.map((word) => `concat_ws(' ', r.title, r.description) ilike ${sqlQuoted(`%${word.replace(/[%_]/g, '\\$&')}%`)}`),
    ...Object.entries(chosen).map(([facet, values]) => CONDITIONS[facet as FacetName](values)),
    ...(from === '' ? [] : [`r.publication_year >= ${from}`]),
    ...(to === '' ? [] : [`r.publication_year <= ${to}`]),
  ];
  return `select r.recid, r.doi, r.publication_year, r.title\nfrom record r\nwhere ${conditions.join('\n  and ')}\norder by r.publication_date desc nulls last\nlimit 25`;
}
