import type { TermOrder } from '@thresher/store/read';
import type { Term } from './term.ts';

/** The sorts of InvenioRDM's vocabularies (invenio-vocabularies): each of its vocabularies has one of the names for the title. */
export const TERM_SORTS = ['bestmatch', 'title', 'name', 'subject', 'newest', 'oldest'] as const;
export type TermSort = (typeof TERM_SORTS)[number];

const BY_TITLE: ReadonlySet<TermSort> = new Set(['title', 'name', 'subject']);

export const orderOf = (sort: TermSort): TermOrder => (BY_TITLE.has(sort) ? 'title' : 'used');

/** A warning about a sort that harvested records do not tell; empty for the others. */
export function sortWarnings(sort: TermSort): { parameter: string; detail: string }[] {
  if (sort !== 'newest' && sort !== 'oldest') return [];
  return [{ parameter: 'sort', detail: 'when a term was made is not harvested: the terms that most records use come first' }];
}

/** In the order of `analytics.folded` in the store: without case, accents and punctuation. Pure. */
export function sortTerms(terms: readonly Term[], order: TermOrder): readonly Term[] {
  return order === 'used' ? terms : terms.toSorted((a, b) => compare(folded(a.name), folded(b.name)) || compare(a.id, b.id));
}

const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[-_./:,;()[\]{}&+'"@#]+/g, ' ');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
