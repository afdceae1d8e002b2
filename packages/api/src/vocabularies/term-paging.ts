import type { Lookup } from '@thresher/store/read';
import { Type } from 'typebox';
import { ApiProblem } from '../problems/problem.ts';
import { pageLinks } from '../http/page-links.ts';

/** Parameters of a list that is searched by words, as at Zenodo. */
export const TERM_PAGING_PARAMETERS = {
  q: Type.Optional(Type.String({ maxLength: 500, description: 'Beginnings of words; case and accents do not matter' })),
  suggest: Type.Optional(Type.String({ maxLength: 500, description: 'The same as q, for what is typed' })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1 })),
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 10 })),
};

interface TermPagingQuery {
  readonly q?: string;
  readonly suggest?: string;
  readonly page?: number;
  readonly size?: number;
}

/** The lookup for the store. Throws an `ApiProblem`. */
export function lookupOf({ q, suggest, page = 1, size = 10 }: TermPagingQuery): Lookup {
  const words = [q, suggest].filter((text) => text !== undefined).join(' ');
  if (words.includes('\u0000')) throw new ApiProblem(400, 'wrong-parameter', 'q holds a NUL, which no term does', { parameter: 'q' });
  return { words, limit: size, offset: (page - 1) * size };
}

/** The links of a page of such a list. */
export function termPageLinks(
  url: URL,
  { page = 1, size = 10 }: TermPagingQuery,
  total: number,
): { self: string; prev?: string; next?: string } {
  return pageLinks(url, { page, size, total });
}
