import { QueryError } from '../errors.ts';
import { scan, type Bounds, type Token } from './scan.ts';

/** One condition; `field` as written, null for none. */
export type Leaf = { readonly field: string | null; readonly position: number } & (
  | { readonly kind: 'word'; readonly text: string; readonly pattern: string | null; readonly fuzziness: number | 'AUTO' | null }
  | { readonly kind: 'phrase'; readonly text: string; readonly slop: number }
  | { readonly kind: 'regexp'; readonly pattern: string }
  | ({ readonly kind: 'range' } & Bounds)
  | { readonly kind: 'exists' }
);

export type QueryNode =
  | Leaf
  | { readonly kind: 'all' }
  /** Finds nothing: text without letters and digits. */
  | { readonly kind: 'none' }
  /** `implicit`: words side by side, with no AND written. */
  | { readonly kind: 'and'; readonly nodes: readonly QueryNode[]; readonly implicit: boolean }
  | { readonly kind: 'or'; readonly nodes: readonly QueryNode[] }
  | { readonly kind: 'not'; readonly node: QueryNode }
  | { readonly kind: 'boost'; readonly node: QueryNode; readonly boost: number };

export const MAX_QUERY_LENGTH = 4_000;
export const MAX_CLAUSES = 100;
const MAX_DEPTH = 20;

/** The conditions of a query, wherever they stand in it. */
export function leavesOf(node: QueryNode): readonly Leaf[] {
  switch (node.kind) {
    case 'all':
    case 'none':
      return [];
    case 'and':
    case 'or':
      return node.nodes.flatMap(leavesOf);
    case 'not':
    case 'boost':
      return leavesOf(node.node);
    default:
      return [node];
  }
}

/** Tokens with a position that the functions below advance. */
type Cursor = { readonly tokens: readonly Token[]; at: number; clauses: number; depth: number };

/**
 * Reads a query. NOT binds closer than AND, AND closer than OR; words side by side are joined by AND.
 * Throws `QueryError` with what to mend.
 */
export function parseQuery(query: string): QueryNode {
  if (query.length > MAX_QUERY_LENGTH) throw tooComplex(`is longer than ${MAX_QUERY_LENGTH} characters`);
  if (query.trim() === '') return { kind: 'all' };
  const cursor: Cursor = { tokens: scan(query), at: 0, clauses: 0, depth: 0 };
  if (cursor.tokens.length === 0) throw syntax('there is nothing to search for in the query: it has neither letters nor digits', 0);
  const node = parseOr(cursor, null);
  const left = peek(cursor);
  if (left)
    throw syntax(
      `the closing parenthesis at character ${left.position + 1} has no opening one: remove it, or put a backslash before it`,
      left.position,
    );
  return node;
}

function parseOr(cursor: Cursor, field: string | null): QueryNode {
  const nodes = [parseAnd(cursor, field)];
  while (peek(cursor)?.kind === 'or') {
    cursor.at += 1;
    nodes.push(parseAnd(cursor, field));
  }
  return nodes.length === 1 ? nodes[0]! : { kind: 'or', nodes };
}

function parseAnd(cursor: Cursor, field: string | null): QueryNode {
  const nodes = [parseUnary(cursor, field)];
  let implicit = true;
  for (let next = peek(cursor); next && next.kind !== 'or' && next.kind !== 'close'; next = peek(cursor)) {
    if (next.kind === 'and') {
      cursor.at += 1;
      implicit = false;
    }
    nodes.push(parseUnary(cursor, field));
  }
  return nodes.length === 1 ? nodes[0]! : { kind: 'and', nodes, implicit };
}

function parseUnary(cursor: Cursor, field: string | null): QueryNode {
  const token = peek(cursor);
  if (token?.kind !== 'not' && token?.kind !== 'plus') return parsePrimary(cursor, field);
  cursor.at += 1;
  const node = nested(cursor, () => parseUnary(cursor, field));
  return token.kind === 'not' ? { kind: 'not', node } : node;
}

function parsePrimary(cursor: Cursor, inherited: string | null): QueryNode {
  const named = peek(cursor);
  if (named?.kind === 'field') cursor.at += 1;
  const field = named?.kind === 'field' ? named.name : inherited;
  const token = peek(cursor);
  if (token?.kind !== 'open') return boosted(cursor, parseLeaf(cursor, field));
  cursor.at += 1;
  const node = nested(cursor, () => parseOr(cursor, field));
  if (peek(cursor)?.kind !== 'close') {
    throw syntax(
      `the parenthesis at character ${token.position + 1} is not closed: add the closing one, or put a backslash before it`,
      token.position,
    );
  }
  cursor.at += 1;
  return boosted(cursor, node);
}

function parseLeaf(cursor: Cursor, field: string | null): QueryNode {
  const token = peek(cursor);
  const leaf = token && toLeaf(token, field);
  if (!leaf) throw nothingAfter(cursor);
  cursor.at += 1;
  cursor.clauses += 1;
  if (cursor.clauses > MAX_CLAUSES) throw tooComplex(`has more than ${MAX_CLAUSES} terms`);
  return withTilde(cursor, leaf);
}

function toLeaf(token: Token, field: string | null): QueryNode | null {
  const { position } = token;
  if (token.kind === 'word') return wordLeaf(token.text, token.pattern, field, position);
  if (token.kind === 'phrase')
    return existsNode(token.text, field, position) ?? { kind: 'phrase', field, position, text: token.text, slop: 0 };
  if (token.kind === 'regexp') return { kind: 'regexp', field, position, pattern: token.pattern };
  return token.kind === 'range' ? { ...token, field } : null;
}

/** `_missing_` is of older versions of Elasticsearch, and in Zenodo's guide to search. */
function existsNode(text: string, field: string | null, position: number): QueryNode | null {
  if (field !== '_exists_' && field !== '_missing_') return null;
  const node: QueryNode = { kind: 'exists', field: text, position };
  return field === '_exists_' ? node : { kind: 'not', node };
}

function wordLeaf(text: string, pattern: string | null, field: string | null, position: number): QueryNode {
  const exists = existsNode(text, field, position);
  if (exists !== null) return exists;
  if (pattern === '*') return field === null || field === '*' ? { kind: 'all' } : { kind: 'exists', field, position };
  return { kind: 'word', field: field === '*' ? null : field, position, text, pattern, fuzziness: null };
}

function withTilde(cursor: Cursor, leaf: QueryNode): QueryNode {
  const token = peek(cursor);
  if (token?.kind !== 'tilde') return leaf;
  cursor.at += 1;
  if (leaf.kind === 'phrase') return { ...leaf, slop: Math.floor(token.value ?? 0) };
  if (leaf.kind !== 'word') return leaf;
  const edits = token.value;
  if (edits !== null && edits > 2)
    throw syntax(`~${edits} at character ${token.position + 1} is too far: a word may differ by ~1 or ~2 letters`, token.position);
  return { ...leaf, fuzziness: edits === null || !Number.isInteger(edits) ? 'AUTO' : edits };
}

/** A tilde after a group means nothing and is passed over. */
function boosted(cursor: Cursor, node: QueryNode): QueryNode {
  if (peek(cursor)?.kind === 'tilde') cursor.at += 1;
  const token = peek(cursor);
  if (token?.kind !== 'boost') return node;
  cursor.at += 1;
  return { kind: 'boost', node, boost: Math.min(token.value ?? 1, 1_000) };
}

function nested(cursor: Cursor, parse: () => QueryNode): QueryNode {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw tooComplex(`is nested more than ${MAX_DEPTH} deep`);
  const node = parse();
  cursor.depth -= 1;
  return node;
}

function peek(cursor: Cursor): Token | undefined {
  return cursor.tokens[cursor.at];
}

const SPELLED = { and: 'AND', or: 'OR', not: 'NOT', plus: '+', open: '(', close: ')' } as const;

/** An operator, field or parenthesis that has no term where it needs one. */
function nothingAfter(cursor: Cursor): QueryError {
  const here = peek(cursor);
  const before = cursor.tokens[cursor.at - 1];
  const culprit = before ?? here;
  if (!culprit) return syntax('the query ends too early: add a term', null);
  const place = `at character ${culprit.position + 1}`;
  if (culprit.kind === 'field')
    return syntax(`there is nothing after '${culprit.name}:' ${place}: add what to search for`, culprit.position);
  const sign = culprit.kind in SPELLED ? SPELLED[culprit.kind as keyof typeof SPELLED] : culprit.kind;
  const side = before ? 'after' : 'before';
  return syntax(`there is no term ${side} ${sign} ${place}: add one, or put ${sign} in double quotes to search for it`, culprit.position);
}

function syntax(message: string, position: number | null): QueryError {
  return new QueryError(message, { code: 'syntax', position });
}

function tooComplex(what: string): QueryError {
  return new QueryError(`the query ${what}: shorten it`, { code: 'too-complex' });
}
