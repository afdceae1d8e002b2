import type { ListVerb } from '../repository/list.ts';

/** One page of a list before it is written out. */
export interface ListPage {
  readonly verb: ListVerb;
  /** `<record>` or `<header>` elements. */
  readonly items: readonly string[];
  /** Null: no element at all, for a list that fits on one page. */
  readonly token: PageToken | null;
}

/** Attributes are text, so that a fault can write anything; null leaves one out. An empty `text` ends the list. */
export interface PageToken {
  readonly text: string;
  readonly expirationDate: string | null;
  readonly cursor: string | null;
  readonly completeListSize: string | null;
}

/** Byte strings, to be written one after the other. */
export function writePage({ verb, items, token }: ListPage): string[] {
  return [`  <${verb}>\n`, ...items, `${token === null ? '' : writePageToken(token)}  </${verb}>\n`];
}

export function writePageToken({ text, ...attributes }: PageToken): string {
  const written = (['expirationDate', 'cursor', 'completeListSize'] as const)
    .map((name) => (attributes[name] === null ? '' : ` ${name}="${attributes[name]}"`))
    .join('');
  return `    <resumptionToken${written}${text === '' ? '/>' : `>${text}</resumptionToken>`}\n`;
}
