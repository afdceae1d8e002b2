import type { estypes } from '@elastic/elasticsearch';
import type { SearchClient } from '../client.ts';
import type { SearchDocument } from '../document.ts';
import { onlyFields } from '../walk-documents.ts';
import { LATEST } from './request.ts';
import { askAll } from './search.ts';
import { editDistance } from './fields.ts';
import { foldPattern } from './values.ts';

/** A completion of what a user is typing: a title, a person, a keyword or a community. */
export interface Suggestion {
  readonly type: 'title' | 'person' | 'keyword' | 'community';
  readonly text: string;
  /** The value of `q` that finds it. */
  readonly query: string;
  /** The record, if it is a title. */
  readonly recordId?: number;
}

export interface SuggestOptions {
  /** Number of suggestions, 1 to 50; default 10. */
  readonly size?: number;
  readonly signal?: AbortSignal;
}

type SearchAnswer = estypes.SearchResponseBody<SearchDocument>;
type Query = estypes.QueryDslQueryContainer;

/** Matching records that are read per kind: enough to see what is frequent, few enough to be quick. */
const LOOKED_AT = 200;
/** Titles are limited: each is read from its document, which costs more than finding it. */
const TITLES = 4;
/** The best of this many candidates; finding them costs little. */
const TITLES_LOOKED_AT = 500;

/**
 * Titles, people, keywords and communities with words that begin as typed (people and titles: in any order); where
 * nothing begins so, titles and people that are spelt nearly so. Throws `SearchUnavailableError`, `IndexMissingError`.
 */
export async function suggest(client: SearchClient, alias: string, typed: string, options: SuggestOptions = {}): Promise<Suggestion[]> {
  const words = wordsOf(typed);
  if (words.length === 0) return [];
  const begun = await ask(client, alias, typed, words, options, 'begun');
  return begun.length > 0 || typed.trim().length < 4 ? begun : ask(client, alias, typed, words, options, 'nearly');
}

/** Longer texts complete nothing. */
const MAX_LENGTH = 100;

function wordsOf(typed: string): string[] {
  return foldPattern(typed.slice(0, MAX_LENGTH)).match(/[\p{L}\p{N}]+/gu) ?? [];
}

async function ask(
  client: SearchClient,
  alias: string,
  typed: string,
  words: readonly string[],
  { size = 10, signal }: SuggestOptions,
  how: 'begun' | 'nearly',
): Promise<Suggestion[]> {
  const text = typed.slice(0, MAX_LENGTH).trim();
  const kinds = how === 'begun' ? KINDS : KINDS.slice(0, 2);
  const answers = await askAll(
    client,
    alias,
    kinds.map((kind) => request(kind.query(text, how), kind)),
    signal,
  );
  const fits = how === 'begun' ? begins : isNearly;
  const isMeant = (value: string): boolean => words.every((word) => wordsOf(value).some((one) => fits(one, word)));
  const found = kinds.map((kind, index) => kind.read(answers[index]!, isMeant, text));
  return shared(found, size);
}

const begins = (word: string, typed: string): boolean => word.startsWith(typed);
const isNearly = (word: string, typed: string): boolean => editDistance(word, typed) <= 2;

/** A kind of suggestion: its query, and how suggestions are read from the hits. */
interface Kind {
  readonly query: (text: string, how: 'begun' | 'nearly') => Query;
  /** The field whose values are counted; null for the records themselves. */
  readonly path: string | null;
  readonly read: (answer: SearchAnswer, isMeant: (value: string) => boolean, text: string) => Suggestion[];
}

const words =
  (path: string) =>
  (text: string, how: 'begun' | 'nearly'): Query =>
    how === 'begun'
      ? { match_bool_prefix: { [path]: { query: text, operator: 'and', max_expansions: 200 } } }
      : { match: { [path]: { query: text, operator: 'and', fuzziness: 'AUTO', prefix_length: 1, max_expansions: 20 } } };

const quoted = (text: string): string => `"${text.replace(/["\\]/g, ' ')}"`;

const KINDS: readonly Kind[] = [
  {
    query: words('title'),
    path: null,
    read: ({ hits }) =>
      hits.hits.map(({ _source: source }) => ({
        type: 'title',
        text: source!.title!,
        query: `title:${quoted(source!.title!)}`,
        recordId: source!.record_id,
      })),
  },
  {
    query: words('creators.name'),
    path: 'creators.name.keyword',
    read: (answer, isMeant) =>
      valuesIn(answer)
        .filter(isMeant)
        .map((name) => ({ type: 'person', text: name, query: `creators.name:${quoted(name)}` })),
  },
  {
    query: (text) => ({ prefix: { topics: { value: text, case_insensitive: true } } }),
    path: 'topics.written',
    read: (answer, _isMeant, text) =>
      beginning(valuesIn(answer), text).map((term) => ({ type: 'keyword', text: term, query: `keywords:${quoted(term)}` })),
  },
  {
    query: (text) => ({ prefix: { communities: { value: slugOf(text) } } }),
    path: 'communities',
    read: (answer, _isMeant, text) =>
      beginning(valuesIn(answer), slugOf(text)).map((slug) => ({ type: 'community', text: slug, query: `communities:${slug}` })),
  },
];

function slugOf(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '-');
}

/**
 * The values come as they are and are counted here: the server's own counting goes through every value of the index for
 * each request, however few records it is for.
 */
function request(query: Query, { path }: Kind): estypes.SearchRequest {
  const common = { track_total_hits: false, timeout: '2s' };
  if (path === null) {
    const latest: Query = { bool: { must: [query], filter: [LATEST] } };
    return { ...common, query: latest, terminate_after: TITLES_LOOKED_AT, size: TITLES, _source: ['title', 'record_id'] };
  }
  return { ...common, ...onlyFields([path]), query: { bool: { filter: [query, LATEST] } }, sort: ['_doc'], size: LOOKED_AT };
}

/** The values of the records that were looked at, the most frequent first. */
function valuesIn({ hits }: SearchAnswer): string[] {
  const counts = new Map<string, number>();
  for (const { fields } of hits.hits)
    for (const value of Object.values(fields ?? {}).flat() as string[]) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.keys()].toSorted((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1));
}

/** Values that differ only in case count as one, in the most frequent spelling. */
function beginning(values: readonly string[], text: string): string[] {
  const byFold = new Map<string, string>();
  for (const value of values) {
    const key = value.toLowerCase();
    if (key.startsWith(text.toLowerCase()) && !byFold.has(key)) byFold.set(key, value);
  }
  return [...byFold.values()];
}

/** Takes suggestions from each kind in turn, so that no kind crowds out the others, and returns them in the order of kinds. */
function shared(found: readonly (readonly Suggestion[])[], size: number): Suggestion[] {
  const different = found.map((list) => list.filter((one, index) => list.findIndex((other) => other.text === one.text) === index));
  const taken = different.map(() => 0);
  for (let left = size, moved = true; left > 0 && moved;) {
    moved = false;
    for (const [index, list] of different.entries()) {
      if (left === 0 || taken[index]! >= list.length) continue;
      taken[index]! += 1;
      left -= 1;
      moved = true;
    }
  }
  return different.flatMap((list, index) => list.slice(0, taken[index]));
}
