import type { estypes } from '@elastic/elasticsearch';
import { isType, readTypeName } from './type-names.ts';

type Query = estypes.QueryDslQueryContainer;

const [TYPE, SUBTYPE, GENERAL] = ['resource_type.type', 'resource_type.subtype', 'resource_type.general'];

/** A query for a whole value, case-insensitive. */
export function labelTerm(path: string, value: string): Query {
  return { term: { [path]: { value, case_insensitive: true } } };
}

/** Records of a resource type, in any of its spellings; `paths` say whether types, subtypes or both are meant. */
export function typeQuery(value: string, paths: readonly string[]): Query {
  const { type, name } = readTypeName(value);
  if (type !== null) return { bool: { filter: [labelTerm(TYPE, type), labelTerm(SUBTYPE, name)] } };
  if (paths.length > 1)
    return { bool: { should: [labelTerm(TYPE, name), labelTerm(SUBTYPE, name), labelTerm(GENERAL, value)], minimum_should_match: 1 } };
  return labelTerm(paths[0] === TYPE && isType(name) ? TYPE : SUBTYPE, name);
}

/** The same for a pattern: `publication-*`, `conference*`. */
export function typePattern(pattern: string, paths: readonly string[]): Query {
  const [, type, rest = pattern] = /^(publication|image|software)-(.+)$/i.exec(pattern) ?? [];
  const matching = (path: string): Query => ({ wildcard: { [path]: { value: rest, case_insensitive: true } } });
  if (type === undefined) return { bool: { should: paths.map(matching), minimum_should_match: 1 } };
  return { bool: { filter: [labelTerm(TYPE, type), ...(rest === '*' ? [] : [matching(SUBTYPE)])] } };
}
