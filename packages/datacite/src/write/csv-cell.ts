/** With the full-width and small forms, which some spreadsheets read as the ASCII ones. */
const SIGNS = '=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b';

/** Texts that a spreadsheet may run as a formula, as a regular expression for JavaScript and for RE2. */
export const FORMULA = `^(?:[ \\t\\r\\n\u00a0\ufeff']*[${SIGNS}]|'*[\\t\\r\\n])`;
/** Texts that are numbers to a spreadsheet, whatever their sign. */
export const NUMBER = '^[-+]?[0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?$';

const formula = new RegExp(FORMULA);
const number = new RegExp(NUMBER);

/**
 * Text for a cell of a CSV file, with an apostrophe before it if a spreadsheet might run it as a formula. Numbers are left as they
 * are. A program gets the text back by taking one apostrophe off every cell that matches `FORMULA` and begins with one.
 */
export function harmlessText(text: string): string {
  return formula.test(text) && !number.test(text) ? `'${text}` : text;
}

/** A line of a CSV file by RFC 4180, with its end. */
export const csvLine = (cells: readonly (string | number | null | undefined)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** A cell by RFC 4180: null is empty. Semicolons and tabs, at which some programs split, are quoted too. */
export function csvCell(value: string | number | null | undefined): string {
  const text = typeof value === 'string' ? harmlessText(value) : String(value ?? '');
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
