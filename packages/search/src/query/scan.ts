import { QueryError } from '../errors.ts';
import { objectOf, queryField, uncarriedField, unknownField } from './fields.ts';
import { startsIdentifier } from './identifiers.ts';

/** A piece of a query, with its place counted from 0. */
export type Token = { readonly position: number } & (
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' | 'plus' }
  | { readonly kind: 'field'; readonly name: string }
  /** `pattern` is for Elasticsearch's wildcard query when an unescaped `*` or `?` stands in the word; else null. */
  | { readonly kind: 'word'; readonly text: string; readonly pattern: string | null }
  | { readonly kind: 'phrase'; readonly text: string }
  | { readonly kind: 'regexp'; readonly pattern: string }
  | ({ readonly kind: 'range' } & Bounds)
  /** `~2` or `^3` after what it belongs to; null for a bare `~`. */
  | { readonly kind: 'tilde' | 'boost'; readonly value: number | null }
);

/** Ends of a range as written; null is open. */
export interface Bounds {
  readonly from: string | null;
  readonly to: string | null;
  readonly includesFrom: boolean;
  readonly includesTo: boolean;
}

type Reader = (rest: string, position: number, context: Context) => Read | null;
/** What precedes the position that is read. */
type Context = { readonly afterField: boolean; readonly afterBlank: boolean; readonly inField: boolean };
/** The result of a reader: tokens (none for text without meaning) and the number of characters read. */
type Read = { readonly tokens: readonly Token[]; readonly length: number };

/**
 * Cuts a query into tokens: Lucene's syntax, except that a sign which cannot mean what it says (`/` within a word, a
 * bracket that opens no range, a colon after a word that is followed by a blank) is just a character.
 * Throws `QueryError` for an open quote, a broken range, an unknown field.
 */
export function scan(query: string): Token[] {
  const tokens: Token[] = [];
  // For each open parenthesis, whether a field stands before it, or before one around it.
  const groups: boolean[] = [];
  for (let position = 0; position < query.length;) {
    const rest = query.slice(position);
    const afterBlank = position === 0 || /[\s(]/.test(query[position - 1]!);
    const afterField = tokens.at(-1)?.kind === 'field';
    const inField = groups.at(-1) === true;
    const read = firstRead(rest, position, { afterField, afterBlank, inField });
    for (const token of read.tokens) tokens.push(token);
    if (read.tokens[0]?.kind === 'open') groups.push(afterField || inField);
    if (read.tokens[0]?.kind === 'close') groups.pop();
    position += read.length;
  }
  return tokens;
}

const READERS: readonly Reader[] = [
  readBlank,
  readParenthesis,
  readOperator,
  readPhrase,
  readRange,
  readComparison,
  readRegexp,
  readIdentifier,
  readField,
  readWord,
];

function firstRead(rest: string, position: number, context: Context): Read {
  for (const reader of READERS) {
    const read = reader(rest, position, context);
    if (read) return read;
  }
  return { tokens: [], length: 1 };
}

function readBlank(rest: string): Read | null {
  const blank = /^\s+/.exec(rest);
  return blank && { tokens: [], length: blank[0].length };
}

function readParenthesis(rest: string, position: number): Read | null {
  if (rest.startsWith('(')) return { tokens: [{ kind: 'open', position }], length: 1 };
  if (!rest.startsWith(')')) return null;
  return withModifiers(rest, position, { kind: 'close', position }, 1);
}

const OPERATORS = { AND: 'and', '&&': 'and', OR: 'or', '||': 'or', NOT: 'not', '!': 'not', '-': 'not', '+': 'plus' } as const;

/** `(SARS)-associated` negates nothing, so a sign needs a blank before it. */
function readOperator(rest: string, position: number, { afterField, afterBlank, inField }: Context): Read | null {
  if (afterField || !afterBlank) return null;
  const found =
    /^(?:(?:AND|OR|NOT|&&|\|\|)(?=[\s()]|$)|[!+-](?=[\p{L}\p{N}"([{/*?_\\]))/u.exec(rest)?.[0] ??
    (inField ? /^[!+-](?=[<>])/.exec(rest)?.[0] : undefined);
  return found ? { tokens: [{ kind: OPERATORS[found as keyof typeof OPERATORS], position }], length: found.length } : null;
}

function readPhrase(rest: string, position: number): Read | null {
  if (!rest.startsWith('"')) return null;
  const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(rest);
  if (!quoted) {
    throw syntaxError(
      `the double quote at character ${position + 1} is not closed: add the closing one, or put a backslash before it`,
      position,
    );
  }
  return withModifiers(rest, position, { kind: 'phrase', position, text: unescape(quoted[1]!) }, quoted[0].length);
}

const RANGE = /^([[{])\s*("[^"]*"|[^\s\]}]+)\s+TO\s+("[^"]*"|[^\s\]}]+)\s*([\]}])/;

function readRange(rest: string, position: number, { afterField }: Context): Read | null {
  if (!/^[[{]/.test(rest)) return null;
  const range = RANGE.exec(rest);
  if (!range) return brokenRange(rest, position, afterField);
  const bounds = {
    from: bound(range[2]!),
    to: bound(range[3]!),
    includesFrom: range[1] === '[',
    includesTo: range[4] === ']',
  };
  return withModifiers(rest, position, { kind: 'range', position, ...bounds }, range[0].length);
}

/** Titles have brackets, too: `[Dataset] Sea ice` is three words. */
function brokenRange(rest: string, position: number, afterField: boolean): Read {
  if (!afterField && !/^[[{][^\]}]*\sTO\s/.test(rest)) return { tokens: [], length: 1 };
  throw syntaxError(
    `the range at character ${position + 1} cannot be read: write [2024-01-01 TO 2024-12-31], with * for an open end`,
    position,
  );
}

/** `>=2024` right after a field, or anywhere in its parentheses: `year:(>=2020 AND <2024)`. */
function readComparison(rest: string, position: number, { afterField, inField }: Context): Read | null {
  const found = afterField || inField ? /^([<>])(=?)([^\s()"]+)/.exec(rest) : null;
  if (!found) return null;
  const [whole, sign, equals, text] = found;
  const includes = equals === '=';
  const bounds =
    sign === '>'
      ? { from: text!, to: null, includesFrom: includes, includesTo: true }
      : { from: null, to: text!, includesFrom: true, includesTo: includes };
  return { tokens: [{ kind: 'range', position, ...bounds }], length: whole.length };
}

function readRegexp(rest: string, position: number): Read | null {
  const found = /^\/((?:[^/\\\s]|\\.)+)\/(?=[\s)^]|$)/.exec(rest);
  return found && withModifiers(rest, position, { kind: 'regexp', position, pattern: found[1]! }, found[0].length);
}

function readIdentifier(rest: string, position: number): Read | null {
  if (!startsIdentifier(rest)) return null;
  const raw = trimIdentifier(/^(?:doi:\s*)?\S+/i.exec(rest)![0]);
  const pattern = raw.includes('*') ? raw.replaceAll('?', '\\?') : null;
  return withModifiers(rest, position, { kind: 'word', position, text: unescape(raw), pattern }, raw.length);
}

/** Removes what the sentence around the identifier added: a weight, a comma, unmatched parentheses. */
function trimIdentifier(raw: string): string {
  let text = raw.replace(/\^\d+(?:\.\d+)?\)*$/, '').replace(/[,;.]+$/, '');
  while (text.endsWith(')') && text.split(')').length > text.split('(').length) text = text.slice(0, -1);
  return text;
}

/** The colon within the name of a custom field may do without its backslash, as another follows. */
const CUSTOM_FIELD = /^(custom(?:_fields)?\.[A-Za-z][\w-]*:[\w.-]+):/;

function readField(rest: string, position: number, { afterField }: Context): Read | null {
  const found = afterField ? null : (CUSTOM_FIELD.exec(rest) ?? /^([A-Za-z_](?:[\w.-]|\\:)*(?:\.\\?\*)?|\*):/.exec(rest));
  if (!found) return null;
  const [whole, name] = [found[0], unescape(found[1]!)];
  if (name === '*' || name === '_exists_' || name === '_missing_' || queryField(name) || objectOf(name) !== null) {
    return { tokens: [{ kind: 'field', position, name }], length: whole.length };
  }
  if (name.includes('.') && uncarriedField(name) !== null) throw unknownField(name, position);
  if (/^(?:\s|$)/.test(rest.slice(whole.length)) || isProse(name)) return null;
  throw unknownField(name, position);
}

/**
 * No field has a capital in its name, so `Chiroptera:Vespertilionidae` comes out of a title; `Title:` and, with a dot in it,
 * `metadata.resourceType:` are slips.
 */
function isProse(name: string): boolean {
  if (/^[a-z_]/.test(name) && name.includes('.')) return false;
  return name !== name.toLowerCase() && queryField(name.toLowerCase()) === null;
}

function readWord(rest: string, position: number): Read | null {
  const raw = /^(?:[^\s()"\\]|\\.|\\$)+/s.exec(rest)?.[0];
  if (!raw) return null;
  const word = raw.replace(/(?<=[^\\])(?:~\d*(?:\.\d+)?)?(?:\^\d+(?:\.\d+)?)?$/, '');
  const { length } = word;
  if (!/[\p{L}\p{N}*?]/u.test(word)) return { tokens: [], length };
  const pattern = /(?:^|[^\\])(?:\\\\)*[*?]/.test(word) ? word : null;
  return withModifiers(rest, position, { kind: 'word', position, text: unescape(word.replace(/:+$/, '')), pattern }, length);
}

/** Adds `~n` and `^n` if they follow directly. */
function withModifiers(rest: string, position: number, token: Token, length: number): Read {
  const [whole, tilde, boost] = /^(~\d*(?:\.\d+)?)?(\^\d+(?:\.\d+)?)?/.exec(rest.slice(length))!;
  const tokens: Token[] = [token];
  if (tilde) tokens.push({ kind: 'tilde', position: position + length, value: numberOrNull(tilde.slice(1)) });
  if (boost) tokens.push({ kind: 'boost', position: position + length, value: Number(boost.slice(1)) });
  return { tokens, length: length + whole.length };
}

function numberOrNull(digits: string): number | null {
  return digits === '' ? null : Number(digits);
}

function bound(text: string): string | null {
  if (text === '*') return null;
  return text.startsWith('"') ? text.slice(1, -1) : unescape(text);
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}

function syntaxError(message: string, position: number): QueryError {
  return new QueryError(message, { code: 'syntax', position });
}
