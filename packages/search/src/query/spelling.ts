import type { estypes } from '@elastic/elasticsearch';
import type { SearchClient } from '../client.ts';
import { plainWords } from './compile.ts';
import { readQuery } from './read-query.ts';
import { askAll, searchRecords } from './search.ts';
import type { RecordQuery } from './request.ts';

/** A corrected spelling of a query, with the number of records that it finds. */
export interface Spelling {
  readonly q: string;
  /** How many records it finds. */
  readonly total: number;
}

/** Fields with unstemmed words, which can be shown to people. */
const FIELDS = ['title', 'creators.name'] as const;

/** A correction is shown if it finds at least this many times as many records. */
const BETTER = 5;

/**
 * The query with words that hardly any record has replaced by neighbours that more have, when that finds several times
 * as much; null when it does not, or when the query is more than words. `found` is what it finds as it is.
 */
export async function suggestSpelling(
  client: SearchClient,
  alias: string,
  search: RecordQuery,
  found: number,
  signal?: AbortSignal,
): Promise<Spelling | null> {
  const q = search.q ?? '';
  const words = (plainWords(readQuery(q).node) ?? []).filter(({ text }) => /^\p{L}{4,40}$/u.test(text));
  if (words.length === 0) return null;
  const corrections = await correctionsOf(
    client,
    alias,
    words.map((word) => word.text),
    signal,
  );
  const corrected = words.toReversed().reduce((text, word, index) => {
    const better = corrections[words.length - 1 - index];
    return better === undefined ? text : text.slice(0, word.position) + better + text.slice(word.position + word.text.length);
  }, q);
  if (corrected === q) return null;
  const { total } = await searchRecords(client, alias, { ...search, q: corrected, size: 0, ...(signal && { signal }) });
  return total > found * BETTER ? { q: corrected, total } : null;
}

async function correctionsOf(
  client: SearchClient,
  alias: string,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<(string | undefined)[]> {
  const suggest: estypes.SearchSuggester = Object.fromEntries(
    words.flatMap((text, index) =>
      FIELDS.map((field) => [
        `${index} ${field}`,
        {
          text,
          term: {
            field,
            suggest_mode: 'popular' as const,
            max_edits: 2,
            prefix_length: 1,
            min_word_length: 4,
            size: 1,
            sort: 'score' as const,
          },
        },
      ]),
    ),
  );
  const [answer] = await askAll(client, alias, [{ size: 0, track_total_hits: false, suggest }], signal);
  const optionsOf = (name: string): Option[] =>
    (answer!.suggest?.[name] ?? []).flatMap((entry) => (Array.isArray(entry.options) ? entry.options : [entry.options])) as Option[];
  return words.map((_, index) => {
    const options = FIELDS.flatMap((field) => optionsOf(`${index} ${field}`));
    return options.toSorted((a, b) => b.score - a.score || b.freq - a.freq)[0]?.text;
  });
}

interface Option {
  readonly text: string;
  readonly score: number;
  readonly freq: number;
}
