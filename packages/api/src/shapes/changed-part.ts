/** A text around the place where two texts differ. */
export interface ChangedPart {
  readonly before: string;
  readonly after: string;
}

/** Characters of what both have in common that are kept on each side, to the next end of a word. */
const CONTEXT = 60;

/** Cuts the common beginning and end of two texts down to some words of context. Short texts stay whole. */
export function changedPart(before: string, after: string): ChangedPart {
  const [a, b] = [Array.from(before), Array.from(after)];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const cut = (text: readonly string[]): string => {
    const from = start <= CONTEXT ? 0 : wordStart(text, start - CONTEXT);
    const until = end <= CONTEXT ? text.length : wordEnd(text, text.length - end + CONTEXT);
    return `${from > 0 ? '… ' : ''}${text.slice(from, until).join('')}${until < text.length ? ' …' : ''}`;
  };
  return { before: cut(a), after: cut(b) };
}

/** Texts without blanks, such as Chinese ones, are cut where they are. */
const FARTHEST = 30;

function wordStart(text: readonly string[], from: number): number {
  const blank = text.slice(from, from + FARTHEST).findIndex((one) => /\s/.test(one));
  return blank === -1 ? from : from + blank + 1;
}

function wordEnd(text: readonly string[], until: number): number {
  const blank = text.slice(until - FARTHEST, until).findLastIndex((one) => /\s/.test(one));
  return blank === -1 ? until : until - FARTHEST + blank;
}
