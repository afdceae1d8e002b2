import { hashText } from '../random.ts';
import type { ListQuery, ListPosition } from '../repository/list.ts';

/** The content of a resumption token of a list. */
export interface ListToken {
  readonly verb: string;
  /** The page it leads to, from 2; the cursor of that page follows from it, not from the state of the list. */
  readonly page: number;
  /** When it was issued, whole seconds since 1970. */
  readonly issued: number;
  readonly query: ListQuery;
  /** Scroll tokens: the list on the server. */
  readonly scroll?: number;
  /** In a token that leads back: the place of the list before it continues. */
  readonly rewind?: ListPosition;
  /** Stateless tokens: everything the next page needs. */
  readonly asOf?: number;
  readonly total?: number;
  readonly place?: ListPosition;
}

/** Signed text of the characters `A-Za-z0-9_.-`, about as long as Zenodo's. */
export function writeToken(token: object, issued: number, secret: number): string {
  const body = Buffer.from(JSON.stringify(token)).toString('base64url');
  const stamp = Buffer.from(String(issued)).toString('base64url');
  return `${body}.${stamp}.${sign(`${body}.${stamp}`, secret)}`;
}

/** The token; undefined if this server did not write it. */
export function readToken<T>(text: string, secret: number): T | undefined {
  const cut = text.lastIndexOf('.');
  if (cut < 0 || sign(text.slice(0, cut), secret) !== text.slice(cut + 1)) return undefined;
  return JSON.parse(Buffer.from(text.slice(0, text.indexOf('.')), 'base64url').toString()) as T;
}

/** Whole seconds count: with a life of 5 s a token of 5.5 s may still pass, one of 6.1 s not. */
export function isExpired(issued: number, now: number, lifeMs: number): boolean {
  return Math.floor(now / 1000) - issued > lifeMs / 1000;
}

function sign(text: string, secret: number): string {
  const parts = [1, 2, 3, 4, 5].map((i) =>
    hashText(text, secret ^ Math.imul(i, 0x9e3779b1))
      .toString(16)
      .padStart(8, '0'),
  );
  return Buffer.from(parts.join(''), 'hex').toString('base64url');
}
