import type { estypes } from '@elastic/elasticsearch';
import { QueryError } from '../errors.ts';
import { textForm, valueForm } from '../text-forms.ts';
import { facetOfFilter, FACET_FILTER_NAMES, facetValueQuery, listedValues, SPAN } from './facets.ts';
import {
  canExist,
  CUSTOM_FIELDS,
  EVERYWHERE,
  fieldsBelow,
  nearest,
  NEARLY,
  objectOf,
  QUERY_FIELD_NAMES,
  queryField,
  unknownField,
  TOGETHER,
  type QueryField,
  type TextField,
  type ValueField,
} from './fields.ts';
import { customExists, customPattern, customQuery, customRange, customRegexp } from './custom-query.ts';
import { funderForms, readAward } from './forms.ts';
import { recogniseIdentifier, type Identifier } from './identifiers.ts';
import type { Leaf, QueryNode } from './parse.ts';
import { labelTerm, typePattern, typeQuery } from './type-query.ts';
import { versionQuery, versionRangePath } from './version-query.ts';
import { checkedPattern, foldPattern, valueOf, wrongValue } from './values.ts';
import { wordFields } from './word-fields.ts';

type Query = estypes.QueryDslQueryContainer;
type LeafOf<K extends Leaf['kind']> = Extract<Leaf, { kind: K }>;

/** Up to this many adjacent words are all required; of more words, one in five may be missing. */
const ALL_NEEDED = 5;

/** Compiles a query for Elasticsearch. Throws `QueryError` for a field or value that cannot be searched. */
export function compileQuery(node: QueryNode): Query {
  const identifier = identifierOf(node);
  return identifier ? compileIdentifier(identifier, textOf(node)) : compileNode(node);
}

/** The identifier that a query, or one of its alternatives, wholly consists of. */
function identifierOf(node: QueryNode): Identifier | null {
  if (node.kind !== 'word' && node.kind !== 'phrase') return null;
  const isPattern = node.kind === 'word' && node.pattern !== null;
  return node.field === null && !isPattern ? recogniseIdentifier(valueForm(node.text)) : null;
}

function textOf(node: QueryNode): string {
  return node.kind === 'word' || node.kind === 'phrase' ? node.text : '';
}

function compileNode(node: QueryNode): Query {
  switch (node.kind) {
    case 'all':
      return { match_all: {} };
    case 'none':
      return { match_none: {} };
    case 'and':
      return compileAnd(node.nodes, node.implicit);
    case 'or':
      return anyOf(node.nodes.map(compileQuery));
    case 'not':
      return { bool: { must_not: [compileQuery(node.node)] } };
    case 'boost':
      return { bool: { must: [compileQuery(node.node)], boost: node.boost } };
    case 'word':
    case 'phrase':
    case 'regexp':
    case 'range':
    case 'exists':
      return compileLeaf(node);
  }
}

/** A value of a field, as `filters` give it: exact, not scored. */
export function compileFilter(name: string, values: readonly string[]): Query {
  if (facetOfFilter(name) !== null) return anyOf(listedValues(name, values).map((value) => facetValueQuery(name, value)));
  const field = queryField(name);
  if (field?.kind === 'date') return anyOf(values.map((text) => dateFilter(text, name, field)));
  if (!field) {
    const near = nearestFilter(name);
    const hint = near ? `did you mean '${near}'?` : 'it is no field of a record';
    throw new QueryError(`there is no filter '${name}': ${hint}`, { code: 'wrong-parameter', parameter: name });
  }
  return anyOf(values.map((text) => compilePhrase({ kind: 'phrase', field: name, position: 0, text, slop: 0 }, field)));
}

/** A date, or a span of two as facets of InvenioRDM have them: `2020--2024`, `2020..`. */
function dateFilter(text: string, field: string, dates: ValueField): Query {
  const [, from, to] = SPAN.exec(text) ?? [];
  const place = { field, position: 0 };
  if (from === undefined || to === undefined) return compileValue(text, { ...place, kind: 'phrase', text, slop: 0 }, dates);
  return compileRange({ ...place, kind: 'range', from: from || null, to: to || null, includesFrom: true, includesTo: true }, dates);
}

/** The names that a filter may have: those of query fields and facets. */
export const FILTER_NAMES: readonly string[] = [...new Set([...QUERY_FIELD_NAMES, ...FACET_FILTER_NAMES])];

/** Whether a filter of that name exists. */
export function isFilter(name: string): boolean {
  return facetOfFilter(name) !== null || queryField(name) !== null;
}

/** The name of a filter, or one of `others`, nearest to a mistyped one; null when none is near. */
export function nearestFilter(name: string, others: readonly string[] = []): string | null {
  return nearest(name.replace(/^metadata\./, ''), [...FILTER_NAMES, ...others]);
}

/** Whether a query as a whole names one record: then it is found whatever its version. */
export function namesRecord(node: QueryNode): boolean {
  if (node.kind !== 'word' && node.kind !== 'phrase') return false;
  if (node.field !== null) return RECORD_NAMES.has(node.field) && (node.kind === 'phrase' || node.pattern === null);
  const identifier = identifierOf(node);
  return identifier !== null && (identifier.scheme === 'doi' || identifier.scheme === 'recid' || identifier.scheme === 'oai');
}

const RECORD_NAMES: ReadonlySet<string> = new Set(['doi', 'recid', 'id', 'oai_identifier', 'pids.doi.identifier', 'pids.oai.identifier']);

/** The words of a query that consists of words only, and so can be spelled differently; null for any other query. */
export function plainWords(node: QueryNode): readonly LeafOf<'word'>[] | null {
  const nodes = node.kind === 'and' && node.implicit ? node.nodes : [node];
  return nodes.every((one) => isPlainWord(one) && identifierOf(one) === null) ? (nodes as LeafOf<'word'>[]) : null;
}

/** The same words, each possibly misspelled. */
export function compileNearly(words: readonly LeafOf<'word'>[]): Query {
  const each = words.map((word) => (/^\d+$/.test(word.text) ? compileWord(word, EVERYWHERE) : fuzzy(word, NEARLY)));
  return words.length > ALL_NEEDED ? { bool: { should: each, minimum_should_match: '-20%' } } : { bool: { must: each } };
}

function anyOf(queries: Query[]): Query {
  return { bool: { should: queries, minimum_should_match: 1 } };
}

function bestOf(queries: Query[]): Query {
  return queries.length === 1 ? queries[0]! : { dis_max: { queries } };
}

function compileAnd(nodes: readonly QueryNode[], implicit: boolean): Query {
  const words = nodes.filter(isPlainWord);
  const must_not = nodes.flatMap((node) => (node.kind === 'not' ? [compileQuery(node.node)] : []));
  const mayMiss = implicit && words.length > ALL_NEEDED;
  const must = nodes.filter((node) => node.kind !== 'not' && !(mayMiss && isPlainWord(node))).map(compileAmongOthers);
  if (mayMiss) must.push({ bool: { should: words.map(compileAmongOthers), minimum_should_match: '-20%' } });
  const should = implicit && words.length > 1 ? [together(words)] : [];
  return { bool: { must, must_not, should } };
}

function isPlainWord(node: QueryNode): node is LeafOf<'word'> {
  return node.kind === 'word' && node.field === null && node.pattern === null && node.fuzziness === null;
}

/** Optional: ranks records higher that have the words in this order. */
function together(words: readonly LeafOf<'word'>[]): Query {
  return { multi_match: { query: textForm(words.map((word) => word.text).join(' ')), type: 'phrase', slop: 1, fields: [...TOGETHER] } };
}

function compileLeaf(leaf: Leaf): Query {
  if (leaf.kind === 'exists') return compileExists(leaf);
  const object = leaf.field === null ? null : objectOf(leaf.field);
  if (object === 'metadata') return compileLeaf({ ...leaf, field: null });
  if (object !== null) return compileOnAny(leaf, fieldsBelow(object));
  const field = fieldOf(leaf);
  switch (leaf.kind) {
    case 'word':
      return compileWord(leaf, field);
    case 'phrase':
      return compilePhrase(leaf, field);
    case 'regexp':
      if (field.kind === 'custom') return customRegexp(leaf.pattern, field);
      return bestOf(
        onEach(patternPaths(field, leaf), (path, boost) => ({
          regexp: { [path]: { value: textForm(leaf.pattern), case_insensitive: true, boost } },
        })),
      );
    case 'range':
      return compileRange(leaf, field);
  }
}

/** A condition on any of some fields: those that cannot have such a value are left out. Throws `QueryError` if none can. */
function compileOnAny(leaf: Leaf, names: readonly string[]): Query {
  const refused: QueryError[] = [];
  const queries = names.flatMap((field) => {
    try {
      return [compileLeaf({ ...leaf, field })];
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      refused.push(error);
      return [];
    }
  });
  if (queries.length === 0) throw refused[0]!;
  return bestOf(queries);
}

function compileExists(leaf: LeafOf<'exists'>): Query {
  const name = leaf.field!;
  if (!canExist(name)) throw unknownField(name, leaf.position);
  if (CUSTOM_FIELDS.test(name)) return { exists: { field: 'custom' } };
  if (name === 'metadata') return { match_all: {} };
  const field = queryField(name);
  if (field === null) return anyOf(fieldsBelow(name).map((one) => compileExists({ ...leaf, field: one })));
  if (field.kind === 'custom') return customExists(field);
  return anyOf(onEach(field.kind === 'text' ? field.exact : field.paths, (path) => ({ exists: { field: path } })));
}

function fieldOf({ field, position }: Leaf): QueryField {
  if (field === null) return EVERYWHERE;
  const known = queryField(field);
  if (known) return known;
  throw unknownField(field, position);
}

function compileWord(leaf: LeafOf<'word'>, field: QueryField): Query {
  if (leaf.pattern !== null && field.kind !== 'date') return compilePattern(leaf, leaf.pattern, field);
  if (field.kind !== 'text') return compileValue(leaf.text, leaf, field);
  const identified = identifiedBy(leaf.text, field);
  if (identified) return identified;
  if (leaf.fuzziness !== null) return fuzzy(leaf, field);
  const query = textForm(leaf.text);
  const words: Query = { multi_match: { query, fields: wordFields(field.words, query), operator: 'and', tie_breaker: 0.2 } };
  return field === EVERYWHERE && /^\d{3,15}$/.test(leaf.text) ? bestOf([words, recordNumber(leaf.text)]) : words;
}

function fuzzy({ text, fuzziness }: LeafOf<'word'>, field: TextField): Query {
  return {
    multi_match: { query: textForm(text), fields: [...field.exact], operator: 'and', fuzziness: fuzziness ?? 'AUTO', prefix_length: 1 },
  };
}

/** A number may be that of a record, and one like 2003 the year of publication. */
function recordNumber(digits: string): Query {
  const year = /^(?:1[5-9]|20)\d\d$/.test(digits) ? [term('publication_year', digits)] : [];
  return anyOf([term('recid', digits, 200), term('concept_recid', digits, 100), ...year]);
}

function compilePhrase(leaf: LeafOf<'phrase'>, field: QueryField): Query {
  if (field.kind !== 'text') return compileValue(leaf.text, leaf, field);
  const identified = identifiedBy(leaf.text, field);
  if (identified) return identified;
  return { multi_match: { query: textForm(leaf.text), type: 'phrase', slop: leaf.slop, fields: [...field.exact] } };
}

function compileValue(text: string, leaf: Leaf, field: ValueField): Query {
  if (field.never?.form.test(text)) throw wrongValue(`'${text}' cannot be a value of '${leaf.field}': ${field.never.reason}`, leaf);
  const value = valueOf(text, field, leaf);
  switch (field.kind) {
    case 'date':
      return bestOf(field.paths.map((path) => ({ range: { [path]: { gte: value, lte: value } } })));
    case 'type':
      return typeQuery(value, field.paths);
    case 'version':
      return versionQuery(value);
    case 'award':
      return awardQuery(value, field);
    case 'choice':
      return choiceQuery(value, field);
    case 'custom':
      return customQuery(value, field);
    case 'number':
    case 'flag':
      return bestOf(field.paths.map((path) => term(path, value)));
    case 'label':
      return formsQuery([value], field);
    // Some identifiers, such as award numbers, have no normal form in the index and are also compared as written.
    case 'identifier':
      return formsQuery([...new Set([value, valueForm(text)])], field);
  }
}

function formsQuery(values: readonly string[], { kind, paths, forms, titles }: ValueField): Query {
  const isLabel = kind === 'label';
  const whole = (path: string, one: string): Query => (isLabel ? labelTerm(path, one) : term(path, one));
  const terms = paths.flatMap((path) => [...new Set(values.flatMap((value) => forms?.(value) ?? [value]))].map((one) => whole(path, one)));
  const titled: Query[] = titles !== undefined && /\s/.test(values[0]!) ? [{ match_phrase: { [titles]: values[0]! } }] : [];
  return bestOf([...terms, ...titled]);
}

function choiceQuery(value: string, { paths, choices = {} }: ValueField): Query {
  const meant = choices[value]!;
  if (meant === 'all') return { match_all: {} };
  return meant.length === 0 ? { match_none: {} } : { terms: { [paths[0]!]: [...meant] } };
}

function awardQuery(value: string, { paths }: ValueField): Query {
  const { funder, number } = readAward(value);
  const award = bestOf(paths.map((path) => term(path, number)));
  if (funder === null) return award;
  return { bool: { must: [award], filter: [anyOf(['funding.funder_doi', 'funding.funder_ror'].map((path) => term(path, funder)))] } };
}

/** Records with the person, funder or place of work that an identifier names, where the field is one of names. */
function identifiedBy(written: string, { identifiers }: TextField): Query | null {
  if (identifiers === undefined) return null;
  const text = valueForm(written).trim();
  const known = recogniseIdentifier(text);
  const isBare = /^0[a-z0-9]{6}\d\d$/i.test(text) || (identifiers.includes('funding.funder_doi') && /^\d{9,12}$/.test(text));
  if (!isBare && (known === null || known.scheme === 'uri')) return null;
  return anyOf(identifiers.flatMap((path) => funderForms(text).map((one) => term(path, one))));
}

function term(path: string, value: string, boost = 1): Query {
  return { term: { [path]: { value, boost } } };
}

/** Weights far above those of words, so that the record itself comes first. */
const IDENTIFIER_PATHS: Readonly<Record<Identifier['scheme'], readonly (readonly [path: string, boost: number])[]>> = {
  doi: [
    ['doi', 300],
    ['concept_doi', 200],
    ['identifiers', 100],
    ['funding.funder_doi', 50],
  ],
  orcid: [
    ['creators.orcid', 200],
    ['contributors.orcid', 100],
  ],
  ror: [
    ['creators.affiliations.ror', 200],
    ['contributors.affiliations.ror', 100],
    ['funding.funder_ror', 100],
  ],
  recid: [
    ['recid', 300],
    ['concept_recid', 200],
  ],
  oai: [
    ['oai_identifier', 300],
    ['identifiers', 100],
  ],
  uri: [
    ['identifiers', 300],
    ['related_identifiers.identifier', 100],
    ['subjects.identifier', 50],
    ['licenses.url', 50],
    ['funding.award_url', 50],
  ],
};

/** The records that the identifier names: nothing that merely mentions it, but for URLs, which may name anything. */
function compileIdentifier({ scheme, value }: Identifier, written: string): Query {
  const exact = IDENTIFIER_PATHS[scheme].map(([path, boost]) => term(path, value, boost));
  return { dis_max: { queries: scheme === 'uri' ? [...exact, mention(written)] : exact } };
}

/** With other words, an identifier may also be part of a title. */
function compileAmongOthers(node: QueryNode): Query {
  const identifier = identifierOf(node);
  if (identifier === null) return compileQuery(node);
  const named = compileIdentifier(identifier, textOf(node));
  // The query of a URL contains its mentions already.
  return identifier.scheme === 'uri' ? named : { dis_max: { queries: [named, mention(textOf(node))] } };
}

function mention(text: string): Query {
  return { multi_match: { query: textForm(text), type: 'phrase', fields: [...EVERYWHERE.exact] } };
}

function compilePattern(leaf: LeafOf<'word'>, pattern: string, field: QueryField): Query {
  const value = checkedPattern(field.kind === 'text' ? foldPattern(pattern) : valueForm(pattern), leaf);
  if (field.kind === 'type') return typePattern(value, field.paths);
  if (field.kind === 'custom') return customPattern(value, field);
  // A folded pattern is in lower case, as the words of the index are; beyond ASCII, Lucene may fold in another way.
  const isFolded = field.kind === 'text' && /^[\x00-\x7f]*$/.test(value);
  const anyCase = isFolded ? {} : { case_insensitive: true };
  const matching = onEach(patternPaths(field, leaf), (path, boost) => ({ wildcard: { [path]: { value, ...anyCase, boost } } }));
  return bestOf(
    standsForWord(pattern, field) ? [...matching, compileWord({ ...leaf, text: leaf.text.slice(0, -1), pattern: null }, field)] : matching,
  );
}

/**
 * `What is a harvester?` asks for the word more often than for one letter more, and `harvesting*` means the word, too,
 * which stands in the index as its stem.
 */
function standsForWord(pattern: string, field: QueryField): boolean {
  return /^[^*?\\]+\?$/.test(pattern) || (field.kind === 'text' && /^[^*?\\]+\*$/.test(pattern));
}

const HAVE_PATTERNS: ReadonlySet<ValueField['kind']> = new Set(['label', 'version', 'identifier', 'type', 'award']);

function patternPaths(field: QueryField, leaf: Leaf): readonly string[] {
  if (field.kind === 'text') return field.exact;
  if (HAVE_PATTERNS.has(field.kind)) return field.paths;
  throw new QueryError(
    `'${leaf.field}' takes no pattern: use a value, or a range of numbers or dates such as ${leaf.field}:[2023 TO 2024]`,
    {
      code: 'wrong-value',
      position: leaf.position,
    },
  );
}

function compileRange(leaf: LeafOf<'range'>, field: QueryField): Query {
  if (field.kind === 'text') {
    throw new QueryError(`a range needs a field of dates, numbers or identifiers before it, as in publication_date:[2024-01-01 TO *]`, {
      code: 'wrong-value',
      position: leaf.position,
    });
  }
  if (field.kind === 'custom') return customRange(leaf, field);
  const ends = {
    ...(leaf.from !== null && { [leaf.includesFrom ? 'gte' : 'gt']: valueOf(leaf.from, field, leaf) }),
    ...(leaf.to !== null && { [leaf.includesTo ? 'lte' : 'lt']: valueOf(leaf.to, field, leaf) }),
  };
  const paths = field.kind === 'version' ? [versionRangePath([leaf.from, leaf.to])] : field.paths;
  return bestOf(paths.map((path) => ({ range: { [path]: ends } })));
}

/** One query per index field, with the weight (`title^8`) removed from the name. */
function onEach(paths: readonly string[], build: (path: string, boost: number) => Query): Query[] {
  return paths.map((path) => {
    const [name, boost] = path.split('^');
    return build(name!, Number(boost ?? 1));
  });
}
