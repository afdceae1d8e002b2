/** What the search page shows; all of it stands in its address. */
export interface SearchState {
  readonly q: string;
  readonly page: number;
  readonly sort: string;
  readonly types: readonly string[];
  readonly access: readonly string[];
  readonly communities: readonly string[];
  /** Years of publication; empty for no bound. */
  readonly from: string;
  readonly to: string;
}

export const PAGE_SIZE = 20;
/** The API reaches this far by pages. */
const WINDOW = 10_000;

export const EMPTY_SEARCH: SearchState = { q: '', page: 1, sort: '', types: [], access: [], communities: [], from: '', to: '' };

/** Reads the address of the page; what makes no sense in it is passed over. */
export function readState(search: string): SearchState {
  const parameters = new URLSearchParams(search);
  return {
    q: parameters.get('q') ?? '',
    page: Math.max(1, Math.trunc(Number(parameters.get('page'))) || 1),
    sort: parameters.get('sort') ?? '',
    types: parameters.getAll('type'),
    access: parameters.getAll('access_right'),
    communities: parameters.getAll('communities'),
    from: yearOf(parameters.get('from')),
    to: yearOf(parameters.get('to')),
  };
}

/** The address of a search; empty for the first page of everything. */
export function writeState(state: SearchState): string {
  const parameters = selection(state);
  if (state.q !== '') parameters.set('q', state.q);
  if (state.from !== '') parameters.set('from', state.from);
  if (state.to !== '') parameters.set('to', state.to);
  if (state.page > 1) parameters.set('page', String(state.page));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The request to the API. */
export function apiPath(state: SearchState): string {
  const parameters = selection(state);
  const query = apiQuery(state);
  if (query !== '') parameters.set('q', query);
  parameters.set('page', String(state.page));
  parameters.set('size', String(PAGE_SIZE));
  return `/api/records?${parameters.toString()}`;
}

function selection({ sort, types, access, communities }: SearchState): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const type of types) parameters.append('type', type);
  for (const right of access) parameters.append('access_right', right);
  for (const community of communities) parameters.append('communities', community);
  if (sort !== '') parameters.set('sort', sort);
  return parameters;
}

/** Years are a range, which only the query can say. */
function apiQuery({ q, from, to }: SearchState): string {
  if (from === '' && to === '') return q;
  const years = `publication_date:[${from || '*'} TO ${to || '*'}]`;
  return q.trim() === '' ? years : `(${q}) AND ${years}`;
}

function yearOf(text: string | null): string {
  return text !== null && /^\d{4}$/.test(text) ? text : '';
}

/** Whether anything narrows the records down. */
export function isNarrowed({ q, types, access, communities, from, to }: SearchState): boolean {
  return q.trim() !== '' || types.length + access.length + communities.length > 0 || from !== '' || to !== '';
}

/** How many pages can be reached. */
export function pageCount(total: number): number {
  return Math.ceil(Math.min(total, WINDOW) / PAGE_SIZE);
}

/** The page numbers to show: the first, the last, those around this one; null for a gap. */
export function pageNumbers(page: number, pages: number): (number | null)[] {
  const wanted = [1, page - 1, page, page + 1, pages].filter((number) => number >= 1 && number <= pages);
  const numbers = [...new Set(wanted)].toSorted((a, b) => a - b);
  return numbers.flatMap((number, index) => {
    const gap = number - (numbers[index - 1] ?? 0);
    if (gap === 2) return [number - 1, number];
    return gap > 2 ? [null, number] : [number];
  });
}
