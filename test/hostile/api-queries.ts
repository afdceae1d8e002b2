import fc from 'fast-check';
import { QueryError } from '@thresher/search';
import { compileRecordQuery } from '@thresher/search/testing';
import { hostileText } from './api-values.ts';
import { defineFuzzer } from './fuzzer.ts';

/** A query of 4,000 characters has 100 terms at most, each of which is looked for in at most this many places. */
const MOST_LEAVES = 100 * 25;
const MOST_DEPTH = 200;
const MOST_BYTES = 1_000_000;

interface SearchInput {
  readonly q: string;
  readonly sort: string | undefined;
  readonly filter: readonly [name: string, value: string] | undefined;
}

const field = fc.constantFrom('', 'title:', 'doi:', 'recid:', 'publication_date:', 'creators.name:', 'communities:', '_exists_:', '*:');
const leaf = fc.oneof(
  hostileText,
  fc.tuple(hostileText, hostileText).map(([from, to]) => `[${from} TO ${to}]`),
  hostileText.map((text) => `"${text}"`),
  hostileText.map((text) => `/${text}/`),
  fc.tuple(hostileText, fc.constantFrom('~', '~2', '~3', '^2', '^1e9', '*', '?', '~~', '^^')).map((parts) => parts.join('')),
);
const { query } = fc.letrec<{ query: string; term: string }>((tie) => ({
  term: fc.tuple(field, leaf).map((parts) => parts.join('')),
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('term'),
    fc
      .array(fc.tuple(fc.constantFrom(' ', ' AND ', ' OR ', ' NOT ', ' -', ' +', '', ' && ', ' || ', ' !'), tie('query')), { maxLength: 6 })
      .map((parts) => parts.flat().join('')),
    fc.tuple(field, tie('query')).map(([name, inner]) => `${name}(${inner})`),
  ),
}));

/** The query language: a query is compiled within limits, or refused with a sentence; nothing else happens. */
export const apiQueries = defineFuzzer<SearchInput>({
  name: 'search queries',
  shortInputs: 300,
  inputs: 30_000,
  arbitrary: fc.record({
    q: query,
    sort: fc.option(fc.oneof(fc.constantFrom('newest', '-title', 'bestmatch'), hostileText), { nil: undefined }),
    filter: fc.option(fc.tuple(fc.oneof(fc.constantFrom('type', 'year', 'communities', 'doi', '__proto__'), hostileText), hostileText), {
      nil: undefined,
    }),
  }),
  corpus: [
    { name: 'a hundred negations', make: () => ({ q: `${'NOT '.repeat(100)}a`, sort: undefined, filter: undefined }) },
    { name: 'a thousand parentheses', make: () => ({ q: '('.repeat(1_000), sort: undefined, filter: undefined }) },
    { name: 'four thousand terms', make: () => ({ q: 'a '.repeat(2_000), sort: undefined, filter: undefined }) },
    { name: 'brackets without end', make: () => ({ q: '[ '.repeat(2_000), sort: undefined, filter: undefined }) },
    // Every word was looked for in the fields of nine languages: 2,509 values.
    {
      name: 'a hundred words after a quote without end',
      make: () => ({ q: `( "${'a '.repeat(140)}`, sort: undefined, filter: undefined }),
    },
    // 5,501 values, and a thousand walks through the terms of the index.
    { name: 'a hundred patterns', make: () => ({ q: 'ab* '.repeat(100), sort: undefined, filter: undefined }) },
    { name: 'a hundred numbers', make: () => ({ q: '2003 '.repeat(100), sort: undefined, filter: undefined }) },
    { name: 'a hundred regular expressions', make: () => ({ q: '/ab/ '.repeat(100), sort: undefined, filter: undefined }) },
    { name: 'an identifier of parentheses', make: () => ({ q: `doi:10.1234/${')'.repeat(3_900)}`, sort: undefined, filter: undefined }) },
  ],
  show: (input) => JSON.stringify(input).slice(0, 300),
  open: async () => (input) => {
    const compiled = compile(input);
    if (compiled === null) return;
    const { bytes, depth, leaves } = sizeOf(compiled);
    if (depth > MOST_DEPTH || leaves > MOST_LEAVES || bytes > MOST_BYTES)
      throw new Error(`${leaves} leaves, ${depth} levels, ${bytes} bytes of a query of ${input.q.length} characters`);
    if (JSON.stringify(compile(input)) !== JSON.stringify(compiled)) throw new Error('the same query is compiled in two ways');
  },
});

function compile({ q, sort, filter }: SearchInput): object | null {
  try {
    const filters = filter === undefined ? {} : { filters: Object.fromEntries([[filter[0], [filter[1]]]]) };
    const { query: compiled, sort: order, chosen } = compileRecordQuery({ q, ...(sort !== undefined && { sort }), ...filters });
    return { compiled, order, chosen: [...chosen] };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (error.position !== null && (error.position < 0 || error.position > q.length))
      throw new Error(`position ${error.position}`, { cause: error });
    if (error.message.length > 7_000 || error.message === '') throw new Error('the message is too long, or empty', { cause: error });
    return null;
  }
}

/** Of a query in Elasticsearch's form; a leaf is a value in it. */
function sizeOf(compiled: object): { bytes: number; depth: number; leaves: number } {
  let [depth, leaves] = [0, 0];
  const visit = (value: unknown, level: number): void => {
    depth = Math.max(depth, level);
    if (typeof value !== 'object' || value === null) leaves += 1;
    else for (const inner of Object.values(value)) visit(inner, level + 1);
  };
  visit(compiled, 0);
  return { bytes: JSON.stringify(compiled).length, depth, leaves };
}
