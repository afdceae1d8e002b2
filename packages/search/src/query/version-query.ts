import type { estypes } from '@elastic/elasticsearch';
import { labelTerm } from './type-query.ts';

type Query = estypes.QueryDslQueryContainer;

const [LABEL, PLACE] = ['version', 'version_index'];
const isNumber = (text: string): boolean => /^\d{1,9}$/.test(text);

/**
 * Zenodo's `version` is the place among the versions (zenodo-rdm, queryparser.py). If no JSON has it, a number is compared with
 * the label; all other values are, which at Zenodo are errors.
 */
export function versionQuery(value: string): Query {
  const labelled = labelTerm(LABEL, value);
  if (!isNumber(value)) return labelled;
  const withoutPlace: Query = { bool: { filter: [labelled], must_not: [{ exists: { field: PLACE } }] } };
  return { bool: { should: [{ term: { [PLACE]: { value } } }, withoutPlace], minimum_should_match: 1 } };
}

/** The index field that a range is of: of places if both ends are numbers or open. */
export function versionRangePath(ends: readonly (string | null)[]): string {
  return ends.every((end) => end === null || isNumber(end)) ? PLACE : LABEL;
}
