import { isFilter, MAX_SIZE, nearestFilter, readQuery, sortNote, uncarriedField } from '@thresher/search';

/** A warning about a request that was not answered as it was written. */
export interface SearchWarning {
  readonly parameter: string;
  readonly detail: string;
}

/** Shorter names that nobody knows are no slips: clients send `_`, `ln`, `p`. */
const SHORTEST_SLIP = 4;

/** Warnings about a query string; `own` are names of parameters that are no fields. Pure. Throws `QueryError` as `readQuery` does. */
export function searchWarnings(parameters: Readonly<Record<string, unknown>>, own: ReadonlySet<string>): SearchWarning[] {
  const { q, size, sort } = parameters;
  const notes = typeof q === 'string' ? readQuery(q).notes : [];
  const order = typeof sort === 'string' ? sortNote(sort) : null;
  const unknown = Object.keys(parameters).filter((name) => !own.has(name) && !isFilter(name));
  return [
    ...notes.map((detail) => ({ parameter: 'q', detail })),
    ...(order === null ? [] : [{ parameter: 'sort', detail: order }]),
    ...(typeof size === 'number' && size > MAX_SIZE ? [{ parameter: 'size', detail: `a page has at most ${MAX_SIZE} records` }] : []),
    ...unknown.flatMap((name) => unknownParameter(name, own)),
  ];
}

function unknownParameter(name: string, own: ReadonlySet<string>): SearchWarning[] {
  const reason = uncarriedField(name);
  if (reason !== null) return [{ parameter: name, detail: `the parameter was ignored: ${reason}` }];
  const near = name.length < SHORTEST_SLIP ? null : nearestFilter(name, [...own]);
  return near === null
    ? []
    : [{ parameter: name, detail: `the parameter '${name}' does not exist and was ignored: did you mean '${near}'?` }];
}

/** The value of a `Warning` header (RFC 7234, code 299) for each; characters that a header cannot hold are `?`. */
export function warningHeader(warnings: readonly SearchWarning[]): string[] {
  return warnings.slice(0, MOST_IN_HEADER).map(({ parameter, detail }) => `299 - "${quoted(`${parameter}: ${detail}`)}"`);
}

/** Clients limit the size of all headers together, often to 8 KiB. */
const MOST_IN_HEADER = 5;

function quoted(text: string): string {
  return text
    .slice(0, 400)
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/["\\]/g, '\\$&');
}
