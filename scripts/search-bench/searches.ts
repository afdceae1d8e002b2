import { FACET_NAMES, type RecordSearch } from '@thresher/search';

/** What those who look for a record remember of it. */
export interface Remembered {
  readonly title: string | null;
  readonly creator: string | null;
}

/** Requests as people make them, by number: the same ones each time. */
export interface Requests {
  /** As the search page asks: all facets, twenty hits, of which the index returns no more than the number. */
  readonly search: (n: number) => RecordSearch;
  /** What was typed so far. */
  readonly typed: (n: number) => string;
}

/** Words, pairs of words, phrases, names and beginnings out of the records themselves, rare and frequent as they are there. */
export function requestsFrom(records: readonly Remembered[]): Requests {
  const titles = records.map(({ title }) => title?.match(/\p{L}{4,}/gu) ?? []);
  const words = titles.flat();
  const pairs = titles.flatMap((title) => title.slice(1).map((word, index) => `${title[index]} ${word}`));
  const names = records.flatMap(({ creator }) => creator ?? []);
  const pick = (list: readonly string[], n: number): string => list[(n * 7_919) % list.length]!;
  const page = { facets: FACET_NAMES, size: 20, select: ['record_id'] };
  const search = (n: number): RecordSearch => {
    const kind = n % 20;
    if (kind < 2) return page;
    if (kind < 4) return { ...page, q: `creators.name:"${pick(names, n)}"` };
    if (kind < 7) return { ...page, q: pick(words, n), filters: { resource_type: ['dataset'], access_status: ['open'] } };
    if (kind === 7) return { ...page, q: pick(words, n), filters: { publication_year: ['2021', '2022'] }, sort: 'newest' };
    if (kind < 11) return { ...page, q: `${pick(words, n)} ${pick(words, n + 1)}` };
    if (kind < 13) return { ...page, q: pick(pairs, n) };
    if (kind === 13) return { ...page, q: `"${pick(pairs, n)}"` };
    if (kind < 16) return { ...search(n - 6), page: kind - 12 };
    return { ...page, q: pick(words, n) };
  };
  return { search, typed: (n) => pick(n % 3 === 0 ? names : words, n).slice(0, 1 + (n % 7)) };
}

/** The query string of `/api/records` that asks for the same. */
export function toParameters({ q, filters = {}, page, size, sort }: RecordSearch): URLSearchParams {
  const parameters = new URLSearchParams({ facets: 'all' });
  for (const [name, value] of Object.entries({ q, page, size, sort })) if (value !== undefined) parameters.set(name, String(value));
  for (const [name, values] of Object.entries(filters)) for (const value of values) parameters.append(name, value);
  return parameters;
}

/** The share of requests whose counts were asked for before: the server has those still, while the index stays as it is. */
export function shareRepeated(searches: readonly RecordSearch[]): number {
  const counted = searches.map(({ q, filters }) => JSON.stringify({ q, filters }));
  return Math.round((1 - new Set(counted).size / counted.length) * 100) / 100;
}
