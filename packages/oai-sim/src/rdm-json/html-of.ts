/** Characters that InvenioRDM's text repair would change; as character references they pass through it. */
const REPAIRED = /[\u2018-\u201f\ufb00-\ufb06\u0132\u0133\u0149\uff01-\uff5e\u3000\u0085\u2028\u2029]/g;
const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\u00a0': '&nbsp;' };

const escape = (text: string): string =>
  text.replace(/[&<>\u00a0]/g, (character) => REFERENCES[character]!).replace(REPAIRED, (character) => `&#${character.charCodeAt(0)};`);

/** A title as InvenioRDM's JSON has it: as it is, or in a tag if it would not read the same after tags are stripped. */
export const titleHtml = (text: string): string =>
  /[&<>]/.test(text) || new RegExp(REPAIRED).test(text) ? `<span>${escape(text)}</span>` : text;

/** A description as HTML: a paragraph for each of the text's, which stripping the tags makes the same text of. */
export const paragraphsHtml = (text: string): string =>
  text
    .split('\n\n')
    .map((paragraph) => `<p>${escape(paragraph)}</p>`)
    .join('\n');
