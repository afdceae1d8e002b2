/** What the search page shows; all of it stands in its address. */
export interface SearchState {
  readonly q: string;
  readonly sort: string;
  /** Values that were chosen, by facet: any of a facet's values, of every facet named. */
  readonly chosen: Chosen;
  /** Years of publication; empty for no bound. */
  readonly from: string;
  readonly to: string;
  /** Every version of a record instead of the latest. */
  readonly allVersions: boolean;
}

/** Facets of the API that are chosen among, in the order they are shown in. */
export const FACETS = [
  'resource_type',
  'access_status',
  'community',
  'subject',
  'person',
  'affiliation',
  'funder',
  'language',
  'license',
  'file_type',
] as const;
export type FacetName = (typeof FACETS)[number];
export type Chosen = Readonly<Partial<Record<FacetName, readonly string[]>>>;

/** Hits that are shown at first, and with each step further. */
export const PAGE_SIZE = 20;

export const EMPTY_SEARCH: SearchState = { q: '', sort: '', chosen: {}, from: '', to: '', allVersions: false };

/** Zenodo's names of the same, and those that links have. */
const ALIASES: ReadonlyMap<string, FacetName> = new Map([
  ['type', 'resource_type'],
  ['access_right', 'access_status'],
  ['communities', 'community'],
]);

/** Reads the address of the page; what makes no sense in it is passed over. */
export function readState(search: string): SearchState {
  const parameters = new URLSearchParams(search);
  return {
    q: parameters.get('q') ?? '',
    sort: parameters.get('sort') ?? '',
    chosen: chosenIn(parameters),
    from: yearOf(parameters.get('from')),
    to: yearOf(parameters.get('to')),
    allVersions: parameters.get('all_versions') === 'true',
  };
}

function chosenIn(parameters: URLSearchParams): Chosen {
  const values = (facet: FacetName): string[] =>
    [...parameters].filter(([name, value]) => value !== '' && (ALIASES.get(name) ?? name) === facet).map(([, value]) => value);
  return FACETS.reduce<Chosen>((chosen, facet) => choose(chosen, facet, [...new Set(values(facet))]), {});
}

/** The choices with these in the place of what was chosen in a facet. */
export function choose(chosen: Chosen, facet: FacetName, values: readonly string[]): Chosen {
  const { [facet]: _, ...others } = chosen;
  return values.length === 0 ? others : { ...others, [facet]: values };
}

/** The address of a search; empty for everything. */
export function writeState(state: SearchState): string {
  const parameters = selection(state);
  if (state.q !== '') parameters.set('q', state.q);
  if (state.from !== '') parameters.set('from', state.from);
  if (state.to !== '') parameters.set('to', state.to);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The request for the first hits, with all counts. */
export function apiPath(state: SearchState): string {
  return pathOf('/api/records', state, { size: String(PAGE_SIZE), facets: 'all', highlight: 'true' });
}

/** The request for a walk through all hits, from the first. */
export function walkPath(state: SearchState): string {
  return pathOf('/api/records', state, { size: String(PAGE_SIZE), cursor: '*', highlight: 'true' });
}

/** Everything that is found, as a file. */
export function exportPath(state: SearchState, format: string): string {
  return pathOf('/api/records/export', state, { format });
}

/** The request for up to 200 values of a facet, the most frequent first. */
export function valuesPath(state: SearchState, facet: FacetName): string {
  return pathOf('/api/records', state, { size: '0', facets: '', group_by: facet });
}

/** The request for the first hits without what only this page needs: to copy into a program. */
export function plainPath(state: SearchState): string {
  return pathOf('/api/records', state, {});
}

/** What to subscribe to. */
export function feedPath(state: SearchState): string {
  return pathOf('/feeds/records.atom', { ...state, sort: '' }, {});
}

function pathOf(path: string, state: SearchState, more: Readonly<Record<string, string>>): string {
  const parameters = selection(state);
  const query = state.q.trim();
  if (query !== '') parameters.set('q', query);
  if (state.from !== '' || state.to !== '') parameters.set('publication_year', yearRange(state));
  for (const [name, value] of Object.entries(more)) parameters.set(name, value);
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

function selection({ sort, chosen, allVersions }: SearchState): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const facet of FACETS) for (const value of chosen[facet] ?? []) parameters.append(facet, value);
  if (sort !== '') parameters.set('sort', sort);
  if (allVersions) parameters.set('all_versions', 'true');
  return parameters;
}

/** Years as the filter of the API writes them. They are no words, so they are not highlighted, and each year keeps its count. */
function yearRange({ from, to }: SearchState): string {
  return from === to ? from : `${from}..${to}`;
}

function yearOf(text: string | null): string {
  return text !== null && /^\d{4}$/.test(text) ? text : '';
}

/** Whether anything narrows the records down. */
export function isNarrowed({ q, chosen, from, to }: SearchState): boolean {
  return q.trim() !== '' || Object.keys(chosen).length > 0 || from !== '' || to !== '';
}
