import { QueryError } from '../errors.ts';
import { fieldsBelow, objectOf, queryField } from './fields.ts';
import { leavesOf, MAX_CLAUSES, parseQuery, type QueryNode } from './parse.ts';

/** A parsed query, with notes on how it was understood. */
export interface ReadQuery {
  readonly node: QueryNode;
  /** Notes for the user: the query did not parse and was read as plain words, or a field holds less than at Zenodo. */
  readonly notes: readonly string[];
}

/**
 * Reads a query as InvenioRDM does: text that does not parse is searched as plain words. Throws `QueryError` for a field
 * that does not exist and for a query that is too long or nested too deep.
 */
export function readQuery(query: string): ReadQuery {
  try {
    const node = parseQuery(query);
    return { node, notes: fieldNotes(node) };
  } catch (error) {
    if (!(error instanceof QueryError) || error.code !== 'syntax') throw error;
    return { node: wordsOf(query), notes: [`the query was searched as plain words: ${error.message}`] };
  }
}

function fieldNotes(node: QueryNode): string[] {
  const noted = leavesOf(node).flatMap(({ field }) => {
    if (field === null) return [];
    const names = queryField(field) === null ? fieldsBelow(objectOf(field) ?? field) : [field];
    const notes = names.flatMap((name) => queryField(name)?.note ?? []);
    return notes.length < names.length && names.length > 1 ? [] : notes.map((note) => `${field}: ${note}`);
  });
  return [...new Set(noted)];
}

const PIECE = /[^\s"()[\]{}]+/g;
const OPERATORS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'TO']);

/** Operators are no words, unless there are no others: `NOT`. */
function wordsOf(query: string): QueryNode {
  const words = [...query.matchAll(PIECE)].flatMap(({ 0: piece, index }) => wordOf(piece, index));
  const others = words.filter(({ text }) => !OPERATORS.has(text));
  const nodes: QueryNode[] = (others.length > 0 ? others : words).slice(0, MAX_CLAUSES);
  if (nodes.length === 0) return { kind: 'none' };
  return nodes.length === 1 ? nodes[0]! : { kind: 'and', nodes, implicit: true };
}

/** The word in a piece of text, without field names, weights and signs around it. */
function wordOf(piece: string, start: number): Extract<QueryNode, { kind: 'word' }>[] {
  const field = /^([A-Za-z_][\w.-]*):/.exec(piece);
  const skipped = field && queryField(field[1]!) ? field[0].length : 0;
  const [, before, text] = /^([^\p{L}\p{N}]*)(.*?)(?:[~^][\d.]*)*[^\p{L}\p{N}\p{M}]*$/su.exec(piece.slice(skipped))!;
  if (text === '') return [];
  const position = start + skipped + before!.length;
  return [{ kind: 'word', field: null, position, text: text!, pattern: null, fuzziness: null }];
}
