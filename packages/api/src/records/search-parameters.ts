import { QUERY_FIELD_NAMES, type RecordSearch, SORT_NAMES } from '@thresher/search';
import { Type, type Static } from 'typebox';
import { ApiProblem } from '../problems/problem.ts';

/** As Zenodo's. */
const FIRST = { page: 1, size: 10 };

const named = {
  q: Type.Optional(
    Type.String({
      description:
        'Query-string syntax: words, "phrases", AND OR NOT, field:value, ranges as publication_date:[2024-01-01 TO *], wildcards, /regular expressions/, fuzzy~, boost^2. Fields are those that are parameters too, such as title, creators.name, communities',
    }),
  ),
  page: Type.Optional(
    Type.Integer({ minimum: 1, default: FIRST.page, description: 'From 1. Only the first 10,000 hits can be reached by page' }),
  ),
  size: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: FIRST.size, description: 'Hits on a page' })),
  sort: Type.Optional(
    Type.String({
      description: `One of ${SORT_NAMES.join(', ')}; a minus before it turns it round. Left out: bestmatch, and newest where nothing is searched for`,
    }),
  ),
  all_versions: Type.Optional(
    Type.Boolean({ description: 'Every version is listed, so false is refused: ask for one concept with conceptrecid instead' }),
  ),
  allversions: Type.Optional(Type.Boolean({ description: 'The same as all_versions' })),
  status: Type.Optional(Type.Literal('published', { description: 'Nothing else is harvested' })),
  access_token: Type.Optional(Type.String({ description: 'Of no effect: everything here is public' })),
};

/** Every field of the query is also a parameter of its own; several values mean any of them. */
const filters = Object.fromEntries(
  QUERY_FIELD_NAMES.filter((name) => !(name in named)).map((name) => [
    name,
    Type.Optional(Type.Array(Type.String(), { description: `Only records with one of these values of ${name}` })),
  ]),
);

/** Those not listed are passed on to search, which says what was meant. */
export const SearchParameters = Type.Object({ ...named, ...(filters as {}) }, { additionalProperties: true });
export type SearchParameters = Static<typeof SearchParameters>;

const OWN = new Set(Object.keys(named));

/** Which page of the hits is wanted. */
export function placeOf({ page = FIRST.page, size = FIRST.size }: SearchParameters): { page: number; size: number } {
  return { page, size };
}

/** The search that a query string asks for. Throws an `ApiProblem` for what it cannot give. */
export function toRecordSearch(parameters: SearchParameters): RecordSearch {
  const { q, sort, all_versions = parameters.allversions } = parameters;
  if (all_versions === false) {
    throw new ApiProblem(400, 'wrong-parameter', 'all_versions=false cannot be answered yet: every version is listed; leave it out', {
      parameter: 'all_versions',
    });
  }
  return { ...placeOf(parameters), filters: toFilters(parameters), ...(q !== undefined && { q }), ...(sort !== undefined && { sort }) };
}

function toFilters(parameters: object): Record<string, string[]> {
  const entries = Object.entries(parameters as Record<string, string | string[]>).filter(([name]) => !OWN.has(name));
  return Object.fromEntries(entries.map(([name, values]) => [name, [values].flat().filter((value) => value !== '')]));
}
