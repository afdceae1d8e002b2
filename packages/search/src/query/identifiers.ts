import { identifierForm } from '../identifier-forms.ts';

/** An identifier that is recognised by its form, in the normal form that the index compares. */
export interface Identifier {
  /** `recid`: number of a record at Zenodo, out of the URL of its page. `uri`: any other. */
  readonly scheme: 'doi' | 'orcid' | 'ror' | 'oai' | 'recid' | 'uri';
  readonly value: string;
}

const RECORD_URL = /^https?:\/\/(?:www\.)?zenodo\.org\/(?:api\/)?records?\/(\d+)(?:[/?#]\S*)?$/i;

/** The identifier that `text` consists of, in any of the usual spellings; null otherwise. See `identifierForm`. */
export function recogniseIdentifier(text: string): Identifier | null {
  const recid = RECORD_URL.exec(text.trim())?.[1];
  if (recid !== undefined) return { scheme: 'recid', value: recid };
  const found = identifierForm(text);
  if (found === null) return null;
  const { scheme, form } = found;
  return { scheme: scheme === 'doi' || scheme === 'orcid' || scheme === 'ror' || scheme === 'oai' ? scheme : 'uri', value: form };
}

const START =
  /^(?:[a-z][a-z0-9+.-]*:\/\/|10\.\d{4,9}(?:\.\d+)*\/|(?:oai|urn|hdl|ark|arxiv|info|swh|isbn|issn|pmid|pmcid|gnd|isni):(?=\S)|[a-z][a-z-]*(?:\.[a-z]{2})?\/\d{7}(?:v\d+)?(?=[\s)]|$))/i;
/** As written in prose; `doi:` in lower case is a field. */
const DOI_LABEL = /^(?:DOI|Doi):\s*(?=10\.)/;

/** Whether an identifier begins here that may hold the query's own signs (`/ : ( )`) and so reaches to the next blank. */
export function startsIdentifier(rest: string): boolean {
  return START.test(rest) || DOI_LABEL.test(rest);
}
