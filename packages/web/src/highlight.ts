/** A piece of a text; `found` where the query matched. */
export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

/** The words that a query looks for anywhere: without fields, ranges, operators and what is not wanted. */
export function wordsOf(query: string): string[] {
  const plain = query
    .replace(/[\w.]+:(?:[[{][^\]}]*[\]}]|"[^"]*"|\S+)/g, (term) =>
      /^(?:title|description|keywords|creators(?:\.name)?):/.test(term) ? term.replace(/^[^:]+:/, '') : ' ',
    )
    .replace(/(?:^|\s)(?:NOT\s+|[-!])\S+/g, ' ')
    .replace(/\b(?:AND|OR)\b/g, ' ')
    .replace(/[~^]\d*(?:\.\d+)?/g, ' ');
  return [...new Set(fold(plain).match(/[\p{L}\p{N}]+/gu) ?? [])].filter((word) => word.length > 1 || isIdeographic(word));
}

/** The text cut where words of the query stand: whole words that begin with one, accents and a plural s aside. */
export function highlight(text: string, words: readonly string[]): Piece[] {
  if (words.length === 0) return [{ text, found: false }];
  const pattern = new RegExp(
    words.map((word) => (isIdeographic(word) ? word : `(?<![\\p{L}\\p{N}])${stemOf(word)}[\\p{L}\\p{N}]*`)).join('|'),
    'gu',
  );
  const pieces: Piece[] = [];
  let end = 0;
  for (const { index, 0: match } of fold(text).matchAll(pattern)) {
    if (index > end) pieces.push({ text: text.slice(end, index), found: false });
    pieces.push({ text: text.slice(index, index + match.length), found: true });
    end = index + match.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), found: false });
  return pieces;
}

/** Some `length` characters of a text from shortly before the first match, cut between words. */
export function excerpt(text: string, words: readonly string[], length: number): string {
  const whole = text.replace(/\s+/g, ' ').trim();
  if (whole.length <= length) return whole;
  const [first] = highlight(whole, words);
  const match = first === undefined || first.found || first.text.length === whole.length ? 0 : first.text.length;
  const start = match < length * 0.7 ? 0 : whole.lastIndexOf(' ', match - 60) + 1;
  const cut = whole.slice(start, start + length);
  const end = start + length >= whole.length ? cut : cut.replace(/\s\S*$/, '');
  return `${start > 0 ? '… ' : ''}${end}${start + length < whole.length ? ' …' : ''}`;
}

function stemOf(word: string): string {
  return word.length > 3 ? word.replace(/(?<!s)s$/, '') : word;
}

/** Each UTF-16 unit by itself, so that places in the folded text are places in the text. */
function fold(text: string): string {
  return text
    .replace(/[^\u0000-\u007f]/g, (unit) => {
      const base = unit.normalize('NFD').charAt(0).toLowerCase();
      return base.length === 1 ? base : unit;
    })
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isIdeographic(word: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word);
}
