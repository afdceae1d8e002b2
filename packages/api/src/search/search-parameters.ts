import {
  type CursorSearch,
  FACET_NAMES,
  facetNamed,
  type FacetName,
  FILTER_NAMES,
  isFilter,
  MAX_SIZE,
  type RecordQuery,
  type RecordSearch,
  readGrouping,
  SORT_NAMES,
  ZENODO_FACETS,
} from '@thresher/search';
import { Type, type Static } from 'typebox';
import { ApiProblem } from '../problems/problem.ts';
import { type View, VIEWS } from '../shapes/views.ts';

/** As Zenodo's. */
const FIRST = { page: 1, size: 10 };

const { Optional, String: Text, Integer } = Type;

/** As InvenioRDM reads them; a name without a value is true, as at Zenodo. */
const TRUE = ['true', '1', 'True', 'TRUE', 't', 'T', 'yes', 'Yes', 'YES', 'y', 'Y', 'on', 'On', 'ON', ''] as const;
const FALSE = ['false', '0', 'False', 'FALSE', 'f', 'F', 'no', 'No', 'NO', 'n', 'N', 'off', 'Off', 'OFF'] as const;
const FLAGS = [...new Set(['true', 'false', '1', '0', ...TRUE, ...FALSE] as const)];
const Flag = (options: object) => Type.Unsafe<(typeof FLAGS)[number]>({ type: 'string', enum: FLAGS, ...options });
const isSet = (flag: string | undefined): boolean => (TRUE as readonly (string | undefined)[]).includes(flag);

const named = {
  q: Optional(
    Text({
      description:
        'Query-string syntax: words, "phrases", AND OR NOT, field:value, ranges as publication_date:[2024-01-01 TO *], wildcards, /regular expressions/, fuzzy~, boost^2. Fields are those that are parameters too, such as title, creators.name, communities',
    }),
  ),
  page: Optional(
    Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      default: FIRST.page,
      description: 'From 1. Only the first 10,000 hits can be reached by page',
    }),
  ),
  size: Optional(
    Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: FIRST.size,
      description: `Hits on a page; more than ${MAX_SIZE} are clipped to that`,
    }),
  ),
  sort: Optional(
    Text({
      description: `One of ${SORT_NAMES.join(', ')}; a minus before it turns it round. Left out: bestmatch, and newest if nothing is searched for`,
    }),
  ),
  all_versions: Optional(
    Flag({ description: 'Every version of a record, not only the latest. A query that is the name of one record finds it anyway' }),
  ),
  allversions: Optional(Flag({ description: 'The same as all_versions' })),
  status: Optional(Type.Literal('published', { description: 'Nothing else is harvested' })),
  bounds: Optional(
    Text({ description: 'west,south,east,north in degrees: only records with a place within', examples: ['5.9,45.8,10.5,47.8'] }),
  ),
  custom: Optional(
    Type.Array(Text(), {
      description: 'Records with that value of a custom field: [dwc:family]:Felidae; several, given repeatedly or with AND, are all needed',
    }),
  ),
  f: Optional(
    Type.Array(Text(), {
      description: 'A choice in a facet as Zenodo’s search page writes it: resource_type:publication+inner:publication-article',
    }),
  ),
  facets: Optional(
    Text({
      description: `What to count, separated by commas: ${FACET_NAMES.join(', ')}, or all; empty for nothing. Left out: ${ZENODO_FACETS.join(', ')}`,
    }),
  ),
  group_by: Optional(
    Text({
      description:
        'One facet: its values with their counts, up to 200. Two, separated by a comma: up to 50 values of the second within each of the first, of the records that every filter keeps. With format=csv, or Accept: text/csv, the reply is this table',
      examples: ['resource_type,publication_year'],
    }),
  ),
  cursor: Optional(
    Text({
      description:
        '* begins a walk through everything that is found, in pages of size; links.next of each reply leads on. A walk shows the records as they were at its beginning, each once',
    }),
  ),
  sample: Optional(Integer({ minimum: 1, maximum: 10_000, description: 'A random sample of this size of what is found' })),
  seed: Optional(Integer({ minimum: 0, maximum: 2_147_483_647, description: 'The same seed draws the same sample' })),
  select: Optional(
    Text({ description: 'Members of the records that are wanted, separated by commas', examples: ['id,doi,metadata.title'] }),
  ),
  highlight: Optional(Flag({ description: 'Where the words stand, as highlights of each hit' })),
  format: Optional(Type.Unsafe<View | 'csv'>({ type: 'string', enum: [...Object.keys(VIEWS), 'csv'], description: 'Goes before Accept' })),
  style: Optional(Text({ maxLength: 200, description: 'Of citations (Accept: text/x-bibliography): apa unless specified' })),
  locale: Optional(Text({ maxLength: 20, description: 'Of citations: en-US unless specified' })),
  access_token: Optional(Text({ description: 'Of no effect: everything here is public' })),
};

/** Every field of the query and every facet is also its own parameter; several values mean any of them. */
const filters = Object.fromEntries(
  FILTER_NAMES.filter((name) => !(name in named)).map((name) => [
    name,
    Optional(Type.Array(Text(), { description: `Only records with one of these values of ${name}` })),
  ]),
);

/** Those not listed are ignored, as at Zenodo; `searchWarnings` names slips among them. */
export const SearchParameters = Type.Object({ ...named, ...(filters as {}) }, { additionalProperties: true });
export type SearchParameters = Static<typeof SearchParameters>;

/** Names of parameters that are no fields. */
export const OWN: ReadonlySet<string> = new Set(Object.keys(named));

/** Parameters that do not change what is searched: a cursor may be sent with them alone. */
const BESIDE_CURSOR = new Set(['cursor', 'access_token', 'select', 'format', 'page', 'facets']);

/** Which page of the hits is wanted. */
export function placeOf({ page = FIRST.page, size = FIRST.size }: SearchParameters): { page: number; size: number } {
  return { page, size: Math.min(size, MAX_SIZE) };
}

/** The search that a query string asks for; `fixed` are filters of the path. Throws an `ApiProblem` for what it cannot give. */
export function toRecordSearch(parameters: SearchParameters, fixed: RecordQuery['filters'] = {}): RecordSearch {
  const { group_by: groupBy, highlight, sample, seed = 0 } = parameters;
  return {
    ...toRecordQuery(parameters, fixed),
    ...placeOf(parameters),
    facets: facetsOf(parameters.facets),
    highlight: isSet(highlight),
    nearly: true,
    ...(isGrouped(parameters) && { groupBy: readGrouping(groupBy!) }),
    ...(sample !== undefined && { sample: { size: sample, seed } }),
  };
}

/** The walk that a query string asks for, `given` being what stands in it; null where the cursor says it all. Throws an `ApiProblem`. */
export function toCursorSearch(
  parameters: SearchParameters,
  given: Iterable<string>,
  fixed: RecordQuery['filters'] = {},
): CursorSearch | null {
  if (parameters.sample !== undefined) throw wrong('a sample is read by page and size: leave cursor out', 'cursor');
  if (parameters.group_by !== undefined) throw wrong('group_by counts, cursor lists: ask for one at a time', 'group_by');
  const says = [...given].some((name) => !BESIDE_CURSOR.has(name));
  if (!says && parameters.cursor !== '*' && Object.keys(fixed).length === 0) return null;
  return { ...toRecordQuery(parameters, fixed), size: placeOf(parameters).size, highlight: isSet(parameters.highlight) };
}

/** Whether the values of a facet are counted. */
export const isGrouped = ({ group_by: groupBy }: SearchParameters): boolean => groupBy !== undefined && groupBy !== '';

function toRecordQuery(parameters: SearchParameters, fixed: NonNullable<RecordQuery['filters']>): RecordQuery {
  const { q, sort, all_versions = parameters.allversions ?? versionsChoice(parameters.f), bounds } = parameters;
  return {
    filters: { ...toFilters(parameters), ...fixed },
    allVersions: isSet(all_versions),
    ...(q !== undefined && { q }),
    ...(sort !== undefined && sort !== '' && { sort }),
    ...(bounds !== undefined && bounds !== '' && { bounds: toBounds(bounds) }),
  };
}

function toFilters(parameters: SearchParameters): Record<string, string[]> {
  const entries = Object.entries(parameters as Record<string, string | string[]>).filter(([name]) => !OWN.has(name) && isFilter(name));
  const choices = (parameters.f ?? []).filter((text) => !VERSIONS_CHOICE.test(text)).map(toChoice);
  const custom = (parameters.custom ?? []).flatMap((text) => toCustom(text));
  const all = [
    ...custom,
    ...entries.map(([name, values]) => [name, [values].flat()] as const),
    ...choices.map(([name, value]) => [name, [value]] as const),
  ];
  const byName = new Map<string, string[]>();
  for (const [name, values] of all) byName.set(name, [...(byName.get(name) ?? []), ...values.filter((value) => value !== '')]);
  return Object.fromEntries(byName);
}

/** `[dwc:family]:Felidae`, the value in brackets or quotation marks too, as Zenodo documents it. */
function toCustom(text: string): (readonly [name: string, values: string[]])[] {
  if (text.trim() === '') return [];
  return text.split(/\s+AND\s+(?=\[)|,(?=\[)/).map((one) => {
    const [, field, value] = /^\s*\[([^\]]+)\]:\s*(.+?)\s*$/s.exec(one) ?? [];
    const name = `custom_fields.${field}`;
    if (field === undefined || value === undefined || !isFilter(name))
      throw wrong(`custom=${text.slice(0, 100)} cannot be read: write it as custom=[dwc:family]:Felidae`, 'custom');
    return [name, [value.replace(/^\[(.*)\]$|^"(.*)"$/s, '$1$2')]] as const;
  });
}

/** Zenodo's search page has all versions among its facets: `f=allversions:true`. */
const VERSIONS_CHOICE = /^all_?versions:(.*)$/s;

function versionsChoice(choices: readonly string[] = []): string | undefined {
  return choices.flatMap((text) => VERSIONS_CHOICE.exec(text)?.[1] ?? []).at(-1);
}

/** `resource_type:publication+inner:publication-article`; a blank is a plus sign that was not encoded. */
function toChoice(text: string): [name: FacetName | 'publication_date', value: string] {
  const [, name, value] = /^([^:]+):(?:.*[+ ]inner:)?(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw wrong(`f=${text} cannot be read: write it as f=resource_type:dataset`, 'f');
  // Days are of the field, years of the facet.
  if (name === 'publication_date' && /\d-\d\d(?:-|$|\.)/.test(value)) return [name, value];
  return [facetNamed(ownFacetName(name), 'f'), value];
}

/** Zenodo's name of a facet, and ours. As a filter `publication_date` is the field, which takes days and ranges too. */
const ALIASES = { publication_date: 'publication_year' } as const satisfies Readonly<Record<string, FacetName>>;

function ownFacetName(name: string): string {
  return Object.hasOwn(ALIASES, name) ? ALIASES[name as keyof typeof ALIASES] : name;
}

/** Counts by the names that were asked for: without `facets` by Zenodo's. */
export function namedFacets<T>(counted: Readonly<Partial<Record<FacetName, T>>>, text: string | undefined): Record<string, T> {
  const asked = text === undefined ? new Set(['publication_date']) : new Set(text.split(',').map((name) => name.trim()));
  const alias = asked.has('publication_date') ? counted.publication_year : undefined;
  const isOwn = asked.has('all') || asked.has('publication_year');
  const shown = Object.entries(counted).filter(([name]) => name !== 'publication_year' || isOwn);
  return Object.fromEntries([...shown, ...(alias === undefined ? [] : [['publication_date', alias] as const])]);
}

function toBounds(text: string): [number, number, number, number] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.length !== 4 || !numbers.every(Number.isFinite))
    throw wrong('bounds must be west,south,east,north in degrees, such as 5.9,45.8,10.5,47.8', 'bounds');
  return numbers as [number, number, number, number];
}

function facetsOf(text: string | undefined): readonly FacetName[] {
  if (text === undefined) return [...ZENODO_FACETS, ALIASES.publication_date];
  const names = text.split(',').map((name) => ownFacetName(name.trim()));
  if (names.includes('all')) return FACET_NAMES;
  return [...new Set(names.filter((name) => name !== '').map((name) => facetNamed(name, 'facets')))];
}

function wrong(detail: string, parameter: string): ApiProblem {
  return new ApiProblem(400, 'wrong-parameter', detail, { parameter });
}
