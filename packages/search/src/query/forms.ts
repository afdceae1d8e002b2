import { valueForm } from '../text-forms.ts';
import { recogniseIdentifier } from './identifiers.ts';

/** The spellings in which the index may have a value; never empty. */
export type Forms = (text: string) => readonly string[];

/** InvenioRDM calls `metadata-only` what Zenodo called `closed`; pages write `Open Access`. */
export const accessForms: Forms = (text) => [/^metadata[- ]only$/i.test(text) ? 'closed' : text.replace(/[- ]?access$/i, '')];

let languages: ReadonlyMap<string, readonly string[]> | undefined;

/** Codes of three letters by the code of two letters and by the English name, out of the Unicode data of the runtime; made once. */
function languageCodes(): ReadonlyMap<string, readonly string[]> {
  const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
  const codes = new Map<string, string[]>();
  for (const code of letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)))) {
    const name = names.of(code)?.toLowerCase();
    if (name === undefined) continue;
    for (const key of [Intl.getCanonicalLocales(code)[0]!, name]) codes.set(key, [...(codes.get(key) ?? []), code]);
  }
  return codes;
}

/** `en`, `eng`, `English` and `en-GB` are one; what is no language is looked for as written. */
export const languageForms: Forms = (text) => {
  languages ??= languageCodes();
  const key = text.toLowerCase().replace(/^([a-z]{2,3})-.+$/, '$1');
  return [...new Set([text, ...(languages.get(key) ?? [])])];
};

/** DOI, resolver URL, `doi:` and the bare number of a funder in Crossref's registry. */
export const funderForms: Forms = (text) => {
  const bare = /^\d{9,12}$/.test(text) ? `10.13039/${text}` : text;
  return [recogniseIdentifier(bare)?.value ?? text];
};

/** GND, ISNI and others without resolver, prefix and blanks. */
export const nameIdentifierForms: Forms = (text) => {
  const bare = text
    .replace(/^https?:\/\/(?:www\.)?(?:d-nb\.info\/gnd|isni\.org\/(?:isni\/)?|viaf\.org\/viaf|ror\.org)\/?/i, '')
    .replace(/^(?:gnd|isni|viaf|ror):\s*|^\(DE-588\)/i, '');
  const isni = /^\d{4} ?\d{4} ?\d{4} ?\d{3}[\dX]$/i.test(bare)
    ? [bare.replaceAll(' ', ''), bare.replace(/ ?(\d{4})(?=.)/g, '$1 ').trim()]
    : [];
  return [...new Set([recogniseIdentifier(text)?.value ?? text, bare, ...isni])];
};

/** `CC BY 4.0` is the id of a licence with blanks. */
export const licenceIdForms: Forms = (text) => [...new Set([text, text.replace(/\s+/g, '-')])];

/** A licence's address with and without TLS, closing slash, `legalcode` and `deed`. */
export const licenceUrlForms: Forms = (text) => {
  const bare = /^https?:\/\/(?:www\.)?(.+?)(?:\/(?:legalcode|deed(?:\.\w+)?))?\/?$/i.exec(text)?.[1]?.toLowerCase();
  if (bare === undefined) return licenceIdForms(text);
  return ['https://', 'https://www.', 'http://', 'http://www.'].flatMap((scheme) =>
    ['', '/', '/legalcode', '/deed'].map((end) => `${scheme}${bare}${end}`),
  );
};

/** An award as InvenioRDM writes it, funder before number: `10.13039/501100000780::101057264`, `00k4n6c32::101057264`. */
export function readAward(text: string): { readonly funder: string | null; readonly number: string } {
  const [, funder, number] = /^(.*?)::(.+)$/.exec(valueForm(text)) ?? [];
  return funder === undefined || number === undefined ? { funder: null, number: text } : { funder: funderForms(funder)[0]!, number };
}
