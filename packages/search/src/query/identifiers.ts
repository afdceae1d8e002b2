/** An identifier that its form gives away, bare and in lower case (ORCID: upper-case X). */
export interface Identifier {
  /** `recid`: number of a record at Zenodo, out of the URL of its page. `uri`: any other URL, URN or scheme:value. */
  readonly scheme: 'doi' | 'orcid' | 'ror' | 'oai' | 'recid' | 'uri';
  readonly value: string;
}

const FORMS: readonly (readonly [Identifier['scheme'], RegExp])[] = [
  ['doi', /^(?:https?:\/\/(?:dx\.|www\.)?doi\.org\/|doi:\s*|info:doi\/)?(10\.\d{4,9}(?:\.\d+)*\/\S+)$/i],
  ['orcid', /^(?:https?:\/\/(?:www\.)?orcid\.org\/|orcid:\s*)?(\d{4}-\d{4}-\d{4}-\d{3}[\dx])\/?$/i],
  ['ror', /^(?:https?:\/\/)?ror\.org\/(0[a-z0-9]{6}\d\d)\/?$/i],
  ['recid', /^https?:\/\/(?:www\.)?zenodo\.org\/(?:api\/)?records?\/(\d+)(?:[/?#]\S*)?$/i],
  ['oai', /^(oai:\S+)$/i],
  ['uri', /^([a-z][a-z0-9+.-]*:\/\/\S+|(?:urn|hdl|ark|arxiv|info|swh|isbn|issn|pmid|pmcid):\S+)$/i],
];

/** What `text` is if all of it is one identifier, in any of the usual spellings; else null. */
export function recogniseIdentifier(text: string): Identifier | null {
  for (const [scheme, form] of FORMS) {
    const value = form.exec(text.trim())?.[1];
    if (value) return { scheme, value: scheme === 'orcid' ? value.toUpperCase() : value.toLowerCase() };
  }
  return null;
}

const START = /^(?:[a-z][a-z0-9+.-]*:\/\/|10\.\d{4,9}(?:\.\d+)*\/|(?:oai|urn|hdl|ark|arxiv|info|swh|isbn|issn|pmid|pmcid):(?=\S))/i;
/** As prose writes it; `doi:` in lower case is a field. */
const DOI_LABEL = /^(?:DOI|Doi):\s*(?=10\.)/;

/** Whether an identifier begins here that may hold the query's own signs (`/ : ( )`) and so reaches to the next blank. */
export function startsIdentifier(rest: string): boolean {
  return START.test(rest) || DOI_LABEL.test(rest);
}
