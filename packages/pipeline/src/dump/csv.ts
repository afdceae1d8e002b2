import { DumpUnreadableError } from './dump-errors.ts';

/** Characters of one row at most: a quote that is never closed would make one row of the whole file. */
const mostCharacters = 1_000_000;

/**
 * Rows of CSV text as RFC 4180 has it: fields may be quoted, and then hold commas, line ends and doubled quotes. Takes
 * the text in pieces, however they are cut. Rows end with LF or CRLF; empty ones are left out. Throws DumpUnreadableError
 * for a row of more than a million characters.
 */
export async function* csvRows(pieces: AsyncIterable<string>): AsyncGenerator<string[], void, undefined> {
  let row: string[] = [];
  let field = '';
  let [rows, characters] = [1, 0];
  // `closed`: behind a quote that ends the field, unless another quote follows.
  let state: 'plain' | 'quoted' | 'closed' = 'plain';
  const endRow = (): string[] => {
    const ended = [...row, state === 'plain' && field.endsWith('\r') ? field.slice(0, -1) : field];
    [row, field, state] = [[], '', 'plain'];
    [rows, characters] = [rows + 1, 0];
    return ended;
  };
  const isEmpty = (fields: readonly string[]): boolean => fields.length === 1 && fields[0] === '';
  for await (const piece of pieces)
    for (const character of piece) {
      if (++characters > mostCharacters)
        throw new DumpUnreadableError(`row ${rows} has more than ${mostCharacters} characters: is a quote not closed?`);
      if (state === 'quoted') {
        if (character === '"') state = 'closed';
        else field += character;
      } else if (character === '"' && (state === 'closed' || field === '')) {
        field += state === 'closed' ? '"' : '';
        state = 'quoted';
      } else if (character === ',') {
        row.push(field);
        [field, state] = ['', 'plain'];
      } else if (character === '\n') {
        const ended = endRow();
        if (!isEmpty(ended)) yield ended;
      } else if (state !== 'closed') field += character;
    }
  const last = endRow();
  if (!isEmpty(last)) yield last;
}
